using System.Buffers.Binary;
using System.Collections.Specialized;
using System.IO.Compression;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Encoders.Weights;

namespace MedAnomaly.Tests.Encoders.Weights;

public sealed class UnpicklerTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    static object? Read(params object[] parts) => new Unpickler("test.pth", Bytes(parts), id => id, (_, _) => null).Read();

    /// <summary>Joins opcodes, texts and numbers to a pickle: a char or byte is one byte, an int four, a string its characters.</summary>
    static byte[] Bytes(params object[] parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts)
        {
            if (part is char letter) bytes.Add((byte)letter);
            else if (part is byte value) bytes.Add(value);
            else if (part is string text) bytes.AddRange(Encoding.UTF8.GetBytes(text));
            else bytes.AddRange(BitConverter.GetBytes((int)part));
        }
        return [.. bytes];
    }

    [Fact]
    public void Plain_containers_are_read()
    {
        var dictionary = Assert.IsType<OrderedDictionary>(Read((byte)0x80, (byte)2, '}', '(', 'X', 1, "a", ']', '(', 'K', (byte)1, 'J',
            -2, 'e', 'X', 1, "b", (byte)0x88, 'N', (byte)0x86, 'u', '.'));

        Assert.Equal(["a", "b"], dictionary.Keys.Cast<string>());
        Assert.Equal([1L, -2L], Assert.IsType<List<object?>>(dictionary["a"]));
        Assert.Equal([true, null], Assert.IsType<object?[]>(dictionary["b"]));
    }

    [Fact]
    public void Integers_of_any_length_are_read()
    {
        Assert.Equal(-2L, Read((byte)0x8a, (byte)1, (byte)0xFE, '.'));
        Assert.Equal(System.Numerics.BigInteger.Pow(2, 64), Read((byte)0x8a, (byte)9, 0, 0, (byte)1, '.'));
    }

    [Fact]
    public void Os_system_is_refused_by_name_and_offset()
    {
        var fault = Assert.Throws<DataFormatException>(() => Read((byte)0x80, (byte)2, "cos\nsystem\n", 'X', 2, "id", (byte)0x85, 'R',
            '.'));

        Assert.Equal("test.pth is refused at offset 2 of its pickle: it asks for 'os.system', which is not among the 13 names that arrays "
            + "need. "
            + "Nothing was run and nothing was loaded. If you trust the file, convert it to safetensors where it was made.", fault.Message);
    }

    public static TheoryData<object[], string> Faults => new()
    {
        { ['N', (byte)0x93, '.'], "offset 1 of its pickle: it uses the opcode STACK_GLOBAL, which arrays do not need" },
        { ["i__builtin__\neval\n"], "offset 0 of its pickle: it uses the opcode INST, which arrays do not need" },
        { [(byte)0x81], "offset 0 of its pickle: it uses the opcode NEWOBJ, which arrays do not need" },
        { ['I'], "offset 0 of its pickle: it uses the opcode 0x49, which arrays do not need" },
        { [(byte)0x80, (byte)5], "offset 0 of its pickle: it is written in protocol 5; torch.save writes 2 unless told otherwise" },
        { ['X', int.MaxValue, "a"], "offset 0 of its pickle: a text of 2147483647 bytes goes past its end" },
        { ['J', "ab"], "offset 1 of its pickle: it ends after 3 bytes in the middle of an instruction" },
        { ['N'], "offset 1 of its pickle: it ends after 1 bytes in the middle of an instruction" },
        { ['.'], "offset 0 of its pickle: its stack is empty" },
        { ['(', 'N', '.'], "offset 2 of its pickle: it stops with objects left on its stack" },
        { ['N', '(', (byte)0x85], "offset 2 of its pickle: its stack is empty" },
        { ['t'], "offset 0 of its pickle: it lacks a mark" },
        { ['h', (byte)9], "offset 0 of its pickle: it recalls entry 9, which it never stored" },
        { ['N', 'N', 'a'], "offset 2 of its pickle: it appends to what is no list" },
        { ['N', '(', 'N', 'N', 'u'], "offset 4 of its pickle: it sets items of what is no dictionary" },
        { ['}', 'N', 'N', 's'], "offset 3 of its pickle: a dictionary key in it is neither text nor number" },
        { ['N', 'N', 'b'], "offset 2 of its pickle: it sets the state of what is no dictionary" },
        { ['N', ')', 'R'], "offset 2 of its pickle: it applies what is no function" },
        { ["ctorch\nFloatStorage\n", ')', 'R'],
            "offset 21 of its pickle: it applies 'torch.FloatStorage' to 0 arguments, which no array needs" },
        { ["ctorch\nFloat"], "offset 0 of its pickle: a name in it does not end" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_damaged_or_hostile_pickle_is_refused_by_opcode_and_offset(object[] parts, string what)
    {
        var fault = Assert.Throws<DataFormatException>(() => Read(parts));

        Assert.StartsWith($"test.pth is refused at {what}. ", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 3, 3, 1, 6, "an array of shape [3, 3] and stride [3, 1] from 0 goes past its storage '0' of 6 elements")]
    [InlineData(4, 1, 3, 1, 6, "an array of shape [1, 3] and stride [3, 1] from 4 goes past its storage '0' of 6 elements")]
    [InlineData(0, 200, 200, 0, 6, "an array of shape [200, 200] and stride [0, 0] from 0 goes past its storage '0' of 6 elements")]
    [InlineData(0, 3, 2, 1, 7, "the storage 'archive/data/0' has 24 bytes (24 stored); expected 28")]
    public void An_array_outside_its_storage_is_refused(int offset, int rows, int columns, int stride, int count, string what)
    {
        var path = WriteZip(Bytes((byte)0x80, (byte)2, '}', 'X', 1, "w", "ctorch._utils\n_rebuild_tensor_v2\n", '(',
            '(', 'X', 7, "storage", "ctorch\nFloatStorage\n", 'X', 1, "0", 'X', 3, "cpu", 'J', count, 't', 'Q',
            'J', offset, 'J', rows, 'J', columns, (byte)0x86, 'J', stride * columns, 'J', stride, (byte)0x86, (byte)0x89, '}', 't', 'R',
                's', '.'), 24);

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(path));

        Assert.Equal($"{path} is no readable PyTorch weight file: {what}. Nothing was run and nothing was loaded.", fault.Message);
    }

    [Fact]
    public void A_compressed_storage_is_refused_because_it_could_grow_without_bound()
    {
        var path = WriteZip(Bytes((byte)0x80, (byte)2, '}', 'X', 1, "w", "ctorch._utils\n_rebuild_tensor_v2\n", '(',
            '(', 'X', 7, "storage", "ctorch\nFloatStorage\n", 'X', 1, "0", 'X', 3, "cpu", 'J', 1 << 20, 't', 'Q',
            'K', (byte)0, 'J', 1 << 20, (byte)0x85, 'K', (byte)1, (byte)0x85, (byte)0x89, '}', 't', 'R', 's', '.'), 4 << 20,
                CompressionLevel.Optimal);

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(path));

        Assert.Contains("the storage 'archive/data/0' has 4194304 bytes (", fault.Message, StringComparison.Ordinal);
        Assert.Contains(" stored); expected 4194304", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("state.pth")]
    [InlineData("state-legacy.pth")]
    public void A_changed_byte_is_read_or_refused_and_nothing_else(string name)
    {
        var original = File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "golden", "weights", name));
        var path = Path.Combine(folder.FullName, name);

        Prop.ForAll(
            Gen.Choose(0, original.Length - 1).SelectMany(at => Gen.Choose(1, 255).Select(by => (at, by))).ToArbitrary(),
            change =>
            {
                var bytes = (byte[])original.Clone();
                bytes[change.at] ^= (byte)change.by;
                File.WriteAllBytes(path, bytes);
                return ReadsOrRefuses(path);
            }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("state.pth")]
    [InlineData("state-legacy.pth")]
    public void A_truncated_file_is_refused(string name)
    {
        var original = File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "golden", "weights", name));
        var path = Path.Combine(folder.FullName, name);
        for (var length = 0; length < original.Length; length += 97)
        {
            File.WriteAllBytes(path, original[..length]);
            Assert.Throws<DataFormatException>(() => WeightFile.Open(path));
        }
    }

    internal static bool ReadsOrRefuses(string path)
    {
        try
        {
            foreach (var tensor in WeightFile.Open(path).Tensors.Values) WeightFileTests.Values(tensor);
            return true;
        }
        catch (DataFormatException)
        {
            return true;
        }
    }

    string WriteZip(byte[] pickle, int storageBytes, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var path = Path.Combine(folder.FullName, "weights.pth");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        using (var stream = archive.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open()) stream.Write(pickle);
        using (var stream = archive.CreateEntry("archive/data/0", level).Open()) stream.Write(new byte[storageBytes]);
        return path;
    }
}
