namespace MedAnomaly.Metrics;

/// <summary>Two AUROCs measured on the same samples.</summary>
/// <param name="First">The first method's AUROC.</param>
/// <param name="Second">The second method's AUROC.</param>
/// <param name="StandardError">Of their difference.</param>
/// <param name="Z">The difference over its standard error; undefined where that is 0.</param>
/// <param name="PValue">Two-sided; undefined where <paramref name="Z"/> is.</param>
public sealed record AurocComparison(double First, double Second, double StandardError, Metric Z, Metric PValue)
{
    /// <summary>The first less the second.</summary>
    public double Difference => First - Second;
}

/// <summary>
/// The variance of AUROCs from the placements of the samples (DeLong, DeLong and Clarke-Pearson 1988, by midranks as Sun and Xu 2014):
/// how often each abnormal sample outranks the normal ones, and each normal sample is outranked. For independent samples; where slices
/// nest in patients use <see cref="Bootstrap"/> by group.
/// </summary>
public static class DeLong
{
    /// <summary>The standard error of an AUROC; undefined with fewer than two samples of a class.</summary>
    /// <param name="scores">Finite scores; higher is more abnormal.</param>
    /// <param name="labels">False normal, true abnormal.</param>
    /// <exception cref="ArgumentException">As <see cref="RankedScores.Of(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>.</exception>
    public static Metric StandardError(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        var placements = Placements.Of(scores, labels);
        return placements.TooFew is { } reason ? Metric.Undefined(reason) : Metric.Of(Math.Sqrt(Covariance(placements, placements)));
    }

    /// <summary>Compares two methods on the same samples.</summary>
    /// <param name="first">The first method's scores.</param>
    /// <param name="second">The second method's scores of the same samples, in the same order.</param>
    /// <param name="labels">False normal, true abnormal.</param>
    /// <exception cref="ArgumentException">As <see cref="RankedScores.Of(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>.</exception>
    /// <exception cref="DatasetException">A class has fewer than two samples.</exception>
    public static AurocComparison Compare(ReadOnlySpan<double> first, ReadOnlySpan<double> second, ReadOnlySpan<bool> labels)
    {
        var (a, b) = (Placements.Of(first, labels), Placements.Of(second, labels));
        if (a.TooFew is { } reason) throw new DatasetException($"DeLong's test needs at least two samples of each class, but there is {reason}.");
        var variance = Covariance(a, a) + Covariance(b, b) - 2 * Covariance(a, b);
        var error = Math.Sqrt(Math.Max(variance, 0));
        if (error == 0)
        {
            var none = Metric.Undefined("the two methods rank every pair alike");
            return new(a.Auroc, b.Auroc, 0, none, none);
        }
        var z = (a.Auroc - b.Auroc) / error;
        return new(a.Auroc, b.Auroc, error, z, Normal.TwoSided(z));
    }

    static double Covariance(Placements a, Placements b) =>
        Covariance(a.Abnormal, b.Abnormal, a.Auroc, b.Auroc) + Covariance(a.Normal, b.Normal, a.Auroc, b.Auroc);

    /// <summary>The covariance of two means; placements of either class average to the AUROC.</summary>
    static double Covariance(double[] a, double[] b, double meanA, double meanB)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++) sum += (a[i] - meanA) * (b[i] - meanB);
        return sum / (a.Length - 1) / a.Length;
    }

    /// <summary>The share of the other class that each sample is on the right side of, a tie counting half.</summary>
    sealed record Placements(double Auroc, double[] Abnormal, double[] Normal)
    {
        public string? TooFew => Abnormal.Length < 2 ? $"{Abnormal.Length} abnormal sample" : Normal.Length < 2 ? $"{Normal.Length} normal sample" : null;

        public static Placements Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
        {
            var (normal, abnormal) = RankedScores.Split(scores, RankedScores.AsBytes(labels));
            var ranked = RankedScores.Sort([.. normal], [.. abnormal]);
            double[] ofAbnormal = [.. abnormal.Select(score => 1 - Share(ranked, score, ofNormal: true))];
            double[] ofNormal = [.. normal.Select(score => Share(ranked, score, ofNormal: false))];
            return new(ranked.Auroc.ValueOrNull ?? double.NaN, ofAbnormal, ofNormal);
        }

        /// <summary>The share of a class above <paramref name="score"/>, equals counting half.</summary>
        static double Share(RankedScores ranked, double score, bool ofNormal)
        {
            var (atLeast, above) = (ranked.At(score), ranked.At(Math.BitIncrement(score)));
            return ofNormal ? (atLeast.FalsePositives + above.FalsePositives) / (2.0 * ranked.Negatives)
                : (atLeast.TruePositives + above.TruePositives) / (2.0 * ranked.Positives);
        }
    }
}
