using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>What decides an encoder's features beside the image: two encoders of one identity give the same features, up to rounding.</summary>
/// <param name="Architecture">The network ("resnet50", "medvit-small").</param>
/// <param name="Settings">What the weights do not tell: where strides sit, the epsilon of normalisations.</param>
/// <param name="Source">Where the weights come from, for people.</param>
/// <param name="Sha256">SHA-256 of the weights.</param>
/// <param name="Precision">What it computes in.</param>
public sealed record EncoderIdentity(string Architecture, string Settings, string Source, string Sha256, Precision Precision);

/// <summary>A network that turns images into feature maps and is no longer trained.</summary>
public interface IFeatureEncoder : IDisposable
{
    /// <summary>Which network with which weights.</summary>
    EncoderIdentity Identity { get; }

    /// <summary>Where it computes.</summary>
    Device Device { get; }

    /// <summary>The outputs of the named layers.</summary>
    /// <param name="images">[N, 3, H, W], normalised as the weights demand, on any device.</param>
    /// <param name="layerNames">Some of the network's layers, each once.</param>
    /// <returns>By layer name, [N, C, H', W'], 32-bit floats on <see cref="Device"/>.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a layer is not one of the network's.</exception>
    IReadOnlyDictionary<string, Tensor> Features(Tensor images, params IReadOnlyCollection<string> layerNames);
}
