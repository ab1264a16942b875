using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

public sealed partial class VariationalAutoencoder
{
    static readonly NetworkFile<Header> saved = new("variational autoencoder");

    /// <summary>What a saved autoencoder says about itself, beside its weights.</summary>
    sealed record Header(int ImageSize, int Channels, int LatentDimension);

    /// <summary>SHA-256 of the weights, as records name them.</summary>
    public string WeightsHash => StateDicts.Hash(StateDicts.Of(network));

    /// <summary>Writes weights and sizes to a safetensors file, whole or not at all.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path) => saved.Save(path, network, new(ImageSize, Channels, LatentDimension));

    /// <summary>Reads an autoencoder that <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataFormatException">The file is damaged, no variational autoencoder, or its weights are of another one.</exception>
    public static VariationalAutoencoder Load(string path, Device? device = null) => saved.Load(path,
        (header, weights) => weights.TryGetValue("mean.weight", out var mean)
            && mean.Shape.SequenceEqual([header.LatentDimension, VariationalNetwork.Features(header.ImageSize)]) ? null
            : $"its weights do not take images of {header.ImageSize} pixels to {header.LatentDimension} numbers, as its header says.",
        header => new VariationalAutoencoder(header.ImageSize, header.Channels, header.LatentDimension, device: device),
        autoencoder => autoencoder.network);
}
