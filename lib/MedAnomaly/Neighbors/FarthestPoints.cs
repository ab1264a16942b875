using System.Numerics;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Picks the point farthest from all picks so far, again and again, on the CPU. A point's distance to the picks only shrinks, so an old
/// value bounds it from above; distances are brought up to date only for a pool of the points with the largest bounds, all at once, and the
/// pool is good for as many picks as stay above the largest bound outside it.
/// </summary>
/// <remarks>
/// The picks are those of the plain loop in double precision, ties going to the lowest row. 32-bit products only tell which picks may be
/// nearer to a point than those before; the distance to these is computed from differences in double precision. The triangle inequality
/// (a pick at twice a point's distance from its nearest pick cannot be nearer) is not asked first: among real patch features it rules out
/// 30 % of all pairs, but half a per cent of those of the pool, which holds the points that are far from every pick.
/// </remarks>
sealed unsafe class FarthestPoints : IFarthestPoints
{
    readonly Rows points;
    readonly Screen screen;
    readonly PoolChoice choice;
    readonly double[] bounds;
    readonly int[] applied;
    readonly long[] picks;
    int count;

    /// <summary>Prepares the search.</summary>
    /// <param name="points">[N, D], contiguous, on the CPU.</param>
    /// <param name="picks">How many to pick, fewer than N.</param>
    /// <param name="poolSize">Points whose distances are kept up to date together.</param>
    public FarthestPoints(Tensor points, long picks, int poolSize)
    {
        this.points = new Rows(points);
        using var center = points.mean([0L]);
        screen = new(NeighborMetric.Euclidean, center.data<float>().ToArray(), picks);
        choice = new(poolSize);
        bounds = new double[points.shape[0]];
        Array.Fill(bounds, double.PositiveInfinity);
        applied = new int[points.shape[0]];
        this.picks = new long[picks];
    }

    /// <summary>Bounds every distance by the mean distance to <paramref name="starts"/>, which are not picked themselves.</summary>
    public void StartFrom(long[] starts) => Parallel.For(0, bounds.Length, row =>
    {
        var sum = 0.0;
        foreach (var start in starts) sum += Math.Sqrt(Rows.SquaredDistance(points[row], points[start], points.Width));
        var average = sum / starts.Length;
        bounds[row] = average * average;
    });

    /// <summary>Makes <paramref name="pick"/> the next pick whatever its distance, and brings every bound up to date.</summary>
    public void Add(long pick)
    {
        Append(pick);
        Parallel.For(0, bounds.Length, row =>
        {
            if (row != pick) bounds[row] = Math.Min(bounds[row], Rows.SquaredDistance(points[row], points[pick], points.Width));
            applied[row] = count;
        });
    }

    /// <summary>Picks until all are made.</summary>
    public long[] Run(IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        while (count < picks.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var before = count;
            Round();
            if (count > before) progress?.Report(new WorkProgress(GreedyCoreset.Stage, count, picks.Length));
        }
        points.KeepAlive();
        return picks;
    }

    void Round()
    {
        var outside = choice.Choose(bounds);
        var members = choice.Members;
        // Rows that missed about as many picks share a tile.
        Array.Sort(members, (a, b) => applied[a] != applied[b] ? applied[a].CompareTo(applied[b]) : a.CompareTo(b));
        var chunk = Math.Max(1, (members.Length + Environment.ProcessorCount - 1) / Environment.ProcessorCount);
        chunk = (chunk + Panels.TileRows - 1) / Panels.TileRows
            * Panels.TileRows;
        Parallel.For(0, (members.Length + chunk - 1) / chunk, part =>
            CatchUp(members.AsSpan(part * chunk, Math.Min(chunk, members.Length - part * chunk))));
        foreach (var member in members) applied[member] = count;
        PickFrom(members, outside);
    }

    /// <summary>Lowers the bounds of rows, sorted by the picks they have seen, by the picks that they have not.</summary>
    void CatchUp(ReadOnlySpan<int> members)
    {
        const int TileRows = Panels.TileRows;
        var tiles = (members.Length + TileRows - 1) / TileRows;
        var rows = stackalloc float*[tiles * TileRows];
        var limits = stackalloc float[tiles * TileRows];
        var bases = stackalloc double[tiles * TileRows];
        for (var i = 0; i < tiles * TileRows; i++)
        {
            // The last tile is filled up by a row that asks for nothing.
            rows[i] = points[members[Math.Min(i, members.Length - 1)]];
            (bases[i], limits[i]) = (0, float.PositiveInfinity);
            if (i >= members.Length) continue;
            bases[i] = screen.Base(rows[i]);
            limits[i] = screen.Limit(bases[i], bounds[members[i]]);
        }
        var width = screen.Panels.Width;
        var exceeding = stackalloc uint[tiles * TileRows];
        var sums = stackalloc float[tiles * TileRows * width];
        var behind = 0;
        for (var panel = applied[members[0]] / width; panel * width < count; panel++)
        {
            // Rows are sorted by what they have seen: those that have yet to see this panel come first.
            while (behind < tiles && applied[members[behind * TileRows]] < (panel + 1) * width) behind++;
            screen.Panels.FindExceeding(panel, rows, behind, limits, exceeding, sums);
            for (var row = 0; row < Math.Min(behind * TileRows, members.Length); row++)
            {
                if (exceeding[row] != 0) Lower(members[row], rows[row], exceeding[row], panel * width, bases[row], limits + row);
            }
        }
    }

    /// <summary>Compares a row with those centers of a panel that may be nearer than its bound says.</summary>
    void Lower(int member, float* row, uint candidates, int firstCenter, double rowBase, float* limit)
    {
        for (; candidates != 0; candidates &= candidates - 1)
        {
            var center = firstCenter + BitOperations.TrailingZeroCount(candidates);
            if (center >= count) return;
            if (center < applied[member]) continue;
            var distance = Rows.SquaredDistance(row, points[picks[center]], points.Width);
            if (!(distance < bounds[member])) continue;
            bounds[member] = distance;
            *limit = screen.Limit(rowBase, distance);
        }
    }

    /// <summary>Picks from the pool while none outside can be farther; members below that are left behind.</summary>
    void PickFrom(int[] members, (double Bound, int Row) outside)
    {
        var active = Array.FindAll(members, member => bounds[member] >= outside.Bound);
        var left = active.Length;
        while (count < picks.Length && left > 0)
        {
            var pick = active[0];
            foreach (var member in active.AsSpan(1, left - 1))
            {
                if (bounds[member] > bounds[pick] || (bounds[member] == bounds[pick] && member < pick)) pick = member;
            }
            if (bounds[pick] < outside.Bound || (bounds[pick] == outside.Bound && pick > outside.Row)) return;
            Append(pick);
            var kept = 0;
            foreach (var member in active.AsSpan(0, left))
            {
                if (member == pick) continue;
                if (bounds[member] > 0) bounds[member] = Math.Min(bounds[member], Rows.SquaredDistance(points[member], points[pick], points.Width));
                applied[member] = count;
                if (bounds[member] >= outside.Bound) active[kept++] = member;
            }
            left = kept;
        }
    }

    void Append(long pick)
    {
        screen.Set(count, points[pick]);
        // Below every distance, so that a point is picked once even where others lie on the same spot.
        bounds[pick] = double.NegativeInfinity;
        picks[count++] = pick;
    }

    /// <summary>Frees the centers.</summary>
    public void Dispose() => screen.Dispose();
}
