using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Picks the point farthest from all picks so far, again and again. A point's distance to the picks only shrinks, so an old value bounds it
/// from above; distances are brought up to date only for a pool of the points with the largest bounds, all at once by a matrix product, and
/// the pool is good for as many picks as stay above the largest bound outside it. The picks are those of the plain loop.
/// </summary>
sealed class FarthestPoints
{
    const string Stage = "coreset";

    /// <summary>Rows of the pool that catch up together; they are sorted by how much they missed.</summary>
    const int CatchUpRows = 64;

    /// <summary>Picks that are caught up with together, which bounds the memory.</summary>
    const int CatchUpPicks = 16384;

    readonly int poolSize;
    readonly Tensor points;
    readonly Tensor norms;
    readonly Tensor bounds;
    readonly Tensor centers;
    readonly Tensor centerNorms;
    readonly int[] applied;
    readonly long[] picks;
    int count;

    /// <summary>Prepares the search; its tensors belong to the current scope.</summary>
    /// <param name="points">[N, D].</param>
    /// <param name="startBounds">[N]: squared distances that hold before the first pick.</param>
    /// <param name="picks">How many to pick, fewer than N.</param>
    /// <param name="poolSize">Points whose distances are kept up to date together.</param>
    public FarthestPoints(Tensor points, Tensor startBounds, long picks, int poolSize)
    {
        // Around their mean, norms and products are of the size of the distances, and little is lost in their difference.
        this.points = points - points.mean([0L], keepdim: true);
        this.poolSize = (int)Math.Min(poolSize, points.shape[0]);
        norms = this.points.square().sum(1);
        bounds = startBounds.clone();
        centers = empty([picks, points.shape[1]], ScalarType.Float32, points.device);
        centerNorms = empty([picks], ScalarType.Float32, points.device);
        applied = new int[points.shape[0]];
        this.picks = new long[picks];
    }

    /// <summary>Makes <paramref name="pick"/> the next pick whatever its distance, and brings every bound up to date.</summary>
    public void Add(long pick)
    {
        using var scope = NewDisposeScope();
        Append([pick]);
        var distances = Squared(points, norms, centers.narrow(0, count - 1, 1), centerNorms.narrow(0, count - 1, 1));
        bounds.copy_(minimum(bounds, distances.squeeze(1)));
        bounds[pick] = tensor(float.NegativeInfinity);
        Array.Fill(applied, count);
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
            if (count > before) progress?.Report(new WorkProgress(Stage, count, picks.Length));
        }
        return picks;
    }

    void Round()
    {
        var (values, places) = bounds.topk((int)Math.Min(poolSize + 1, points.shape[0]));
        var outside = values.shape[0] > poolSize ? values[poolSize].item<float>() : float.NegativeInfinity;
        long[] members = [.. places.cpu().data<long>().Take(poolSize).OrderBy(member => applied[member])];
        var pool = tensor(members).to(points.device);
        var (rows, rowNorms, rowBounds) = (points.index_select(0, pool), norms.index_select(0, pool), bounds.index_select(0, pool));
        CatchUp(members, rows, rowNorms, rowBounds);
        var poolBounds = rowBounds.cpu().data<float>().ToArray();
        var between = Squared(rows, rowNorms, rows, rowNorms).cpu().data<float>().ToArray();
        Append([.. PickInside(poolBounds, between, outside).Select(place => members[place])]);
        bounds.index_copy_(0, pool, tensor(poolBounds).to(points.device));
        foreach (var member in members) applied[member] = count;
    }

    /// <summary>Lowers the bounds of the pool by the picks that its members have not seen.</summary>
    void CatchUp(long[] members, Tensor rows, Tensor rowNorms, Tensor rowBounds)
    {
        for (var start = 0; start < members.Length; start += CatchUpRows)
        {
            var size = Math.Min(CatchUpRows, members.Length - start);
            for (var seen = applied[members[start]]; seen < count; seen += CatchUpPicks)
            {
                using var step = NewDisposeScope();
                var unseen = Math.Min(CatchUpPicks, count - seen);
                var distances = Squared(rows.narrow(0, start, size), rowNorms.narrow(0, start, size), centers.narrow(0, seen, unseen),
                    centerNorms.narrow(0, seen, unseen));
                var chunk = rowBounds.narrow(0, start, size);
                chunk.copy_(minimum(chunk, distances.amin([1L])));
            }
        }
    }

    /// <summary>Picks from the pool while none outside can be farther, and lowers the pool's bounds.</summary>
    List<int> PickInside(float[] poolBounds, float[] between, float outside)
    {
        var chosen = new List<int>();
        while (count + chosen.Count < picks.Length)
        {
            var farthest = 0;
            for (var i = 1; i < poolBounds.Length; i++)
            {
                if (poolBounds[i] > poolBounds[farthest]) farthest = i;
            }
            if (poolBounds[farthest] < outside) break;
            chosen.Add(farthest);
            for (var i = 0; i < poolBounds.Length; i++) poolBounds[i] = Math.Min(poolBounds[i], between[farthest * poolBounds.Length + i]);
            // Below every distance, so that a point is picked once even where others lie on the same spot.
            poolBounds[farthest] = float.NegativeInfinity;
        }
        return chosen;
    }

    void Append(long[] chosen)
    {
        if (chosen.Length == 0) return;
        var rows = tensor(chosen).to(points.device);
        centers.narrow(0, count, chosen.Length).copy_(points.index_select(0, rows));
        centerNorms.narrow(0, count, chosen.Length).copy_(norms.index_select(0, rows));
        chosen.CopyTo(picks, count);
        count += chosen.Length;
    }

    /// <summary>Squared distances [A, B] between the rows of two matrices.</summary>
    static Tensor Squared(Tensor a, Tensor aNorms, Tensor b, Tensor bNorms) =>
        a.mm(b.t()).mul_(-2).add_(aNorms.unsqueeze(1)).add_(bNorms.unsqueeze(0)).clamp_min_(0);
}
