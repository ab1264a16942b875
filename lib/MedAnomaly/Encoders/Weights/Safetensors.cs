using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;
using MedAnomaly.Files;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders.Weights;

/// <summary>
/// The safetensors format: an 8-byte length, a JSON header, then the arrays one after the other. Every rule of the format is enforced
/// before any memory is taken: the header's size, unique names, offsets without holes or overlap, sizes that agree with the shapes, and a
/// file that ends exactly where the last array does.
/// </summary>
public static class Safetensors
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaximumHeader = 100_000_000;

    const int LengthSize = sizeof(ulong);
    const string MetadataKey = "__metadata__";

    static readonly Dictionary<string, ScalarType> Types = new(StringComparer.Ordinal)
    {
        ["BOOL"] = ScalarType.Bool, ["U8"] = ScalarType.Byte, ["I8"] = ScalarType.Int8, ["I16"] = ScalarType.Int16,
        ["I32"] = ScalarType.Int32, ["I64"] = ScalarType.Int64, ["F16"] = ScalarType.Float16, ["BF16"] = ScalarType.BFloat16,
        ["F32"] = ScalarType.Float32, ["F64"] = ScalarType.Float64,
    };

    /// <summary>Opens a file and checks its header against its length; the arrays are read when asked for.</summary>
    /// <exception cref="DataFormatException">A rule of the format is broken; the message names it.</exception>
    public static WeightFile Open(string path)
    {
        var header = ReadHeader(path, out var dataStart, out var dataLength);
        try
        {
            using var json = JsonDocument.Parse(header, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var entries = new List<(long Begin, long End, WeightTensor Tensor)>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataKey) ReadMetadata(path, property.Value, metadata);
                else entries.Add(ReadEntry(path, property.Name, property.Value, dataStart, dataLength));
            }
            CheckLayout(path, entries, dataLength);
            return new WeightFile(path, WeightFormat.Safetensors,
                entries.ToDictionary(entry => entry.Tensor.Name, entry => entry.Tensor, StringComparer.Ordinal), metadata);
        }
        // The JSON reader reports text that is no Unicode (half a surrogate pair in an escape) as an invalid operation.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            throw Broken(path, $"its header is not valid JSON with unique keys: {fault.Message}", fault);
        }
    }

    /// <summary>Reads all arrays of a file as tensors on <paramref name="device"/>; the caller disposes of them.</summary>
    /// <exception cref="DataFormatException">A rule of the format is broken; the message names it.</exception>
    public static Dictionary<string, Tensor> Load(string path, Device? device = null) =>
        Open(path).Tensors.ToDictionary(entry => entry.Key, entry => entry.Value.ToTensor(device), StringComparer.Ordinal);

    /// <summary>Writes tensors (a module's state_dict, say) to a file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">A tensor's type has no name in the format, or a name is reserved.</exception>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Save(path, tensors.Select(entry => new WeightTensor(entry.Key, entry.Value.dtype, entry.Value.shape, destination =>
        {
            using var scope = NewDisposeScope();
            if (destination.Length > 0) entry.Value.detach().cpu().contiguous().bytes.CopyTo(destination);
        })), metadata);
    }

    /// <summary>Writes arrays to a file, whole or not at all.</summary>
    /// <exception cref="ArgumentException">A type has no name in the format, a name is reserved or occurs twice.</exception>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void Save(string path, IEnumerable<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var ordered = tensors.ToList();
        var header = WriteHeader(ordered, metadata);
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthSize];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
            stream.Write(length);
            stream.Write(header);
            foreach (var tensor in ordered)
            {
                var bytes = new byte[tensor.ByteCount];
                tensor.CopyTo(bytes);
                stream.Write(bytes);
            }
        });
    }

    static byte[] ReadHeader(string path, out long dataStart, out long dataLength)
    {
        using var file = File.OpenRead(path);
        if (file.Length < LengthSize) throw Broken(path, $"it has {file.Length} bytes; the header's length alone takes {LengthSize}");
        Span<byte> lengthBytes = stackalloc byte[LengthSize];
        file.ReadExactly(lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (length > MaximumHeader) throw Broken(path, $"it announces a header of {length} bytes; the format allows {MaximumHeader}");
        if (length > (ulong)(file.Length - LengthSize))
            throw Broken(path, $"it announces a header of {length} bytes, and only {file.Length - LengthSize} follow");
        var header = new byte[length];
        file.ReadExactly(header);
        if (header is not [(byte)'{', ..])
            throw Broken(path, $"its header starts with {(header.Length == 0 ? "nothing" : $"byte 0x{header[0]:X2}")}; expected '{{'");
        if (!Utf8.IsValid(header)) throw Broken(path, "its header is not UTF-8");
        dataStart = LengthSize + header.Length;
        dataLength = file.Length - dataStart;
        return header;
    }

    static void ReadMetadata(string path, JsonElement element, Dictionary<string, string> metadata)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Broken(path, $"{MetadataKey} is {element.ValueKind}; expected an object of strings");
        foreach (var property in element.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Broken(path, $"{MetadataKey}.{property.Name} is {property.Value.ValueKind}; expected a string");
            metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    static (long Begin, long End, WeightTensor Tensor) ReadEntry(string path, string name, JsonElement entry, long dataStart,
        long dataLength)
    {
        if (entry.ValueKind != JsonValueKind.Object) throw Broken(path, $"tensor '{name}' is {entry.ValueKind}; expected an object");
        var typeName = Field(path, name, entry, "dtype", JsonValueKind.String).GetString()!;
        if (!Types.TryGetValue(typeName, out var type))
            throw Broken(path, $"tensor '{name}' has dtype '{typeName}'; expected one of {string.Join(", ", Types.Keys)}");
        var shape = Integers(path, name, entry, "shape");
        if (Integers(path, name, entry, "data_offsets") is not [var begin, var end])
            throw Broken(path, $"tensor '{name}' has data_offsets that are not two numbers");
        if (begin > end || end > dataLength)
            throw Broken(path, $"tensor '{name}' lies at [{begin}, {end}), and the data has {dataLength} bytes");
        var expected = WeightTensor.TryCountBytes(type, shape)
            ?? throw Broken(path, $"tensor '{name}' has the shape {WeightTensor.Format(shape)}, whose size overflows");
        if (end - begin != expected)
            throw Broken(path, $"tensor '{name}' of type {typeName} and shape {WeightTensor.Format(shape)} takes {expected} bytes; its "
                + $"offsets give {end - begin}");
        var slice = new FileSlice(path, dataStart + begin, end - begin);
        return (begin, end, new WeightTensor(name, type, shape, destination => slice.Read(0, destination)));
    }

    /// <summary>Sorts the arrays by their place in the file and refuses holes, overlap and bytes left over.</summary>
    static void CheckLayout(string path, List<(long Begin, long End, WeightTensor Tensor)> entries, long dataLength)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        var expected = 0L;
        foreach (var (begin, end, tensor) in entries)
        {
            if (begin != expected)
                throw Broken(path, $"tensor '{tensor.Name}' starts at {begin}; expected {expected} "
                    + $"({(begin > expected ? "a hole" : "an overlap")})");
            expected = end;
        }
        if (expected != dataLength) throw Broken(path, $"its tensors end at {expected}, and the data has {dataLength} bytes");
    }

    static JsonElement Field(string path, string name, JsonElement entry, string field, JsonValueKind kind)
    {
        if (!entry.TryGetProperty(field, out var value)) throw Broken(path, $"tensor '{name}' has no {field}");
        return value.ValueKind == kind ? value : throw Broken(path, $"{field} of tensor '{name}' is {value.ValueKind}; expected {kind}");
    }

    static long[] Integers(string path, string name, JsonElement entry, string field)
    {
        var array = Field(path, name, entry, field, JsonValueKind.Array);
        return [.. array.EnumerateArray().Select(item =>
            item.ValueKind == JsonValueKind.Number && item.TryGetInt64(out var value) && value >= 0
                ? value
                : throw Broken(path, $"{field} of tensor '{name}' holds {item}; expected whole numbers from 0 on"))];
    }

    static byte[] WriteHeader(List<WeightTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
            var offset = 0L;
            foreach (var tensor in tensors)
            {
                if (!names.Add(tensor.Name))
                    throw new ArgumentException($"The tensor name '{tensor.Name}' is reserved or occurs twice.", nameof(tensors));
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", TypeName(tensor));
                json.WriteStartArray("shape");
                foreach (var size in tensor.Shape) json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.ByteCount);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of eight, so that the arrays of a mapped file are aligned.
        while (buffer.Length % LengthSize != 0) buffer.WriteByte((byte)' ');
        if (buffer.Length > MaximumHeader)
            throw new ArgumentException($"The header would take {buffer.Length} bytes; the format allows {MaximumHeader}.",
                nameof(tensors));
        return buffer.ToArray();
    }

    static string TypeName(WeightTensor tensor) =>
        Types.FirstOrDefault(entry => entry.Value == tensor.Type).Key
            ?? throw new ArgumentException($"{tensor} has a type that safetensors does not know.");

    static DataFormatException Broken(string path, string what, Exception? inner = null) =>
        new($"{path} is no valid safetensors file: {what}. Nothing was loaded. Fetch or write the file again.", inner);
}
