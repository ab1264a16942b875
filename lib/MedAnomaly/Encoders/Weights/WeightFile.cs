using System.Buffers.Binary;
using System.Text.Json;

namespace MedAnomaly.Encoders.Weights;

/// <summary>How a weight file is written.</summary>
public enum WeightFormat
{
    /// <summary>TensorFlow.js: model.json and its shards.</summary>
    TensorFlowJs,
    /// <summary>safetensors.</summary>
    Safetensors,
    /// <summary>torch.save, as a zip archive (since 1.6) or the older sequence of pickles.</summary>
    PyTorch,
}

/// <summary>A weight file of any format, in one form: named arrays whose values are read when asked for.</summary>
/// <param name="Path">The file; for TensorFlow.js its model.json.</param>
/// <param name="Format">How it is written.</param>
/// <param name="Tensors">The arrays by name, in the file's order.</param>
/// <param name="Metadata">What the file says about itself; only safetensors does.</param>
public sealed record WeightFile(string Path, WeightFormat Format, IReadOnlyDictionary<string, WeightTensor> Tensors,
    IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>
    /// Opens a weight file, whatever its format, by its first bytes and not by its name. <paramref name="path"/> may also be the folder of
    /// a TensorFlow.js model. Nothing in the file is executed, and no array is read yet.
    /// </summary>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is none of the formats, or damaged.</exception>
    public static WeightFile Open(string path)
    {
        if (Directory.Exists(path)) path = System.IO.Path.Combine(path, "model.json");
        if (!File.Exists(path))
            throw new DatasetException($"{path} does not exist. A weight file is a .safetensors, a .pth or .pt, or a TensorFlow.js folder "
                + "with model.json.");
        Span<byte> head = stackalloc byte[9];
        int count;
        using (var file = File.OpenRead(path)) count = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head[..count] switch
        {
            [(byte)'P', (byte)'K', 3, 4, ..] => PyTorchZip.Open(path),
            [0x80, ..] when count < 9 || head[8] != '{' => PyTorchLegacy.Open(path),
            [(byte)'{', ..] when count < 9 || BinaryPrimitives.ReadUInt64LittleEndian(head) > Safetensors.MaximumHeader =>
                TensorFlowJs.Open(path),
            _ when count == 9 && head[8] == '{' => Safetensors.Open(path),
            _ => throw new DataFormatException($"{path} is no weight file: its first bytes are {Convert.ToHexString(head[..count])}. "
                + "Expected safetensors, a PyTorch archive, or model.json of TensorFlow.js."),
        };
    }

    /// <summary>What the file says about itself under a name, as JSON: what our own files hold beside their arrays.</summary>
    /// <param name="name">The key of the metadata.</param>
    /// <param name="fault">Makes the exception from what is wrong, a sentence, and from what was thrown.</param>
    internal THeader Header<THeader>(string name, Func<string, Exception?, DataFormatException> fault)
        where THeader : class
    {
        if (!Metadata.TryGetValue(name, out var json)) throw fault($"it has no '{name}' header.", null);
        try
        {
            return JsonSerializer.Deserialize<THeader>(json) ?? throw fault($"its '{name}' header is null.", null);
        }
        catch (JsonException wrong)
        {
            throw fault(wrong.Message, wrong);
        }
    }
}
