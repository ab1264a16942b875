using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>The nearest points of each query, nearest first.</summary>
/// <param name="Distances">[queries, k].</param>
/// <param name="Indices">[queries, k]: row numbers of the points.</param>
public sealed record NeighborTable(float[,] Distances, long[,] Indices);

/// <summary>
/// Exact nearest neighbours under the Euclidean distance. Candidates come from matrix products, block by block, so that memory stays
/// bounded; their distances are then computed anew from differences, so that equal points have distance 0. Where rounding could have hidden
/// a neighbour among the candidates, the query is repeated in double precision. Ties go to the lowest row.
/// </summary>
/// <remarks>Equal rows are kept once, so a bank of many duplicates costs no more than its distinct rows.</remarks>
public sealed class NearestNeighbors : IDisposable
{
    const string Stage = "neighbours";

    /// <summary>Candidates beyond the k that are asked for: room for those that rounding has put in the wrong order.</summary>
    const int Slack = 8;

    const int QueryBlock = 1024;

    /// <summary>Pairs whose differences are taken together, which bounds the memory.</summary>
    const int PairBlock = 8192;

    readonly Tensor rows;
    readonly Tensor mean;
    readonly double largestNorm;
    readonly DistinctRows distinct;
    readonly long blockBytes;

    /// <summary>Prepares the points; they must not be changed while they are searched.</summary>
    /// <param name="points">[M, D], 32-bit floats; searches run on their device.</param>
    /// <param name="blockBytes">The most memory that a block of distances takes.</param>
    /// <exception cref="ArgumentException">The points are no matrix, there are none, or one holds NaN or an infinity.</exception>
    public NearestNeighbors(Tensor points, long blockBytes = 128L << 20)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.shape is not [> 0, _])
            throw new ArgumentException($"Points of shape [M, D] with M > 0 were expected; got [{string.Join(", ", points.shape)}].",
                nameof(points));
        FiniteRows.Check(points, nameof(points));
        this.blockBytes = blockBytes;
        Count = points.shape[0];
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        distinct = DistinctRows.Find(points);
        rows = (distinct.Count == Count ? points.detach() : points.index_select(0, tensor(distinct.First).to(points.device)))
            .DetachFromDisposeScope();
        // Around their mean the points have smaller norms, and less is lost when products are subtracted from those.
        mean = rows.mean([0L], keepdim: true).DetachFromDisposeScope();
        foreach (var block in Blocks(Math.Max(1, blockBytes / sizeof(float) / Math.Max(1, rows.shape[1]))))
        {
            using var step = NewDisposeScope();
            largestNorm = Math.Max(largestNorm, Centered(block, ScalarType.Float32).square().sum(1).max().sqrt().item<float>());
        }
    }

    /// <summary>The number of points.</summary>
    public long Count { get; }

    /// <summary>Finds the <paramref name="k"/> points nearest to each query.</summary>
    /// <param name="queries">[Q, D], 32-bit floats.</param>
    /// <param name="k">How many, at most <see cref="Count"/>.</param>
    /// <param name="squared">Gives squared distances, as faiss' flat index does.</param>
    /// <param name="progress">Told the queries answered.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="ArgumentException">
    /// The queries have another dimension or hold NaN or an infinity, or k is not between 1 and <see cref="Count"/>.
    /// </exception>
    public NeighborTable Search(Tensor queries, int k = 1, bool squared = false, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (k < 1 || k > Count)
            throw new ArgumentException($"{k} neighbours were asked of {Count} points; ask for 1 to {Count}.", nameof(k));
        if (queries.shape.Length != 2 || queries.shape[1] != rows.shape[1])
            throw new ArgumentException($"Queries of shape [Q, {rows.shape[1]}] were expected; got [{string.Join(", ", queries.shape)}].",
                nameof(queries));
        FiniteRows.Check(queries, nameof(queries));
        using var untracked = no_grad();
        var table = new NeighborTable(new float[queries.shape[0], k], new long[queries.shape[0], k]);
        for (var start = 0L; start < queries.shape[0]; start += QueryBlock)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(QueryBlock, queries.shape[0] - start);
            var block = queries.narrow(0, start, count).to(rows.device);
            var places = Enumerable.Range(0, (int)count).Select(i => start + i).ToArray();
            var doubtful = Answer(block, places, k, squared, ScalarType.Float32, table, cancellationToken);
            if (doubtful.Length > 0)
            {
                var again = block.index_select(0, tensor(doubtful).to(rows.device));
                Answer(again, [.. doubtful.Select(i => places[i])], k, squared, ScalarType.Float64, table, cancellationToken);
            }
            progress?.Report(new WorkProgress(Stage, start + count, queries.shape[0]));
        }
        return table;
    }

    /// <summary>Fills in the answers of a block of queries.</summary>
    /// <returns>The queries, by their place in the block, among whose candidates a neighbour may be missing.</returns>
    long[] Answer(Tensor queries, long[] places, int k, bool squared, ScalarType type, NeighborTable table,
        CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var wanted = (int)Math.Min(k + Slack, distinct.Count);
        var centered = queries.to(type) - mean.to(type);
        // A dot product of D terms is off by at most D units of |q| |p|; the rest is for the norms and the centring.
        var unit = type == ScalarType.Float64 ? Math.Pow(2, -53) : Math.Pow(2, -24);
        var queryNorms = centered.to(ScalarType.Float64).square().sum(1, keepdim: true).sqrt();
        var errors = (queryNorms + largestNorm).square() * ((rows.shape[1] + 16) * unit);
        var (approximate, indices) = Candidates(centered, wanted, cancellationToken);
        approximate = approximate.to(ScalarType.Float64);
        var near = approximate.le(approximate.narrow(1, Math.Min(k, wanted) - 1, 1) + errors * 2);
        var exact = Distances(queries, indices, near);
        var candidates = indices.cpu().data<long>().ToArray();
        var leftOut = (approximate.narrow(1, wanted - 1, 1) - errors).cpu().data<double>().ToArray();
        var doubtful = new List<long>();
        var sorted = new (float Distance, long Row)[wanted];
        for (var query = 0; query < places.Length; query++)
        {
            for (var i = 0; i < wanted; i++) sorted[i] = (exact[query * wanted + i], candidates[query * wanted + i]);
            Array.Sort(sorted);
            var kth = Write(table, places[query], sorted, k, squared);
            if (wanted < distinct.Count && leftOut[query] <= kth) doubtful.Add(query);
        }
        return [.. doubtful];
    }

    /// <summary>The distinct rows that seem nearest, by squared distances from norms and products, a block of rows at a time.</summary>
    (Tensor Distances, Tensor Indices) Candidates(Tensor centered, int wanted, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var type = centered.dtype;
        var queryNorms = centered.square().sum(1, keepdim: true);
        var blockRows = Math.Max(wanted, blockBytes / (centered.shape[0] * centered.element_size()));
        var best = empty([centered.shape[0], 0], type, rows.device);
        var indices = empty([centered.shape[0], 0], ScalarType.Int64, rows.device);
        foreach (var (start, count) in Blocks(blockRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var block = Centered((start, count), type);
            var distances = centered.mm(block.t()).mul_(-2).add_(block.square().sum(1)).add_(queryNorms);
            var (nearest, places) = distances.topk((int)Math.Min(wanted, count), 1, largest: false);
            var merged = cat([best, nearest], 1);
            (nearest, var chosen) = merged.topk((int)Math.Min(wanted, merged.shape[1]), 1, largest: false);
            places = cat([indices, places + start], 1).gather(1, chosen);
            best.Dispose();
            indices.Dispose();
            (best, indices) = (nearest.MoveToOuterDisposeScope(), places.MoveToOuterDisposeScope());
        }
        return (best.MoveToOuterDisposeScope(), indices.MoveToOuterDisposeScope());
    }

    IEnumerable<(long Start, long Count)> Blocks(long blockRows)
    {
        for (var start = 0L; start < rows.shape[0]; start += blockRows) yield return (start, Math.Min(blockRows, rows.shape[0] - start));
    }

    Tensor Centered((long Start, long Count) block, ScalarType type) => rows.narrow(0, block.Start, block.Count).to(type) - mean.to(type);

    /// <summary>Squared distances [Q · k] from differences, for the candidates that are near; the others' are infinite.</summary>
    float[] Distances(Tensor queries, Tensor indices, Tensor near)
    {
        using var scope = NewDisposeScope();
        var result = full([indices.numel()], float.PositiveInfinity, ScalarType.Float32, rows.device);
        var places = near.flatten().nonzero().squeeze(1);
        var width = indices.shape[1];
        for (var start = 0L; start < places.shape[0]; start += PairBlock)
        {
            using var step = NewDisposeScope();
            var chunk = places.narrow(0, start, Math.Min(PairBlock, places.shape[0] - start));
            var differences = queries.index_select(0, chunk.div(width, RoundingMode.floor))
                .sub_(rows.index_select(0, indices.flatten().index_select(0, chunk)));
            result.index_copy_(0, chunk, differences.mul_(differences).sum(1));
        }
        return result.cpu().data<float>().ToArray();
    }

    /// <summary>Writes the k nearest, each distinct row as often as it occurs; returns the squared distance of the last.</summary>
    double Write(NeighborTable table, long place, (float Distance, long Row)[] sorted, int k, bool squared)
    {
        var written = 0;
        var kth = 0.0;
        foreach (var group in Ties(sorted))
        {
            // Points at one distance go by their own row numbers, whichever distinct row they belong to.
            var members = group.SelectMany(entry => distinct.Members(entry.Row)).Order();
            foreach (var row in members.Take(k - written))
            {
                table.Distances[place, written] = squared ? group[0].Distance : MathF.Sqrt(group[0].Distance);
                table.Indices[place, written] = row;
                written++;
            }
            kth = group[0].Distance;
            if (written == k) break;
        }
        return kth;
    }

    static IEnumerable<ArraySegment<(float Distance, long Row)>> Ties((float Distance, long Row)[] sorted)
    {
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end].Distance == sorted[start].Distance;) end++;
            yield return new ArraySegment<(float Distance, long Row)>(sorted, start, end - start);
        }
    }

    /// <summary>Frees the points.</summary>
    public void Dispose()
    {
        rows.Dispose();
        mean.Dispose();
    }
}
