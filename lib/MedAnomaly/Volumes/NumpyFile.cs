using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace MedAnomaly.Volumes;

/// <summary>An array as NumPy saves it.</summary>
/// <param name="Shape">Its sizes, the slowest axis first.</param>
/// <param name="Values">A <c>float[]</c>, <c>double[]</c> or <c>byte[]</c> (0 and 1 for booleans), the last axis fastest.</param>
public sealed record NumpyArray(IReadOnlyList<int> Shape, Array Values);

/// <summary>
/// Reads <c>.npy</c> files, versions 1 to 3, of float32, float64, uint8 and bool, in both byte orders and both memory orders. Nothing in
/// the file is run: a pickled object is refused. What the header claims is compared with the file's length before memory is taken.
/// </summary>
public static partial class NumpyFile
{
    const int PrefixLength = 8;
    // A header names a type and a few sizes; NumPy pads it to a multiple of 64.
    const int LongestHeader = 1 << 16;
    const int ChunkBytes = 1 << 20;

    /// <summary>Reads the array in the file at <paramref name="path"/>.</summary>
    /// <exception cref="DataFormatException">The file is no .npy file, is cut short or too long, or holds another type.</exception>
    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static NumpyArray Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Open(path, stream => Values(stream, ReadHeader(stream, path), path));
    }

    /// <summary>Whether the file holds float64; its values are not read.</summary>
    internal static bool HasDoubles(string path) => Open(path, stream => ReadHeader(stream, path).Type[1..] == "f8");

    /// <summary>What the header says of the values that follow it.</summary>
    sealed record Header(string Type, bool FirstFastest, int[] Shape);

    static T Open<T>(string path, Func<FileStream, T> read)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (EndOfStreamException fault)
        {
            throw new DataFormatException($"{path} became shorter while it was read. Run again when nothing writes to it.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    static Header ReadHeader(FileStream stream, string path)
    {
        var text = HeaderText(stream, path);
        return new(Key(text, TypeKey(), "descr", path), Key(text, OrderKey(), "fortran_order", path) == "True", Shape(Key(text, ShapeKey(), "shape", path), path));
    }

    static NumpyArray Values(FileStream stream, Header header, string path)
    {
        var (type, firstFastest, shape) = header;
        var size = type[1..] switch { "f4" => 4, "f8" => 8, "u1" or "b1" => 1, _ => 0 };
        if (size == 0 || type[0] is not ('<' or '>' or '|' or '='))
            throw new DataFormatException($"{path} holds values of type '{type}'. Expected f4 (float32), f8 (float64), u1 (uint8) or b1 (bool): save array.astype('float32').");
        // Sizes that multiply past 128 bits are past every file too.
        var count = shape.Aggregate((Int128)1, (product, length) => product > long.MaxValue ? product : product * length);
        var expected = stream.Position + count * size;
        if (expected != stream.Length)
        {
            throw new DataFormatException(string.Create(CultureInfo.InvariantCulture, $"{path}: an array of {Text(shape)} values of {size} bytes ends at byte {expected}, ")
                + $"but the file has {stream.Length} bytes. It is {(expected > stream.Length ? "cut short" : "damaged or followed by something else")}: write it again.");
        }
        if (count > Array.MaxLength) throw new DataFormatException($"{path} holds {count} values; an array here holds at most {Array.MaxLength}.");

        var swap = type[0] == '>' && BitConverter.IsLittleEndian;
        return type[1..] switch
        {
            "f4" => new(shape, InOrder(Values<float>(stream, (int)count, swap), shape, firstFastest)),
            "f8" => new(shape, InOrder(Values<double>(stream, (int)count, swap), shape, firstFastest)),
            _ => new(shape, InOrder(Values<byte>(stream, (int)count, false), shape, firstFastest)),
        };
    }

    static string HeaderText(FileStream stream, string path)
    {
        Span<byte> prefix = stackalloc byte[PrefixLength];
        var got = stream.ReadAtLeast(prefix, PrefixLength, throwOnEndOfStream: false);
        if (got < PrefixLength || prefix[0] != 0x93 || !prefix[1..6].SequenceEqual("NUMPY"u8))
            throw new DataFormatException($"{path} is no .npy file: it starts with {Convert.ToHexStringLower(prefix[..got])}, not with 934e554d5059. Save it with numpy.save.");
        var version = prefix[6];
        if (version is < 1 or > 3) throw new DataFormatException($"{path} is a .npy file of version {version}.{prefix[7]}; versions 1 to 3 are read.");
        var lengthBytes = version == 1 ? 2 : 4;
        Span<byte> lengthField = stackalloc byte[4];
        lengthField.Clear();
        if (stream.ReadAtLeast(lengthField[..lengthBytes], lengthBytes, throwOnEndOfStream: false) < lengthBytes) throw Short();
        var length = BinaryPrimitives.ReadUInt32LittleEndian(lengthField);
        if (length > LongestHeader) throw new DataFormatException($"{path}: the header claims {length} bytes; one of an array has less than {LongestHeader}.");
        if (length > stream.Length - stream.Position) throw Short();
        var text = new byte[length];
        stream.ReadExactly(text);
        return Encoding.UTF8.GetString(text);

        DataFormatException Short() => new($"{path} is cut short: its header does not end within its {stream.Length} bytes. Write it again.");
    }

    static string Key(string header, Regex pattern, string key, string path) => pattern.Match(header) is { Success: true } match ? match.Groups[1].Value
        : throw new DataFormatException($"{path}: the header has no readable '{key}' (a structured or pickled array?): {header.Trim()}");

    static int[] Shape(string text, string path)
    {
        List<int> sizes = [];
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size == 0)
                throw new DataFormatException($"{path}: the header's shape is ({text}); every size must lie in 1 to {int.MaxValue}.");
            sizes.Add(size);
        }
        return [.. sizes];
    }

    static T[] Values<T>(FileStream stream, int count, bool swap) where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>(count);
        var size = Marshal.SizeOf<T>();
        for (var start = 0; start < count; start += ChunkBytes / size)
        {
            // In pieces: the bytes of one array may be more than a span counts.
            var bytes = MemoryMarshal.AsBytes(values.AsSpan(start, Math.Min(ChunkBytes / size, count - start)));
            stream.ReadExactly(bytes);
            if (!swap) continue;
            if (size == 4) BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, uint>(bytes), MemoryMarshal.Cast<byte, uint>(bytes));
            else BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, ulong>(bytes), MemoryMarshal.Cast<byte, ulong>(bytes));
        }
        return values;
    }

    /// <summary>The values with the last axis fastest, whichever was in the file.</summary>
    static T[] InOrder<T>(T[] values, int[] shape, bool firstFastest)
    {
        if (!firstFastest || shape.Length < 2) return values;
        var ordered = new T[values.Length];
        var index = new int[shape.Length];
        for (var i = 0; i < ordered.Length; i++)
        {
            long source = 0;
            for (var axis = shape.Length - 1; axis >= 0; axis--) source = source * shape[axis] + index[axis];
            ordered[i] = values[source];
            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }
        return ordered;
    }

    internal static string Text(IEnumerable<int> shape) => string.Join(" x ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));

    [GeneratedRegex(@"'descr'\s*:\s*'(.[a-z][0-9]+)'")]
    private static partial Regex TypeKey();

    [GeneratedRegex(@"'fortran_order'\s*:\s*(True|False)")]
    private static partial Regex OrderKey();

    [GeneratedRegex(@"'shape'\s*:\s*\(([0-9,\s]*)\)")]
    private static partial Regex ShapeKey();
}
