using System.Runtime.InteropServices;

namespace MedAnomaly.Outliers;

/// <summary>
/// FastMCD (Rousseeuw and Van Driessen 1999) with the numbers of trials, subsets and steps of scikit-learn: the ellipse of the support, a
/// little more than half of the rows, with the least determinant; then of all rows that are no outliers to it.
/// </summary>
static class RobustEllipse
{
    /// <summary>Of more rows than this the best of several subsets are found first.</summary>
    const int MostWhole = 500;

    const int SubsetRows = 300, MergedRows = 1500, AllTrials = 500, FewTrials = 30, Kept = 10, MostSteps = 30, FirstSteps = 2;

    /// <summary>The share of rows of a Gaussian that the reweighting takes for no outliers.</summary>
    const double Inside = 0.975;

    /// <summary>A fitted ellipse with its rows, which are those nearest to the one before.</summary>
    sealed record Candidate(Ellipse Ellipse, int[] Support);

    public static Ellipse Fit(Points train, ulong seed, Work work)
    {
        var all = Ellipse.Of(train);
        if (all.Axes.Length == 0) throw Singular(train);
        if (all.Axes.Length == train.Width) return Reweighted(train, seed, work);
        // Rows along the axes in which they vary, and the ellipse of those taken back to the features.
        var along = new double[train.Count, all.Axes.Length];
        for (var row = 0; row < train.Count; row++) all.Coordinates(train[row], MemoryMarshal.CreateSpan(ref along[row, 0], all.Axes.Length));
        return Reweighted(new(along), seed, work).Behind(all);
    }

    static Ellipse Reweighted(Points points, ulong seed, Work work)
    {
        var raw = points.Width == 1 ? ShortestHalf(points) : Best(points, (points.Count + points.Width + 2) / 2, new(seed), work);
        if (raw.Axes.Length == 0) throw Singular(points);
        var distances = work.Score(points.Count, row => raw.SquaredDistance(points[row]));
        double[] sorted = [.. distances.Order()];
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        // The support's covariance is too small by as much as the median distance is too great.
        var limit = ChiSquared.Quantile(points.Width, Inside) * median / ChiSquared.Quantile(points.Width, 0.5);
        var ellipse = Ellipse.Of(points, [.. Enumerable.Range(0, points.Count).Where(row => distances[row] < limit)]);
        return ellipse.Axes.Length > 0 ? ellipse : throw Singular(points);
    }

    static DatasetException Singular(Points points) => new($"The covariance cannot be estimated: more than half of the {points.Count} training rows are equal. "
        + "Leave duplicates out, or take a detector that needs no covariance, such as KNN or IForest.");

    /// <summary>In one dimension the best support is the shortest interval; the mean of the middles of all that are as short.</summary>
    static Ellipse ShortestHalf(Points points)
    {
        var support = Math.Min(points.Count, (points.Count + 3) / 2);
        var values = points.Column(0);
        int[] order = [.. Enumerable.Range(0, points.Count)];
        if (support == points.Count) return Ellipse.Of(points);
        double[] sorted = [.. values.Order()];
        int[] starts = [.. Enumerable.Range(0, points.Count - support)];
        var shortest = starts.Min(start => sorted[start + support] - sorted[start]);
        var center = starts.Where(start => sorted[start + support] - sorted[start] == shortest)
            .Average(start => (sorted[start + support] + sorted[start]) / 2);
        var spread = Ellipse.Of(points, order.OrderBy(row => Math.Abs(values[row] - center)).Take(support).ToArray());
        return spread with { Mean = [center] };
    }

    static Ellipse Best(Points points, int support, SplitMix64 random, Work work)
    {
        if (points.Count <= MostWhole) return Improve(points, support, Trials(points, support, FewTrials, random, work), 1, work)[0].Ellipse;
        var subsets = points.Count / SubsetRows;
        var subsetRows = points.Count / subsets;
        var share = support / (double)points.Count;
        var shuffled = Points.Draw(random, points.Count, points.Count);
        List<Candidate> found = [];
        for (var subset = 0; subset < subsets; subset++)
        {
            var rows = points.Rows(shuffled.AsSpan(subset * subsetRows, subsetRows));
            found.AddRange(Trials(rows, (int)Math.Ceiling(subsetRows * share), Math.Max(Kept, AllTrials / subsets), random, work));
        }
        var merged = Math.Min(MergedRows, points.Count);
        var pool = points.Rows(Points.Draw(random, points.Count, merged));
        var best = Improve(pool, (int)Math.Ceiling(merged * share), found, points.Count > MergedRows ? Kept : 1, work);
        return points.Count < MergedRows ? best[0].Ellipse : Improve(points, support, best, 1, work)[0].Ellipse;
    }

    /// <summary>The best ellipses from random supports, after two steps each.</summary>
    static List<Candidate> Trials(Points points, int support, int trials, SplitMix64 random, Work work)
    {
        int[][] starts = [.. Enumerable.Range(0, trials).Select(_ => Points.Draw(random, points.Count, support))];
        var panels = new DistancePanels(points);
        return BestOf(trials, Kept, number => Concentrate(points, panels, new(Ellipse.Of(points, starts[number]), starts[number]), FirstSteps), work);
    }

    /// <summary>The best ellipses from given ones, until the determinant falls no more.</summary>
    static List<Candidate> Improve(Points points, int support, List<Candidate> from, int keep, Work work)
    {
        var panels = new DistancePanels(points);
        return BestOf(from.Count, keep, number =>
        {
            var nearest = Nearest(panels, from[number].Ellipse, support);
            return Concentrate(points, panels, new(Ellipse.Of(points, nearest), nearest), MostSteps);
        }, work);
    }

    static List<Candidate> BestOf(int count, int keep, Func<int, Candidate> make, Work work)
    {
        var all = new Candidate[count];
        work.Over(count, number => all[number] = make(number));
        return [.. all.OrderBy(candidate => candidate.Ellipse.LogDeterminant).Take(keep)];
    }

    /// <summary>Steps to the rows nearest to the ellipse, each of which lowers the determinant (their theorem 1).</summary>
    static Candidate Concentrate(Points points, DistancePanels panels, Candidate candidate, int steps)
    {
        for (var step = 0; step < steps && !double.IsNegativeInfinity(candidate.Ellipse.LogDeterminant); step++)
        {
            var nearest = Nearest(panels, candidate.Ellipse, candidate.Support.Length);
            var next = Ellipse.Of(points, nearest);
            if (!(next.LogDeterminant < candidate.Ellipse.LogDeterminant)) break;
            candidate = new(next, nearest);
        }
        return candidate;
    }

    static int[] Nearest(DistancePanels panels, Ellipse ellipse, int support)
    {
        var padded = new double[panels.PaddedCount];
        panels.SquaredMahalanobisDistances(ellipse, padded);
        ReadOnlySpan<double> distances = padded.AsSpan(0, panels.Count);
        var farthest = Selection.Select<double>(distances.ToArray(), support - 1);
        // In the order of the rows, so that equal supports make equal sums; of equally far ones the first.
        var equals = support;
        foreach (var distance in distances)
        {
            if (distance < farthest) equals--;
        }
        var nearest = new int[support];
        for (int row = 0, to = 0; to < support; row++)
        {
            if (distances[row] < farthest || (distances[row] == farthest && equals-- > 0)) nearest[to++] = row;
        }
        return nearest;
    }
}
