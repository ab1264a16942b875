using System.Text.Json;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders.Weights;

/// <summary>A TensorFlow.js model's weights: the manifest in model.json, the values in the shard files beside it.</summary>
static class TensorFlowJs
{
    /// <summary>Opens a model by its model.json; every size is checked against the shards' lengths.</summary>
    /// <exception cref="DataFormatException">The manifest is damaged, or a shard is missing or has another length.</exception>
    public static WeightFile Open(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var json = JsonDocument.Parse(stream);
            var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
            foreach (var group in json.RootElement.GetProperty("weightsManifest").EnumerateArray()) ReadGroup(path, group, tensors);
            return new WeightFile(path, WeightFormat.TensorFlowJs, tensors, new Dictionary<string, string>());
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw Broken(path, $"its JSON is not a TensorFlow.js model with a weightsManifest: {fault.Message}", fault);
        }
    }

    static void ReadGroup(string path, JsonElement group, Dictionary<string, WeightTensor> tensors)
    {
        var shards = group.GetProperty("paths").EnumerateArray().Select(name => Shard(path, name.GetString()!)).ToArray();
        var total = shards.Sum(shard => shard.Length);
        var offset = 0L;
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString()!;
            if (weight.TryGetProperty("quantization", out _))
                throw Broken(path, $"'{name}' is quantised; convert the model without quantisation");
            var type = ParseType(path, name, weight.GetProperty("dtype").GetString()!);
            var shape = weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
            var length = WeightTensor.TryCountBytes(type, shape) ?? throw Broken(path,
                $"'{name}' has the impossible shape {WeightTensor.Format(shape)}");
            if (length > total - offset)
                throw Broken(path, $"'{name}' {WeightTensor.Format(shape)} needs {length} bytes at offset {offset}, and the shards have "
                    + $"{total} bytes in all");
            var start = offset;
            if (!tensors.TryAdd(name, new WeightTensor(name, type, shape, destination => Read(shards, start, destination))))
                throw Broken(path, $"'{name}' occurs twice");
            offset += length;
        }
        if (offset != total) throw Broken(path, $"its tensors take {offset} bytes, and the shards have {total}");
    }

    static FileSlice Shard(string modelPath, string name)
    {
        if (name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\'))
            throw Broken(modelPath, $"the shard '{name}' is not a plain file name");
        var file = new FileInfo(Path.Combine(Path.GetDirectoryName(modelPath) ?? "", name));
        return file.Exists ? new FileSlice(file.FullName, 0, file.Length)
            : throw Broken(modelPath, $"the shard {file.FullName} is missing");
    }

    /// <summary>Reads across the shards' borders: an array may begin in one and end in the next.</summary>
    static void Read(FileSlice[] shards, long start, Span<byte> destination)
    {
        foreach (var shard in shards)
        {
            if (destination.IsEmpty) return;
            if (start < shard.Length)
            {
                var count = (int)Math.Min(shard.Length - start, destination.Length);
                shard.Read(start, destination[..count]);
                destination = destination[count..];
                start += count;
            }
            start -= shard.Length;
        }
    }

    static ScalarType ParseType(string path, string name, string type) => type switch
    {
        "float32" => ScalarType.Float32,
        "int32" => ScalarType.Int32,
        "bool" => ScalarType.Bool,
        _ => throw Broken(path, $"'{name}' has dtype '{type}'; expected float32, int32 or bool"),
    };

    static DataFormatException Broken(string path, string what, Exception? inner = null) =>
        new($"{path} is no readable TensorFlow.js model: {what}. Nothing was loaded. Fetch the model again.", inner);
}
