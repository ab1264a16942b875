using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// A pretrained encoder that only infers: batch normalisation folded into the convolutions, channels last, no gradients. Its features are
/// those of the module that <see cref="PretrainedEncoder.ToModule()"/> builds, up to rounding.
/// </summary>
public sealed class FrozenEncoder : IFeatureEncoder
{
    readonly ResNet network;

    /// <summary>Builds the network on <paramref name="device"/>.</summary>
    /// <param name="pretrained">The weights and what travels with them.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <param name="precision">What it computes in.</param>
    /// <exception cref="DataFormatException">The weights are those of another network, or damaged.</exception>
    public FrozenEncoder(PretrainedEncoder pretrained, Device? device = null, Precision precision = Precision.Float32)
    {
        ArgumentNullException.ThrowIfNull(pretrained);
        Pretrained = pretrained;
        Device = device ?? CPU;
        Precision = precision;
        network = pretrained.ToModule();
        network.to(Device);
        network.Freeze(precision.ToScalarType());
    }

    /// <summary>The weights and what travels with them.</summary>
    public PretrainedEncoder Pretrained { get; }

    /// <inheritdoc/>
    public EncoderIdentity Identity => new(Pretrained.Architecture.Name,
        FormattableString.Invariant($"{Pretrained.StridePosition}, epsilon {Pretrained.BatchNormEpsilon}"), Pretrained.Source,
        Pretrained.Sha256, Precision);

    /// <inheritdoc/>
    public Device Device { get; }

    /// <summary>What it computes in.</summary>
    public Precision Precision { get; }

    /// <summary>The outputs of the named layers; layers after the last of them are not computed.</summary>
    /// <param name="images">[N, 3, H, W], normalised by the encoder's <see cref="PretrainedEncoder.Transform"/>, on any device.</param>
    /// <param name="layerNames">Some of <see cref="ResNet.LayerNames"/>.</param>
    /// <returns>By layer name, [N, C, H', W'], 32-bit floats on <see cref="Device"/>.</returns>
    /// <exception cref="ArgumentException">The images have another shape, or a layer is not one of the network's.</exception>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor images, params IReadOnlyCollection<string> layerNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [_, 3, _, _])
            throw new ArgumentException($"Images of shape [N, 3, H, W] were expected; got [{string.Join(", ", images.shape)}].",
                nameof(images));
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var input = ChannelsLast.Of(images.to(Device).to(Precision.ToScalarType()));
        return network.Features(input, layerNames).ToDictionary(entry => entry.Key,
            entry => entry.Value.to(ScalarType.Float32).MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose() => network.Dispose();
}
