using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders.Weights;

public sealed class WeightFileTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    static string Fixture(string name) => Path.Combine(Repository.Root, "tests", "golden", "weights", name);

    [Theory]
    [InlineData("state.pth")]
    [InlineData("state-legacy.pth")]
    [InlineData("checkpoint.pth")]
    public void Every_array_of_a_PyTorch_file_has_Pythons_values(string name)
    {
        var file = WeightFile.Open(Fixture(name));

        Assert.Equal(WeightFormat.PyTorch, file.Format);
        var golden = Repository.Golden("weights/state.json").GetProperty("tensors").EnumerateObject().ToArray();
        Assert.Equal(golden.Select(entry => entry.Name), file.Tensors.Keys);
        foreach (var entry in golden)
        {
            var tensor = file.Tensors[entry.Name];
            Assert.Equal(entry.Value.GetProperty("type").GetString(), tensor.Type.ToString());
            Assert.Equal(entry.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.Shape);
            Assert.Equal(entry.Value.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()), Values(tensor));
        }
    }

    [Fact]
    public void A_pickled_module_is_refused_by_the_name_of_its_class()
    {
        var path = Fixture("module.pth");

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(path));

        Assert.Equal($"{path} is refused at offset 2 of its pickle: it asks for 'torch.nn.modules.container.Sequential', which is not "
            + "among the 13 names that "
            + "arrays need. Nothing was run and nothing was loaded. If you trust the file, convert it to safetensors where it was made.",
            fault.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var fault = Assert.Throws<DatasetException>(() => WeightFile.Open("nowhere.pth"));

        Assert.Equal("nowhere.pth does not exist. A weight file is a .safetensors, a .pth or .pt, or a TensorFlow.js folder with "
            + "model.json.", fault.Message);
    }

    [Fact]
    public void A_web_page_is_no_weight_file()
    {
        var path = Path.Combine(folder.FullName, "resnet18.pth");
        File.WriteAllText(path, "<!DOCTYPE html><html>");

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(path));

        Assert.Equal($"{path} is no weight file: its first bytes are 3C21444F4354595045. Expected safetensors, a PyTorch archive, or "
            + "model.json of TensorFlow.js.",
            fault.Message);
    }

    [Fact]
    public void An_array_spans_the_shards_of_a_TensorFlow_js_model()
    {
        var path = WriteTensorFlowJs("""[{"name":"a/kernel","shape":[2,2],"dtype":"float32"},{"name":"b","shape":[],"dtype":"float32"}]""", 7, 13);

        var file = WeightFile.Open(folder.FullName);

        Assert.Equal(WeightFormat.TensorFlowJs, file.Format);
        Assert.Equal(path, file.Path);
        Assert.Equal([0f, 1f, 2f, 3f], file.Tensors["a/kernel"].ToSingles());
        Assert.Equal([4f], file.Tensors["b"].ToSingles());
    }

    [Theory]
    [InlineData("""[{"name":"a","shape":[2,3],"dtype":"float32"}]""", "'a' [2, 3] needs 24 bytes at offset 0, and the shards have 20 bytes in all")]
    [InlineData("""[{"name":"a","shape":[4],"dtype":"float32"}]""", "its tensors take 16 bytes, and the shards have 20")]
    [InlineData("""[{"name":"a","shape":[-5],"dtype":"float32"}]""", "'a' has the impossible shape [-5]")]
    [InlineData("""[{"name":"a","shape":[4611686018427387904, 4],"dtype":"float32"}]""", "'a' has the impossible shape [4611686018427387904, 4]")]
    [InlineData("""[{"name":"a","shape":[5],"dtype":"complex64"}]""", "'a' has dtype 'complex64'; expected float32, int32 or bool")]
    [InlineData("""[{"name":"a","shape":[1],"dtype":"float32"},{"name":"a","shape":[4],"dtype":"float32"}]""", "'a' occurs twice")]
    [InlineData("""[{"name":"a","shape":[5],"dtype":"float32","quantization":{"dtype":"uint8"}}]""", "'a' is quantised; convert the model without quantisation")]
    public void A_TensorFlow_js_manifest_that_does_not_fit_its_shards_is_refused(string weights, string what)
    {
        var path = WriteTensorFlowJs(weights, 20);

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(folder.FullName));

        Assert.Equal($"{path} is no readable TensorFlow.js model: {what}. Nothing was loaded. Fetch the model again.", fault.Message);
    }

    [Theory]
    [InlineData("../shard0.bin", "the shard '../shard0.bin' is not a plain file name")]
    [InlineData("gone.bin", "is missing")]
    public void A_shard_that_is_missing_or_elsewhere_is_refused(string shard, string what)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "model.json"), $$"""{"weightsManifest":[{"paths":["{{shard}}"],"weights":[]}]}""");

        var fault = Assert.Throws<DataFormatException>(() => WeightFile.Open(folder.FullName));

        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    string WriteTensorFlowJs(string weights, params int[] shardLengths)
    {
        var bytes = MemoryMarshal.AsBytes<float>(new float[] { 0, 1, 2, 3, 4 });
        for (var i = 0; i < shardLengths.Length; i++)
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, $"shard{i}.bin"), bytes[..shardLengths[i]]);
            bytes = bytes[shardLengths[i]..];
        }
        var paths = string.Join(',', shardLengths.Select((_, i) => $"\"shard{i}.bin\""));
        var path = Path.Combine(folder.FullName, "model.json");
        File.WriteAllText(path, $$"""{"format":"layers-model","weightsManifest":[{"paths":[{{paths}}],"weights":{{weights}}}]}""");
        return path;
    }

    internal static double[] Values(WeightTensor tensor)
    {
        var bytes = new byte[tensor.ByteCount];
        tensor.CopyTo(bytes);
        return tensor.Type switch
        {
            ScalarType.Float32 => [.. MemoryMarshal.Cast<byte, float>(bytes).ToArray().Select(value => (double)value)],
            ScalarType.Float64 => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            ScalarType.Float16 => [.. MemoryMarshal.Cast<byte, Half>(bytes).ToArray().Select(value => (double)value)],
            ScalarType.BFloat16 => [.. bytes.Chunk(2)
                .Select(pair => (double)BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(pair) << 16))],
            ScalarType.Int64 => [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(value => (double)value)],
            ScalarType.Int32 => [.. MemoryMarshal.Cast<byte, int>(bytes).ToArray().Select(value => (double)value)],
            _ => [.. bytes.Select(value => (double)value)],
        };
    }
}
