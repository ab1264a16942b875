using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

public sealed partial class VariationalAutoencoder
{
    const string HeaderKey = "variational-autoencoder";

    /// <summary>What a saved autoencoder says about itself, beside its weights.</summary>
    sealed record Header(int ImageSize, int Channels, int LatentDimension);

    /// <summary>SHA-256 of the weights, as records name them.</summary>
    public string WeightsHash => StateDicts.Hash(StateDicts.Of(network));

    /// <summary>Writes weights and sizes to a safetensors file, whole or not at all.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path) => Safetensors.Save(path, StateDicts.Of(network).Values, new Dictionary<string, string>
    {
        [HeaderKey] = JsonSerializer.Serialize(new Header(ImageSize, Channels, LatentDimension)),
    });

    /// <summary>Reads an autoencoder that <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataFormatException">The file is damaged, no variational autoencoder, or its weights are of another one.</exception>
    public static VariationalAutoencoder Load(string path, Device? device = null)
    {
        var file = Safetensors.Open(path);
        var header = ReadHeader(file);
        // What the file says of itself takes no memory before its arrays, which its length has borne out, agree.
        if (!file.Tensors.TryGetValue("mean.weight", out var mean)
            || !mean.Shape.SequenceEqual([header.LatentDimension, VariationalNetwork.Features(header.ImageSize)]))
            throw NotSaved(path, $"its weights do not take images of {header.ImageSize} pixels to {header.LatentDimension} numbers, "
                + "as its header says.");
        VariationalAutoencoder? loaded = null;
        try
        {
            loaded = new(header.ImageSize, header.Channels, header.LatentDimension, device: device);
            StateDicts.Load(loaded.network, file.Tensors, path);
            return loaded;
        }
        catch (UsageException fault)
        {
            throw NotSaved(path, fault.Message, fault);
        }
        catch (DataFormatException)
        {
            loaded?.Dispose();
            throw;
        }
    }

    static Header ReadHeader(WeightFile file)
    {
        if (!file.Metadata.TryGetValue(HeaderKey, out var json)) throw NotSaved(file.Path, $"it has no '{HeaderKey}' header.");
        try
        {
            return JsonSerializer.Deserialize<Header>(json) ?? throw NotSaved(file.Path, $"its '{HeaderKey}' header is null.");
        }
        catch (JsonException fault)
        {
            throw NotSaved(file.Path, fault.Message, fault);
        }
    }

    static DataFormatException NotSaved(string path, string why, Exception? inner = null) =>
        new($"{path} is no saved variational autoencoder: {why} Train again and save.", inner);
}
