using System.Text.Json.Serialization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// How an encoder's feature maps become one vector for each position of the grid: each map is averaged over a small neighbourhood, and
/// coarser maps are enlarged to the grid of the first.
/// </summary>
/// <param name="Layers">The encoder's layers, the finest first; the grid is that of the first.</param>
[JsonDerivedType(typeof(LocallyAwarePatches), "locally-aware")]
[JsonDerivedType(typeof(AveragePooledPatches), "average-pooled")]
public abstract record PatchEmbedding(IReadOnlyList<string> Layers)
{
    /// <summary>The layers that PatchCore uses.</summary>
    public static IReadOnlyList<string> DefaultLayers { get; } = ["layer2", "layer3"];

    /// <summary>Vectors for every position of every image.</summary>
    /// <param name="features">The outputs of <see cref="Layers"/> by name, [N, C, H, W] each, as an encoder's Features gives them.</param>
    /// <returns>[N, H, W, D] with the grid of the first layer, contiguous, on the features' device.</returns>
    /// <exception cref="ArgumentException">A layer is missing, or the maps do not belong to the same images.</exception>
    public Tensor Embed(IReadOnlyDictionary<string, Tensor> features)
    {
        ArgumentNullException.ThrowIfNull(features);
        var missing = Layers.FirstOrDefault(name => !features.ContainsKey(name));
        if (missing is not null)
            throw new ArgumentException($"The features of {missing} are missing; there are {string.Join(", ", features.Keys)}.",
                nameof(features));
        var maps = Layers.Select(name => features[name]).ToArray();
        if (maps.Any(map => map.shape.Length != 4 || map.shape[0] != maps[0].shape[0]))
            throw new ArgumentException($"The maps of {string.Join(", ", Layers)} do not belong to the same images: "
                + $"{string.Join(", ", maps.Select(map => $"[{string.Join(", ", map.shape)}]"))}.", nameof(features));
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        return Embed(maps).permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Vectors as a map [N, D, H, W].</summary>
    private protected abstract Tensor Embed(Tensor[] maps);

    /// <summary>Enlarges a map to the height and width of <paramref name="grid"/>, corner pixels not aligned.</summary>
    private protected static Tensor Enlarge(Tensor map, Tensor grid) => map.shape[2] == grid.shape[2] && map.shape[3] == grid.shape[3]
        ? map
        : functional.interpolate(map, [grid.shape[2], grid.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
}
