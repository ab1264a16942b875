namespace MedAnomaly.Encoders;

/// <summary>The shape of a MedViT (Manzari et al. 2023).</summary>
/// <param name="Name">The authors' name for it, in lower case.</param>
/// <param name="Depths">Blocks in the four stages; the third is a multiple of five.</param>
/// <param name="PathDropout">The share of images of a training batch for which the last block is left out; less in earlier ones.</param>
public sealed record MedViTArchitecture(string Name, IReadOnlyList<int> Depths, double PathDropout)
{
    /// <summary>20 blocks, 31 million weights with 1000 classes.</summary>
    public static MedViTArchitecture Small { get; } = new("medvit-small", [3, 4, 10, 3], 0.1);

    /// <summary>30 blocks.</summary>
    public static MedViTArchitecture Base { get; } = new("medvit-base", [3, 4, 20, 3], 0.2);

    /// <summary>40 blocks.</summary>
    public static MedViTArchitecture Large { get; } = new("medvit-large", [3, 4, 30, 3], 0.2);

    /// <summary>All that are built in.</summary>
    public static IReadOnlyList<MedViTArchitecture> All { get; } = [Small, Base, Large];

    /// <summary>Finds an architecture by its name.</summary>
    /// <exception cref="UsageException">There is none of that name; the message lists those there are.</exception>
    public static MedViTArchitecture Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new UsageException($"There is no MedViT named '{name}'. Choose one of {string.Join(", ", All.Select(architecture => architecture.Name))}.");

    /// <summary>
    /// The blocks: output channels, whether it is a transformer block, its stride, and how much its attention reduces the tokens, for each
    /// stage. A stage ends in a transformer block, the third has one in five; the first has none.
    /// </summary>
    internal IEnumerable<(int Stage, int Channels, bool IsTransformer, int Stride, int Reduction)> Blocks()
    {
        var (inner, outer, reductions) = (new[] { 96, 192, 384, 768 }, new[] { 96, 256, 512, 1024 }, new[] { 8, 4, 2, 1 });
        for (var stage = 0; stage < Depths.Count; stage++)
        {
            for (var block = 0; block < Depths[stage]; block++)
            {
                var transformer = stage == 2 ? block % 5 == 4 : stage > 0 && block == Depths[stage] - 1;
                yield return (stage, transformer ? outer[stage] : inner[stage], transformer, stage > 0 && block == 0 ? 2 : 1, reductions[stage]);
            }
        }
    }
}
