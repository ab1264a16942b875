namespace MedAnomaly.Metrics;

/// <summary>
/// The mean of a metric, or of the difference of two methods, over the folds of a repeated cross-validation or over repeated random
/// splits (Nadeau and Bengio 2003). The training sets overlap, so the folds are not independent: their variance divided by their number
/// is far too small, and the corrected one adds the ratio of test to training samples. A printed "± sd" of folds is no standard error.
/// </summary>
/// <param name="Mean">The mean over the folds.</param>
/// <param name="StandardDeviation">Over the folds, with n - 1.</param>
/// <param name="StandardError">Corrected: sd x sqrt(1 / folds + test / training).</param>
/// <param name="DegreesOfFreedom">Folds - 1.</param>
public sealed record RepeatedFolds(double Mean, double StandardDeviation, double StandardError, int DegreesOfFreedom)
{
    /// <summary>Mean over corrected standard error; undefined where all folds agree exactly.</summary>
    public Metric T => StandardError > 0 ? Metric.Of(Mean / StandardError) : Metric.Undefined("all folds have the same value");

    /// <summary>The two-sided p-value of a mean of 0 (no difference); undefined where <see cref="T"/> is.</summary>
    public Metric PValue => T is { IsDefined: true, Value: var t } ? Metric.Of(IncompleteBeta.StudentTwoSided(t, DegreesOfFreedom)) : T;

    /// <summary>The interval of the mean, by Student's distribution with the corrected error.</summary>
    /// <param name="level">Nominal coverage, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is outside (0, 1).</exception>
    public (double Low, double High) Interval(double level = 0.95)
    {
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
        // The two-sided p-value falls from 1 to 0: double the upper end until it is below, then halve the gap to the last bit.
        double low = 0, high = 1;
        while (IncompleteBeta.StudentTwoSided(high, DegreesOfFreedom) > 1 - level) high *= 2;
        for (var halvings = 0; halvings < 100; halvings++)
        {
            var middle = (low + high) / 2;
            if (IncompleteBeta.StudentTwoSided(middle, DegreesOfFreedom) > 1 - level) low = middle;
            else high = middle;
        }
        return (Mean - high * StandardError, Mean + high * StandardError);
    }

    /// <summary>Sums up the folds.</summary>
    /// <param name="values">A finite value a fold: a metric, or one method's less the other's on the same fold.</param>
    /// <param name="training">Training samples of a fold.</param>
    /// <param name="test">Test samples of a fold.</param>
    /// <exception cref="ArgumentException">There are fewer than two folds, or a value is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is not positive.</exception>
    public static RepeatedFolds Of(IReadOnlyList<double> values, long training, long test)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(training);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(test);
        if (values.Count < 2) throw new ArgumentException($"A spread needs at least two folds, got {values.Count}.", nameof(values));
        if (values.Any(value => !double.IsFinite(value))) throw new ArgumentException("The value of a fold is NaN or infinite.", nameof(values));
        var mean = values.Sum() / values.Count;
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new(mean, Math.Sqrt(variance), Math.Sqrt(variance * (1.0 / values.Count + (double)test / training)), values.Count - 1);
    }
}
