using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// anomalib's embedding: the mean over 3x3 positions, zeros counted at the border, then the layers' channels one after the other. These are
/// not the features of <see cref="LocallyAwarePatches"/>.
/// </summary>
/// <param name="Layers">The encoder's layers, the finest first.</param>
public sealed record AveragePooledPatches(IReadOnlyList<string> Layers) : PatchEmbedding(Layers)
{
    /// <summary>layer2 and layer3.</summary>
    public AveragePooledPatches() : this(DefaultLayers)
    {
    }

    private protected override Tensor Embed(Tensor[] maps) =>
        cat([.. maps.Select(map => Enlarge(functional.avg_pool2d(map, 3, 1, 1, false, true), maps[0]))], 1);
}
