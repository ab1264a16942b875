namespace MedAnomaly.Metrics;

/// <summary>
/// The standard error of an AUROC from its value and the class sizes alone (Hanley and McNeil 1982): what lies between two printed
/// numbers when nobody printed an interval.
/// </summary>
public static class HanleyMcNeil
{
    /// <summary>The standard error of an AUROC.</summary>
    /// <param name="auroc">In [0, 1].</param>
    /// <param name="positives">Abnormal samples, at least 1.</param>
    /// <param name="negatives">Normal samples, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double StandardError(double auroc, long positives, long negatives)
    {
        if (auroc is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(auroc), auroc, "An AUROC lies in [0, 1].");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(positives);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(negatives);
        var square = auroc * auroc;
        // The chance that two random abnormal samples outrank one normal sample, and that one outranks two normal ones.
        var twoAbnormal = auroc / (2 - auroc);
        var twoNormal = 2 * square / (1 + auroc);
        var variance = auroc * (1 - auroc) + (positives - 1) * (twoAbnormal - square) + (negatives - 1) * (twoNormal - square);
        return Math.Sqrt(Math.Max(variance, 0) / ((double)positives * negatives));
    }
}
