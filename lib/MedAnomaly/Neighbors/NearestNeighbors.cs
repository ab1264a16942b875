using System.Runtime.InteropServices;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>The nearest points of each query, nearest first.</summary>
/// <param name="Distances">[queries, k].</param>
/// <param name="Indices">[queries, k]: row numbers of the points.</param>
public sealed record NeighborTable(float[,] Distances, long[,] Indices);

/// <summary>
/// Exact nearest neighbours. Products of low precision only say which points may be near; the distances of those are then made in double
/// precision, from differences, so that equal points have distance 0. Ties go to the lowest row. A query's answer depends neither on the
/// queries beside it, nor on the size of a block, the number of threads or the device.
/// </summary>
/// <remarks>
/// Equal rows are kept once, so a bank of many duplicates costs no more than its distinct rows. Memory: blocks of the size that is asked
/// for, twice the result while it is made, and some 40 bytes a point for telling equal ones; the points themselves are not copied, unless
/// some are equal.
/// </remarks>
public sealed partial class NearestNeighbors : IDisposable
{
    const string Stage = "neighbours";

    /// <summary>Queries that are answered together, between reports of progress.</summary>
    const int QueryBlock = 16384;

    /// <summary>Blocks that are no smaller are not what fills a memory.</summary>
    const long LeastBlockBytes = 1 << 20;

    readonly Tensor rows;
    readonly DistinctRows distinct;
    readonly Func<long, ISearch> searchInBlocks;
    readonly Stack<(ISearch Search, long BlockBytes)> searches = [];

    /// <summary>Prepares the points; they must not be changed while they are searched.</summary>
    /// <param name="points">[M, D], 32-bit floats; searches run on their device.</param>
    /// <param name="blockBytes">The most memory that the blocks of a search take; at least one block of the least size is taken.</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="products">In which precision points are looked for; the answers are the same.</param>
    /// <exception cref="ArgumentException">The points are no matrix of 32-bit floats, there are none, or one holds NaN or an infinity.</exception>
    public NearestNeighbors(Tensor points, long blockBytes = 128L << 20, NeighborMetric metric = NeighborMetric.Euclidean,
        ProductPrecision products = ProductPrecision.Fastest)
        : this(points, metric, blockBytes, (rows, bytes) => Search(rows, metric, bytes, products))
    {
    }

