using System.Globalization;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

public sealed partial class NearestNeighbors
{
    const string HeaderKey = "neighbors";
    const string PointsName = "points";

    /// <summary>Rows are written in parts, since an array in memory has at most 2 GiB.</summary>
    const long PartBytes = 1L << 30;

    /// <summary>Writes the points and the metric to a safetensors file.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path)
    {
        var width = rows.shape[1];
        var partRows = Math.Max(1, PartBytes / (sizeof(float) * Math.Max(width, 1)));
        var parts = Enumerable.Range(0, (int)((Count - 1) / partRows) + 1).Select(part =>
        {
            var count = Math.Min(partRows, Count - part * partRows);
            return new WeightTensor(PartName(part), ScalarType.Float32, [count, width], destination =>
            {
                using var scope = NewDisposeScope();
                if (destination.Length > 0) AllRows(part * partRows, count).cpu().contiguous().bytes.CopyTo(destination);
            });
        });
        Safetensors.Save(path, parts, new Dictionary<string, string> { [HeaderKey] = Metric.ToString() });
    }

    /// <summary>Reads an index that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the points are to lie; the CPU when left out.</param>
    /// <param name="blockBytes">As for a new index.</param>
    /// <param name="products">As for a new index.</param>
    /// <exception cref="DataFormatException">The file is damaged or no index.</exception>
    public static NearestNeighbors Load(string path, Device? device = null, long blockBytes = 128L << 20,
        ProductPrecision products = ProductPrecision.Fastest)
    {
        var file = Safetensors.Open(path);
        if (!file.Metadata.TryGetValue(HeaderKey, out var metric) || !Enum.TryParse<NeighborMetric>(metric, out var parsed)
            || !Enum.IsDefined(parsed))
        {
            throw new DataFormatException($"{path} is no saved index: its '{HeaderKey}' header is {(metric is null ? "missing" : $"'{metric}'")}; "
                + $"expected one of {string.Join(", ", Enum.GetNames<NeighborMetric>())}. Make the index anew and save it.");
        }
        using var scope = NewDisposeScope();
        try
        {
            var parts = Enumerable.Range(0, file.Tensors.Count).Select(part => file.Tensors.TryGetValue(PartName(part), out var tensor)
                ? tensor.ToTensor(device) : throw new ArgumentException($"it has no '{PartName(part)}'.")).ToArray();
            var points = parts.Length == 1 ? parts[0] : cat(parts);
            return new NearestNeighbors(points, blockBytes, parsed, products);
        }
        catch (Exception fault) when (fault is ArgumentException or System.Runtime.InteropServices.ExternalException)
        {
            throw new DataFormatException($"{path} has damaged points: {fault.Message} Make the index anew and save it.", fault);
        }
    }

    static string PartName(int part) => string.Create(CultureInfo.InvariantCulture, $"{PointsName}.{part}");

    /// <summary>Points as they were given, equal ones as often as they occurred.</summary>
    Tensor AllRows(long start, long count) => distinct.Count == Count ? rows.narrow(0, start, count)
        : rows.index_select(0, tensor(distinct.Places(start, count)).to(rows.device));
}
