namespace MedAnomaly.Metrics;

/// <summary>The mean of measurements, such as average precisions of several tasks or differences of paired ones, with a bootstrap interval.</summary>
public static class MeanInterval
{
    /// <summary>The mean with the percentile interval of resamples drawn from the measurements as if they were independent.</summary>
    /// <param name="values">Finite.</param>
    /// <param name="level">Nominal coverage, in (0, 1).</param>
    /// <param name="resamples">How many resamples to draw.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <returns>Undefined without a measurement; the interval, with fewer than two.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The level or the number of resamples is none.</exception>
    public static Estimate Of(IReadOnlyCollection<double> values, double level = 0.95, int resamples = 2000, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        // In the order of their size: the same interval for any order of the measurements.
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return Without(Metric.Undefined("no measurement"), "no measurement");
        if (sorted.Length == 1) return Without(sorted[0], "one measurement has no spread");
        var random = new SplitMix64(seed);
        var means = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            for (var i = 0; i < sorted.Length; i++) means[r] += sorted[random.Next(sorted.Length)] / sorted.Length;
        }
        Array.Sort(means);
        return new(sorted.Average(), Bootstrap.Quantile(means, (1 - level) / 2), Bootstrap.Quantile(means, (1 + level) / 2), level, resamples, 0);

        Estimate Without(Metric value, string why) => new(value, Metric.Undefined(why), Metric.Undefined(why), level, 0, 0);
    }
}
