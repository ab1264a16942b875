using MedAnomaly.Metrics;

namespace MedAnomaly.Figures;

/// <summary>What a box plot draws of a sample (Tukey, 1977): whiskers reach the furthest values within 1.5 interquartile ranges of the box.</summary>
public sealed record BoxStatistics(double Q1, double Median, double Q3, double LowerFence, double UpperFence, IReadOnlyList<double> Outliers)
{
    /// <summary>The statistics of <paramref name="values"/>, NaN left out; quartiles by linear interpolation, as numpy.percentile.</summary>
    /// <exception cref="ArgumentException">No value is left.</exception>
    public static BoxStatistics Of(IEnumerable<double> values)
    {
        var sorted = values.Where(value => !double.IsNaN(value)).Order().ToArray();
        if (sorted.Length == 0)
            throw new ArgumentException("A box plot needs at least one value that is not NaN; there is none.", nameof(values));
        var (q1, median, q3) = (Bootstrap.Quantile(sorted, 0.25), Bootstrap.Quantile(sorted, 0.5), Bootstrap.Quantile(sorted, 0.75));
        var reach = 1.5 * (q3 - q1);
        var inside = sorted.Where(value => value >= q1 - reach && value <= q3 + reach).ToArray();
        var (low, high) = (Math.Min(q1, inside[0]), Math.Max(q3, inside[^1]));
        return new(q1, median, q3, low, high, [.. sorted.Where(value => value < low || value > high)]);
    }
}
