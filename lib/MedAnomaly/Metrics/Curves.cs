namespace MedAnomaly.Metrics;

/// <summary>
/// A ROC curve from (0, 0) to (1, 1). Point i is what happens when every score at or above <c>Thresholds[i]</c> is called abnormal; the
/// first threshold is +infinity (nothing is).
/// </summary>
/// <param name="FalsePositiveRates">1 - specificity, ascending.</param>
/// <param name="TruePositiveRates">Recall, ascending.</param>
/// <param name="Thresholds">Scores, descending, after the first.</param>
public sealed record RocCurve(double[] FalsePositiveRates, double[] TruePositiveRates, double[] Thresholds)
{
    internal static RocCurve Of(RankedScores scores)
    {
        if (scores.MissingClass is { } reason)
            throw new DatasetException($"A ROC curve needs both classes, but there is {reason} among {scores.Count}.");
        List<RankStep> corners = [new(double.PositiveInfinity, 0, 0)];
        foreach (var step in scores.Steps)
        {
            // A point is kept only where the curve turns; integers tell exactly.
            if (corners.Count > 1 && OnLine(corners[^2], corners[^1], step)) corners[^1] = step;
            else corners.Add(step);
        }
        return new(
            [.. corners.Select(corner => (double)corner.FalsePositives / scores.Negatives)],
            [.. corners.Select(corner => (double)corner.TruePositives / scores.Positives)],
            [.. corners.Select(corner => corner.Threshold)]);
    }

    static bool OnLine(RankStep a, RankStep b, RankStep c) =>
        (b.FalsePositives - a.FalsePositives) * (c.TruePositives - b.TruePositives)
        == (c.FalsePositives - b.FalsePositives) * (b.TruePositives - a.TruePositives);

    /// <summary>
    /// At most <paramref name="points"/> points for drawing: the curve at its own points nearest to evenly spaced places along it, its
    /// ends included. A curve of millions of pixels is drawn by a few hundred.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="points"/> is below 2.</exception>
    public RocCurve Thin(int points)
    {
        var kept = CurveThinning.Keep(FalsePositiveRates, TruePositiveRates, points);
        return new([.. kept.Select(i => FalsePositiveRates[i])], [.. kept.Select(i => TruePositiveRates[i])], [.. kept.Select(i => Thresholds[i])]);
    }
}

/// <summary>
/// A precision-recall curve from recall 0 to recall 1. Point i is what happens when every score at or above <c>Thresholds[i]</c> is
/// called abnormal; the first, at +infinity, has precision 1 by convention. These are scikit-learn's points, its order reversed, without
/// those between the first and the last of a recall.
/// </summary>
/// <remarks>Joining the points by straight lines flatters: the area is <see cref="RankedScores.AveragePrecision"/>, not a trapezoid.</remarks>
/// <param name="Recalls">Ascending.</param>
/// <param name="Precisions">As many.</param>
/// <param name="Thresholds">Scores, descending, after the first.</param>
public sealed record PrecisionRecallCurve(double[] Recalls, double[] Precisions, double[] Thresholds)
{
    internal static PrecisionRecallCurve Of(RankedScores scores)
    {
        if (scores.Positives == 0)
            throw new DatasetException($"A precision-recall curve needs abnormal samples, but all {scores.Count} are normal.");
        List<RankStep> corners = [];
        foreach (var step in scores.Steps)
        {
            // Normal samples alone only lower the precision: of such a run the curve needs the ends.
            if (corners.Count > 1 && corners[^2].TruePositives == step.TruePositives) corners[^1] = step;
            else corners.Add(step);
        }
        return new(
            [0, .. corners.Select(corner => (double)corner.TruePositives / scores.Positives)],
            [1, .. corners.Select(corner => (double)corner.TruePositives / (corner.TruePositives + corner.FalsePositives))],
            [double.PositiveInfinity, .. corners.Select(corner => corner.Threshold)]);
    }

    /// <summary>At most <paramref name="points"/> points for drawing, as <see cref="RocCurve.Thin"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="points"/> is below 2.</exception>
    public PrecisionRecallCurve Thin(int points)
    {
        var kept = CurveThinning.Keep(Recalls, Precisions, points);
        return new([.. kept.Select(i => Recalls[i])], [.. kept.Select(i => Precisions[i])], [.. kept.Select(i => Thresholds[i])]);
    }
}

/// <summary>Chooses the points that draw a curve.</summary>
static class CurveThinning
{
    /// <summary>Indices of at most <paramref name="points"/> points, evenly spaced along the curve, its first and last included.</summary>
    public static IReadOnlyList<int> Keep(double[] x, double[] y, int points)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(points, 2);
        if (x.Length <= points) return [.. Enumerable.Range(0, x.Length)];
        double total = 0;
        for (var i = 1; i < x.Length; i++) total += Leg(i);
        List<int> kept = [0];
        double walked = 0;
        for (var i = 1; i < x.Length - 1; i++)
        {
            walked += Leg(i);
            if (walked < total * kept.Count / (points - 1)) continue;
            kept.Add(i);
            if (kept.Count == points - 1) break;
        }
        kept.Add(x.Length - 1);
        return kept;

        double Leg(int i) => Math.Abs(x[i] - x[i - 1]) + Math.Abs(y[i] - y[i - 1]);
    }
}
