using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// The locally aware patch features of PatchCore (Roth et al. 2022, section 3.1), as patchcore-inspection, SimpleNet and SimpleSliceNet
/// compute them: the C·k·k values of a k x k neighbourhood (zeros outside) are averaged in bins to <paramref name="PretrainDimension"/>
/// values a layer, coarser layers are enlarged to the finest one's grid, and the layers side by side are averaged in bins again.
/// </summary>
/// <remarks>
/// Unfolding and both averages only mix the channels and neighbours of one position, with fixed weights; so together they are one k x k
/// convolution a layer, and since enlarging only mixes positions, it may come last. The unfolded maps, nine times as large, never exist.
/// </remarks>
/// <param name="Layers">The encoder's layers, the finest first.</param>
/// <param name="PatchSize">k, odd.</param>
/// <param name="PretrainDimension">Values a layer after the first average.</param>
/// <param name="TargetDimension">Values a position in the end.</param>
public sealed record LocallyAwarePatches(IReadOnlyList<string> Layers, int PatchSize = 3, int PretrainDimension = 1024,
    int TargetDimension = 1024)
    : PatchEmbedding(Layers)
{
    /// <summary>PatchCore's: layer2 and layer3, 3 x 3, 1024 and 1024.</summary>
    public LocallyAwarePatches() : this(DefaultLayers)
    {
    }

    private protected override Tensor Embed(Tensor[] maps)
    {
        if (PatchSize < 1 || PatchSize % 2 == 0 || PretrainDimension < 1 || TargetDimension < 1)
            throw new ArgumentException($"{this} cannot be computed: the patch size must be odd, the dimensions positive.");
        var parts = maps.Select((map, layer) => Enlarge(Average(map, layer), maps[0])).ToArray();
        if (TargetDimension % maps.Length == 0) return cat(parts, 1);
        // A bin of the second average straddles two layers: then both contribute to one value.
        var sum = zeros([maps[0].shape[0], TargetDimension, maps[0].shape[2], maps[0].shape[3]], ScalarType.Float32, maps[0].device);
        for (var layer = 0; layer < parts.Length; layer++)
        {
            var outputs = Outputs(layer);
            sum.narrow(1, outputs.First, outputs.Count).add_(parts[layer]);
        }
        return sum;
    }

    /// <summary>A run of consecutive indices.</summary>
    readonly record struct Run(int First, int Count)
    {
        public int End => First + Count;
    }

    /// <summary>What one layer contributes to its <see cref="Outputs"/>.</summary>
    Tensor Average(Tensor map, int layer)
    {
        var channels = (int)map.shape[1];
        var outputs = Outputs(layer);
        var rows = Enumerable.Range(outputs.First, outputs.Count).Select(output => Row(output, layer, channels)).ToArray();
        var groups = Groups(rows, channels);
        using var kernel = Kernel(rows, channels, groups).to(map.device);
        return functional.conv2d(map, kernel, null, [1, 1], [PatchSize / 2, PatchSize / 2], [1, 1], groups);
    }

    /// <summary>The final values to which a layer contributes.</summary>
    Run Outputs(int layer)
    {
        var first = (int)((long)layer * TargetDimension / Layers.Count);
        var end = (int)((((long)layer + 1) * TargetDimension + Layers.Count - 1) / Layers.Count);
        return new Run(first, end - first);
    }

    /// <summary>The weights with which a layer's unfolded values enter one final value: both averages in one.</summary>
    (int First, float[] Weights) Row(int output, int layer, int channels)
    {
        var area = PatchSize * PatchSize;
        var stacked = Bin(output, TargetDimension, Layers.Count * PretrainDimension);
        var from = Math.Max(stacked.First - layer * PretrainDimension, 0);
        var to = Math.Min(stacked.End - layer * PretrainDimension, PretrainDimension);
        var first = Bin(from, PretrainDimension, channels * area).First;
        var weights = new float[Bin(to - 1, PretrainDimension, channels * area).End - first];
        for (var pretrain = from; pretrain < to; pretrain++)
        {
            var unfolded = Bin(pretrain, PretrainDimension, channels * area);
            var share = 1f / ((float)stacked.Count * unfolded.Count);
            foreach (ref var weight in weights.AsSpan(unfolded.First - first, unfolded.Count)) weight += share;
        }
        return (first, weights);
    }

    /// <summary>The inputs that a bin averages, as adaptive average pooling defines it: neighbouring bins may share an input.</summary>
    static Run Bin(int index, int bins, int inputs)
    {
        var first = (int)((long)index * inputs / bins);
        return new Run(first, (int)((((long)index + 1) * inputs + bins - 1) / bins) - first);
    }

    /// <summary>The most groups of channels that the outputs can be split into so that each output needs only its own group.</summary>
    int Groups((int First, float[] Weights)[] rows, int channels)
    {
        for (var groups = Math.Min(rows.Length, channels); groups > 1; groups--)
        {
            if (rows.Length % groups != 0 || channels % groups != 0) continue;
            var (outputs, width) = (rows.Length / groups, channels / groups * PatchSize * PatchSize);
            if (rows.Select((row, i) => row.First >= i / outputs * width && row.First + row.Weights.Length <= (i / outputs + 1) * width)
                .All(inside => inside))
                return groups;
        }
        return 1;
    }

    /// <summary>The rows as a convolution's kernel: [outputs, channels / groups, k, k].</summary>
    Tensor Kernel((int First, float[] Weights)[] rows, int channels, int groups)
    {
        var width = channels / groups * PatchSize * PatchSize;
        var values = new float[checked(rows.Length * width)];
        for (var i = 0; i < rows.Length; i++)
        {
            var start = i / (rows.Length / groups) * width;
            rows[i].Weights.CopyTo(values, i * width + rows[i].First - start);
        }
        return tensor(values, [rows.Length, channels / groups, PatchSize, PatchSize]);
    }
}
