using MedAnomaly.Encoders.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>A trained MedViT that only infers.</summary>
public sealed class MedViTEncoder : IFeatureEncoder
{
    readonly MedViT network;

    /// <summary>Builds the network and loads the weights.</summary>
    /// <param name="architecture">The network that the weights were trained with.</param>
    /// <param name="weights">The arrays by the authors' state_dict names.</param>
    /// <param name="source">Where they come from, for records and captions.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <exception cref="DataFormatException">The weights are those of another network, or damaged.</exception>
    public MedViTEncoder(MedViTArchitecture architecture, IReadOnlyDictionary<string, WeightTensor> weights, string source, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(weights);
        var classes = weights.TryGetValue("proj_head.0.bias", out var bias) && bias.Shape is [var count] ? (int)Math.Min(count, int.MaxValue) : 1000;
        network = new MedViT(architecture, classes);
        try
        {
            StateDicts.Load(network, weights, source);
        }
        catch
        {
            network.Dispose();
            throw;
        }
        network.eval();
        (Device, Identity) = (device ?? CPU, new(architecture.Name, "", source, StateDicts.Hash(weights), Precision.Float32));
        network.to(Device);
    }

    /// <inheritdoc/>
    public EncoderIdentity Identity { get; }

    /// <inheritdoc/>
    public Device Device { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor images, params IReadOnlyCollection<string> layerNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.shape is not [_, 3, _, _])
            throw new ArgumentException($"Images of shape [N, 3, H, W] were expected; got [{string.Join(", ", images.shape)}].", nameof(images));
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        return network.Features(images.to(Device), layerNames).ToDictionary(entry => entry.Key, entry => entry.Value.MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose() => network.Dispose();
}
