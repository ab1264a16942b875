using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// <see cref="FarthestPoints"/> by tensor operators, for points on another device. The pool's distances, to the picks it
/// missed and among its members, are matrix products in double precision; the host takes part once a pool, not once a pick.
/// </summary>
sealed class FarthestPointsOnDevice : IFarthestPoints
{
    /// <summary>Rows of the pool that catch up together; they are sorted by how much they missed.</summary>
    const int CatchUpRows = 64;

    /// <summary>Picks that are caught up with together, which bounds the memory.</summary>
    const int CatchUpPicks = 16384;

    /// <summary>The share of the norms that a difference of norms and product in double precision may lose.</summary>
    const double Rounding = 1e-13;

    /// <summary>Points whose distances to one pick are taken together, which bounds the memory too.</summary>
    const long PointBlock = 1 << 16;

    readonly int poolSize;
    readonly Tensor points;
    readonly Tensor bounds;
    readonly Tensor centers;
    readonly int[] applied;
    readonly long[] picks;
    int count;

    /// <summary>Prepares the search.</summary>
    /// <param name="points">[N, D].</param>
    /// <param name="picks">How many to pick, fewer than N.</param>
    /// <param name="poolSize">Points whose distances are kept up to date together.</param>
    public FarthestPointsOnDevice(Tensor points, long picks, int poolSize)
    {
        this.points = points;
        this.poolSize = (int)Math.Min(poolSize, points.shape[0]);
        bounds = full([points.shape[0]], double.PositiveInfinity, ScalarType.Float64, points.device);
        centers = empty([picks, points.shape[1]], ScalarType.Float64, points.device);
        applied = new int[points.shape[0]];
        this.picks = new long[picks];
    }

    /// <inheritdoc/>
    public void StartFrom(long[] starts)
    {
        using var scope = NewDisposeScope();
        var sum = zeros([points.shape[0]], ScalarType.Float64, points.device);
        foreach (var start in starts) sum.add_(DistancesTo(start).sqrt_());
        bounds.copy_((sum / starts.Length).square());
    }

    /// <inheritdoc/>
    public void Add(long pick)
    {
        using var scope = NewDisposeScope();
        Append([pick]);
        bounds.copy_(minimum(bounds, DistancesTo(pick)));
        bounds[pick] = tensor(double.NegativeInfinity);
        Array.Fill(applied, count);
    }

    /// <summary>Squared distances [N] to a point, from differences.</summary>
    Tensor DistancesTo(long point)
    {
        using var scope = NewDisposeScope();
        var center = points.narrow(0, point, 1).to(ScalarType.Float64);
        var parts = new List<Tensor>();
        for (var start = 0L; start < points.shape[0]; start += PointBlock)
        {
            using var step = NewDisposeScope();
            var part = points.narrow(0, start, Math.Min(PointBlock, points.shape[0] - start)).to(ScalarType.Float64);
            parts.Add(part.sub_(center).square().sum(1).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Picks until all are made.</summary>
    public long[] Run(IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        while (count < picks.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var before = count;
            Round();
            if (count > before) progress?.Report(new WorkProgress(GreedyCoreset.Stage, count, picks.Length));
        }
        return picks;
    }

    void Round()
    {
        var (members, outside) = Pool();
        Array.Sort(members, (a, b) => applied[a] != applied[b] ? applied[a].CompareTo(applied[b]) : a.CompareTo(b));
        var pool = tensor(members).to(points.device);
        var (rows, rowBounds) = (points.index_select(0, pool).to(ScalarType.Float64), bounds.index_select(0, pool));
        CatchUp(members, rows, rowBounds);
        var poolBounds = rowBounds.cpu().data<double>().ToArray();
        var between = Squared(rows, rows).cpu().data<double>().ToArray();
        Append([.. PickInside(members, poolBounds, between, outside).Select(place => members[place])]);
        bounds.index_copy_(0, pool, tensor(poolBounds).to(points.device));
        foreach (var member in members) applied[member] = count;
    }

    /// <summary>The rows with the largest bounds, of equal ones the lowest, and the best that is left outside.</summary>
    (long[] Members, (double Bound, long Row) Outside) Pool()
    {
        var unpicked = points.shape[0] - count;
        if (unpicked <= poolSize) return (Rows(bounds.gt(double.NegativeInfinity)), (double.NegativeInfinity, long.MaxValue));
        var (largest, _) = bounds.topk(poolSize + 1);
        var least = largest[poolSize].item<double>();
        var above = Rows(bounds.gt(least));
        var tied = Rows(bounds.eq(least), poolSize + 1 - above.Length);
        return ([.. above, .. tied[..^1]], (least, tied[^1]));
    }

    static long[] Rows(Tensor chosen, int most = int.MaxValue)
    {
        var rows = chosen.nonzero().squeeze(1);
        return rows.narrow(0, 0, Math.Min(most, rows.shape[0])).cpu().data<long>().ToArray();
    }

    /// <summary>Lowers the bounds of the pool by the picks that its members have not seen.</summary>
    void CatchUp(long[] members, Tensor rows, Tensor rowBounds)
    {
        for (var start = 0; start < members.Length; start += CatchUpRows)
        {
            var size = Math.Min(CatchUpRows, members.Length - start);
            for (var seen = applied[members[start]]; seen < count; seen += CatchUpPicks)
            {
                using var step = NewDisposeScope();
                var distances = Squared(rows.narrow(0, start, size), centers.narrow(0, seen, Math.Min(CatchUpPicks, count - seen)));
                var chunk = rowBounds.narrow(0, start, size);
                chunk.copy_(minimum(chunk, distances.amin([1L])));
            }
        }
    }

    /// <summary>Picks from the pool while none outside can be farther, and lowers the pool's bounds.</summary>
    List<int> PickInside(long[] members, double[] poolBounds, double[] between, (double Bound, long Row) outside)
    {
        var chosen = new List<int>();
        while (count + chosen.Count < picks.Length)
        {
            var farthest = 0;
            for (var i = 1; i < poolBounds.Length; i++)
            {
                if (poolBounds[i] > poolBounds[farthest] || (poolBounds[i] == poolBounds[farthest] && members[i] < members[farthest])) farthest = i;
            }
            if (poolBounds[farthest] < outside.Bound || (poolBounds[farthest] == outside.Bound && members[farthest] > outside.Row)) break;
            chosen.Add(farthest);
            for (var i = 0; i < poolBounds.Length; i++) poolBounds[i] = Math.Min(poolBounds[i], between[farthest * poolBounds.Length + i]);
            // Below every distance, so that a point is picked once even where others lie on the same spot.
            poolBounds[farthest] = double.NegativeInfinity;
        }
        return chosen;
    }

    void Append(long[] chosen)
    {
        if (chosen.Length == 0) return;
        var rows = tensor(chosen).to(points.device);
        centers.narrow(0, count, chosen.Length).copy_(points.index_select(0, rows));
        chosen.CopyTo(picks, count);
        count += chosen.Length;
    }

    /// <summary>Squared distances [A, B] between the rows of two matrices; what rounding may have made of 0 is 0.</summary>
    static Tensor Squared(Tensor a, Tensor b)
    {
        var norms = a.square().sum(1, keepdim: true) + b.square().sum(1).unsqueeze(0);
        var distances = a.mm(b.t()).mul_(-2).add_(norms);
        return distances.mul_(distances.gt(norms.mul_(Rounding)));
    }

    /// <summary>Frees the bounds and the centers.</summary>
    public void Dispose()
    {
        bounds.Dispose();
        centers.Dispose();
    }
}