    internal NearestNeighbors(Tensor points, NeighborMetric metric, long blockBytes, Func<Tensor, long, ISearch> search)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockBytes);
        if (points.shape is not [> 0, _] || points.dtype != ScalarType.Float32)
            throw new ArgumentException($"Points of shape [M, D] with M > 0 and 32-bit floats were expected; got "
                + $"[{string.Join(", ", points.shape)}] of {points.dtype}.", nameof(points));
        FiniteRows.Check(points, nameof(points));
        Count = points.shape[0];
        Metric = metric;
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        distinct = DistinctRows.Find(points);
        rows = (distinct.Count == Count ? points.detach() : points.index_select(0, tensor(distinct.First).to(points.device)))
            .contiguous().DetachFromDisposeScope();
        searchInBlocks = bytes => search(rows, bytes);
        searches.Push((searchInBlocks(blockBytes), blockBytes));
    }

    /// <summary>The number of points.</summary>
    public long Count { get; }

    /// <summary>Which distance.</summary>
    public NeighborMetric Metric { get; }

    static ISearch Search(Tensor rows, NeighborMetric metric, long blockBytes, ProductPrecision products) =>
        rows.device_type != TorchSharp.DeviceType.CPU ? new DeviceSearch(rows, metric, blockBytes, products)
        : FastProducts.UseBFloat16(products, rows.device) ? new HostProductSearch(rows, metric, blockBytes)
        : new HostSearch(rows, metric, blockBytes);

    /// <summary>Finds the <paramref name="k"/> points nearest to each query.</summary>
    /// <param name="queries">[Q, D], 32-bit floats.</param>
    /// <param name="k">How many, at most <see cref="Count"/>.</param>
    /// <param name="squared">Gives squared distances, as faiss' flat index does; of the Euclidean only.</param>
    /// <param name="progress">Told the queries answered.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="ArgumentException">
    /// The queries have another dimension or type or hold NaN or an infinity, k is not between 1 and <see cref="Count"/>, or squared cosine
    /// distances are asked for.
    /// </exception>
    /// <exception cref="MachineException">The device's memory does not suffice, however small the blocks.</exception>
    public NeighborTable Search(Tensor queries, int k = 1, bool squared = false, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (k < 1 || k > Count)
            throw new ArgumentException($"{k} neighbours were asked of {Count} points; ask for 1 to {Count}.", nameof(k));
        if (queries.shape.Length != 2 || queries.shape[1] != rows.shape[1])
            throw new ArgumentException($"Queries of shape [Q, {rows.shape[1]}] were expected; got [{string.Join(", ", queries.shape)}].",
                nameof(queries));
        if (queries.dtype != ScalarType.Float32)
            throw new ArgumentException($"Queries of 32-bit floats were expected; got {queries.dtype}.", nameof(queries));
        if (squared && Metric == NeighborMetric.Cosine)
            throw new ArgumentException("Squared distances are of the Euclidean distance only; the cosine's are as they are.", nameof(squared));
        FiniteRows.Check(queries, nameof(queries));
        using var untracked = no_grad();
        var table = new NeighborTable(new float[queries.shape[0], k], new long[queries.shape[0], k]);
        for (var start = 0L; start < queries.shape[0]; start += QueryBlock)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(QueryBlock, queries.shape[0] - start);
            var block = queries.narrow(0, start, count).to(rows.device).contiguous();
            var found = Find(block, Math.Min(k, distinct.Count), cancellationToken);
            for (var query = 0; query < count; query++) Write(table, start + query, found.Distances(query), found.Rows(query), k, squared);
            progress?.Report(new WorkProgress(Stage, start + count, queries.shape[0]));
        }
        return table;
    }

    /// <summary>Asks the search, and where the device's memory does not suffice one of smaller blocks, which finds the same.</summary>
    NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken)
    {
        while (true)
        {
            ISearch search;
            long blockBytes;
            lock (searches) (search, blockBytes) = searches.Peek();
            try
            {
                return search.Find(queries, k, cancellationToken);
            }
            catch (ExternalException fault) when (fault.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase))
            {
                if (blockBytes <= LeastBlockBytes)
                    throw new MachineException($"The memory of {rows.device} does not suffice to search {distinct.Count} points of {rows.shape[1]} "
                        + $"numbers, not even in blocks of {blockBytes} bytes. End what else uses it, take a smaller coreset, or move the points to the CPU.", fault);
                var smaller = Math.Max(LeastBlockBytes, blockBytes / 4);
                lock (searches) searches.Push((searchInBlocks(smaller), smaller));
            }
        }
    }

    /// <summary>Writes the k nearest points, each distinct row as often as it occurs.</summary>
    void Write(NeighborTable table, long place, ReadOnlySpan<double> distances, ReadOnlySpan<long> nearest, int k, bool squared)
    {
        var written = 0;
        for (int start = 0, end; written < k; start = end)
        {
            for (end = start + 1; end < distances.Length && distances[end] == distances[start];) end++;
            // Points at one distance go by their own row numbers, whichever distinct row they belong to.
            var members = nearest[start..end].ToArray().SelectMany(distinct.Members).Order().Take(k - written);
            var distance = (float)(squared || Metric == NeighborMetric.Cosine ? distances[start] : Math.Sqrt(distances[start]));
            foreach (var row in members)
            {
                table.Distances[place, written] = distance;
                table.Indices[place, written++] = row;
            }
        }
    }

    /// <summary>Frees the points.</summary>
    public void Dispose()
    {
        foreach (var (search, _) in searches) search.Dispose();
        rows.Dispose();
    }
}
