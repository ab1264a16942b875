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

    readonly Tensor rows;
    readonly Tensor norms;
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
        if (points.shape is not [> 0, _]) throw new ArgumentException($"Points of shape [M, D] with M > 0 were expected; got [{string.Join(", ", points.shape)}].", nameof(points));
        FiniteRows.Check(points, nameof(points));
        this.blockBytes = blockBytes;
        Count = points.shape[0];
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        distinct = DistinctRows.Find(points);
        rows = (distinct.Count == Count ? points.detach() : points.index_select(0, tensor(distinct.First).to(points.device))).DetachFromDisposeScope();
        norms = rows.to(ScalarType.Float64).square().sum(1).DetachFromDisposeScope();
        largestNorm = Math.Sqrt(norms.max().item<double>());
    }

    /// <summary>The number of points.</summary>
    public long Count { get; }

    /// <summary>Finds the <paramref name="k"/> points nearest to each query.</summary>
    /// <param name="queries">[Q, D], 32-bit floats.</param>
    /// <param name="k">How many, at most <see cref="Count"/>.</param>
    /// <param name="squared">Gives squared distances, as faiss' flat index does.</param>
    /// <param name="progress">Told the queries answered.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="ArgumentException">The queries have another dimension or hold NaN or an infinity, or k is not between 1 and <see cref="Count"/>.</exception>
    public NeighborTable Search(Tensor queries, int k = 1, bool squared = false, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        if (k < 1 || k > Count) throw new ArgumentException($"{k} neighbours were asked of {Count} points; ask for 1 to {Count}.", nameof(k));
        if (queries.shape.Length != 2 || queries.shape[1] != rows.shape[1])
            throw new ArgumentException($"Queries of shape [Q, {rows.shape[1]}] were expected; got [{string.Join(", ", queries.shape)}].", nameof(queries));
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
    long[] Answer(Tensor queries, long[] places, int k, bool squared, ScalarType type, NeighborTable table, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var wanted = (int)Math.Min(k + Slack, distinct.Count);
        var (approximate, indices) = Candidates(queries, wanted, type, cancellationToken);
        var exact = Distances(queries, indices).data<double>().ToArray();
        var candidates = indices.cpu().data<long>().ToArray();
        var last = approximate.narrow(1, wanted - 1, 1).to(ScalarType.Float64).cpu().data<double>().ToArray();
        var queryNorms = queries.to(ScalarType.Float64).square().sum(1).sqrt().cpu().data<double>().ToArray();
        var unit = type == ScalarType.Float64 ? Math.Pow(2, -53) : Math.Pow(2, -24);
        var doubtful = new List<long>();
        var sorted = new (double Distance, long Row)[wanted];
        for (var query = 0; query < places.Length; query++)
        {
            for (var i = 0; i < wanted; i++) sorted[i] = (exact[query * wanted + i], candidates[query * wanted + i]);
            Array.Sort(sorted);
            var kth = Write(table, places[query], sorted, k, squared);
            // The error of a dot product of D terms is at most D units of |q| |p|: what was left out may be nearer than it seemed by that much.
            var error = (rows.shape[1] + 4) * unit * Math.Pow(queryNorms[query] + largestNorm, 2);
            if (wanted < distinct.Count && last[query] - error <= kth) doubtful.Add(query);
        }
        return [.. doubtful];
    }

    /// <summary>The distinct rows that seem nearest, by squared distances from norms and products, a block of rows at a time.</summary>
    (Tensor Distances, Tensor Indices) Candidates(Tensor queries, int wanted, ScalarType type, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var converted = queries.to(type);
        var queryNorms = converted.square().sum(1, keepdim: true);
        var blockRows = Math.Max(wanted, blockBytes / (queries.shape[0] * (type == ScalarType.Float64 ? sizeof(double) : sizeof(float))));
        Tensor? best = null, indices = null;
        for (var start = 0L; start < rows.shape[0]; start += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var count = Math.Min(blockRows, rows.shape[0] - start);
            var distances = converted.mm(rows.narrow(0, start, count).to(type).t()).mul_(-2).add_(norms.narrow(0, start, count).to(type)).add_(queryNorms);
            var (nearest, places) = distances.topk((int)Math.Min(wanted, count), 1, largest: false);
            places = places.add(start);
            if (best is not null && indices is not null)
            {
                var merged = cat([best, nearest], 1);
                (nearest, var chosen) = merged.topk((int)Math.Min(wanted, merged.shape[1]), 1, largest: false);
                places = cat([indices, places], 1).gather(1, chosen);
            }
            best?.Dispose();
            indices?.Dispose();
            (best, indices) = (nearest.MoveToOuterDisposeScope(), places.MoveToOuterDisposeScope());
        }
        return (best!.MoveToOuterDisposeScope(), indices!.MoveToOuterDisposeScope());
    }

    /// <summary>Squared distances [Q, k] of candidates, from differences in double precision, on the CPU.</summary>
    Tensor Distances(Tensor queries, Tensor indices)
    {
        using var scope = NewDisposeScope();
        var result = empty([indices.shape[0], indices.shape[1]], ScalarType.Float64, rows.device);
        for (var i = 0L; i < indices.shape[1]; i++)
        {
            using var step = NewDisposeScope();
            var difference = rows.index_select(0, indices.select(1, i)).to(ScalarType.Float64).sub_(queries.to(ScalarType.Float64));
            result.select(1, i).copy_(difference.square().sum(1));
        }
        return result.cpu().MoveToOuterDisposeScope();
    }

    /// <summary>Writes the k nearest, each distinct row as often as it occurs; returns the squared distance of the last.</summary>
    double Write(NeighborTable table, long place, (double Distance, long Row)[] sorted, int k, bool squared)
    {
        var written = 0;
        var kth = 0.0;
        foreach (var group in Ties(sorted))
        {
            // Points at one distance go by their own row numbers, whichever distinct row they belong to.
            var members = group.SelectMany(entry => distinct.Members(entry.Row)).Order();
            foreach (var row in members.Take(k - written))
            {
                table.Distances[place, written] = (float)(squared ? group[0].Distance : Math.Sqrt(group[0].Distance));
                table.Indices[place, written] = row;
                written++;
            }
            kth = group[0].Distance;
            if (written == k) break;
        }
        return kth;
    }

    static IEnumerable<ArraySegment<(double Distance, long Row)>> Ties((double Distance, long Row)[] sorted)
    {
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end].Distance == sorted[start].Distance;) end++;
            yield return new ArraySegment<(double Distance, long Row)>(sorted, start, end - start);
        }
    }

    /// <summary>Frees the points.</summary>
    public void Dispose()
    {
        rows.Dispose();
        norms.Dispose();
    }
}
