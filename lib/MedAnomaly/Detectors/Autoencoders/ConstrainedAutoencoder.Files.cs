using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

public sealed partial class ConstrainedAutoencoder
{
    static readonly NetworkFile<Header> saved = new("constrained autoencoder");

    /// <summary>What a saved autoencoder says about itself, beside its weights.</summary>
    sealed record Header(int ImageSize, int LatentDimension, string Loss);

    /// <summary>SHA-256 of the weights, as records name them.</summary>
    public string WeightsHash => StateDicts.Hash(StateDicts.Of(network));

    /// <summary>Writes weights and settings to a safetensors file, whole or not at all.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path) => saved.Save(path, network, new(ImageSize, LatentDimension, Loss.ToString()));

    /// <summary>Reads an autoencoder that <see cref="Save"/> wrote.</summary>
    /// <exception cref="DataFormatException">The file is damaged, no constrained autoencoder, or its weights are of another one.</exception>
    public static ConstrainedAutoencoder Load(string path, Device? device = null) => saved.Load(path,
        (header, weights) => !weights.TryGetValue("mean.weight", out var mean)
            || !mean.Shape.SequenceEqual([header.LatentDimension, ConstrainedNetwork.Features(header.ImageSize)])
            ? $"its weights do not take images of {header.ImageSize} pixels to {header.LatentDimension} numbers, as its header says."
            : Enum.TryParse<ReconstructionLoss>(header.Loss, out _) ? null : $"its header names an unknown loss, '{header.Loss}'.",
        header => new ConstrainedAutoencoder(header.ImageSize, header.LatentDimension, Enum.Parse<ReconstructionLoss>(header.Loss), device: device),
        autoencoder => autoencoder.network);
}
