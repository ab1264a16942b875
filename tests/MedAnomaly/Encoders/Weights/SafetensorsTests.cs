using System.Buffers.Binary;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders.Weights;

public sealed class SafetensorsTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    string FilePath => Path.Combine(folder.FullName, "weights.safetensors");

    public void Dispose() => folder.Delete(recursive: true);

    void Write(string header, int dataBytes, ulong? announced = null)
    {
        var text = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + text.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, announced ?? (ulong)text.Length);
        text.CopyTo(bytes, 8);
        File.WriteAllBytes(FilePath, bytes);
    }

    public static TheoryData<string, int, string> Faults => new()
    {
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}""", 8, "its header is not valid JSON with unique keys: " },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "its header is not valid JSON with unique keys: Duplicate" },
        { """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "its header is not valid JSON with unique keys: Duplicate" },
        { """{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "its header is not valid JSON with unique keys: " },
        { """ {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "its header starts with byte 0x20; expected '{'" },
        { "", 4, "its header starts with nothing; expected '{'" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'a' starts at 4; expected 0 (a hole)" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor 'b' starts at 8; expected 4 (a hole)" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'b' starts at 4; expected 8 (an overlap)" },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'a' of type F32 and shape [2] takes 8 bytes; its offsets give 4" },
        { """{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}""", 4, "tensor 'a' has the shape [4611686018427387904, 8], whose size overflows" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "tensor 'a' lies at [0, 4), and the data has 3 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "tensor 'a' lies at [4, 0), and the data has 4 bytes" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "its tensors end at 4, and the data has 5 bytes" },
        { """{"a":{"dtype":"Q4","shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'a' has dtype 'Q4'; expected one of BOOL, U8, I8, I16, I32, I64, F16, BF16, F32, F64" },
        { """{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "shape of tensor 'a' holds -1; expected whole numbers from 0 on" },
        { """{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "shape of tensor 'a' holds 1.5; expected whole numbers from 0 on" },
        { """{"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "shape of tensor 'a' holds 1; expected whole numbers from 0 on" },
        { """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "shape of tensor 'a' is Number; expected Array" },
        { """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "tensor 'a' has data_offsets that are not two numbers" },
        { """{"a":{"dtype":"F32","shape":[1]}}""", 4, "tensor 'a' has no data_offsets" },
        { """{"a":7}""", 4, "tensor 'a' is Number; expected an object" },
        { """{"__metadata__":{"a":1}}""", 0, "__metadata__.a is Number; expected a string" },
        { """{"__metadata__":[]}""", 0, "__metadata__ is Array; expected an object of strings" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_broken_rule_is_named(string header, int dataBytes, string what)
    {
        Write(header, dataBytes);

        var fault = Assert.Throws<DataFormatException>(() => Safetensors.Open(FilePath));

        Assert.StartsWith($"{FilePath} is no valid safetensors file: {what}", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(". Nothing was loaded. Fetch or write the file again.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000_001UL, "it announces a header of 100000001 bytes; the format allows 100000000")]
    [InlineData(ulong.MaxValue, "it announces a header of 18446744073709551615 bytes; the format allows 100000000")]
    [InlineData(90_000_000UL, "it announces a header of 90000000 bytes, and only 2 follow")]
    public void A_header_longer_than_allowed_or_than_the_file_is_refused_before_memory_is_taken(ulong announced, string what)
    {
        Write("{}", 0, announced);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var fault = Assert.Throws<DataFormatException>(() => Safetensors.Open(FilePath));

        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
        Assert.Equal($"{FilePath} is no valid safetensors file: {what}. Nothing was loaded. Fetch or write the file again.", fault.Message);
    }

    [Fact]
    public void A_file_without_room_for_a_length_is_refused()
    {
        File.WriteAllBytes(FilePath, [1, 2, 3]);

        var fault = Assert.Throws<DataFormatException>(() => Safetensors.Open(FilePath));

        Assert.StartsWith($"{FilePath} is no valid safetensors file: it has 3 bytes; the header's length alone takes 8.", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_that_is_not_UTF_8_is_refused()
    {
        File.WriteAllBytes(FilePath, [3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', 0xFF, (byte)'}']);

        var fault = Assert.Throws<DataFormatException>(() => Safetensors.Open(FilePath));

        Assert.StartsWith($"{FilePath} is no valid safetensors file: its header is not UTF-8.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deeply_nested_json_is_refused()
    {
        Write("{\"a\":" + new string('[', 100_000), 0);

        Assert.Throws<DataFormatException>(() => Safetensors.Open(FilePath));
    }

    [Fact]
    public void A_scalar_an_empty_array_and_metadata_are_read()
    {
        Write("""{"__metadata__":{"format":"pt"},"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"F32","shape":[0,3],"data_offsets":[8,8]}}  """, 8);

        var file = WeightFile.Open(FilePath);

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([0.0], WeightFileTests.Values(file.Tensors["s"]));
        Assert.Equal([0L, 3L], file.Tensors["e"].Shape);
        Assert.Empty(WeightFileTests.Values(file.Tensors["e"]));
    }

    [Fact]
    public void Two_arrays_of_one_name_are_not_written()
    {
        var tensor = new WeightTensor("a", ScalarType.Byte, [1], destination => destination.Clear());

        var fault = Assert.Throws<ArgumentException>(() => Safetensors.Save(FilePath, [tensor, tensor]));

        Assert.StartsWith("The tensor name 'a' is reserved or occurs twice.", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Whatever_is_written_is_read_again()
    {
        var types = new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.Int64, ScalarType.BFloat16, ScalarType.Bool,
            ScalarType.Byte };
        var shapes = Gen.ListOf(Gen.Choose(0, 4)).Where(shape => shape.Count < 4).Select(shape => shape.Select(size => (long)size)
            .ToArray());
        var arrays = Gen.Elements(types).SelectMany(type => shapes.Select(shape => (type, shape)));

        Prop.ForAll(Gen.ListOf(arrays).ToArbitrary(), list =>
        {
            var random = new Random(list.Count);
            var written = list.Select((array, i) =>
            {
                var bytes = new byte[WeightTensor.TryCountBytes(array.type, array.shape)!.Value];
                random.NextBytes(bytes);
                return (Tensor: new WeightTensor($"t.{i} \"ü\"", array.type, array.shape, destination => bytes.CopyTo(destination)),
                    Bytes: bytes);
            }).ToArray();
            Safetensors.Save(FilePath, written.Select(entry => entry.Tensor), new Dictionary<string, string> { ["note"] = "ä\n" });
            var read = Safetensors.Open(FilePath);
            return read.Metadata["note"] == "ä\n" && read.Tensors.Count == written.Length && written.All(entry =>
            {
                var tensor = read.Tensors[entry.Tensor.Name];
                var bytes = new byte[tensor.ByteCount];
                tensor.CopyTo(bytes);
                return tensor.Type == entry.Tensor.Type && tensor.Shape.SequenceEqual(entry.Tensor.Shape)
                    && bytes.SequenceEqual(entry.Bytes);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_changed_byte_is_read_or_refused_and_nothing_else()
    {
        Write("""{"__metadata__":{"format":"pt"},"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]}}""", 32);
        var original = File.ReadAllBytes(FilePath);

        Prop.ForAll(Gen.Choose(0, original.Length - 1).SelectMany(at => Gen.Choose(1, 255).Select(by => (at, by))).ToArbitrary(), change =>
        {
            var bytes = (byte[])original.Clone();
            bytes[change.at] ^= (byte)change.by;
            File.WriteAllBytes(FilePath, bytes);
            return UnpicklerTests.ReadsOrRefuses(FilePath);
        }).QuickCheckThrowOnFailure();
    }
}
