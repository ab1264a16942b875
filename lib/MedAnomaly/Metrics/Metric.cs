using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>
/// The value of a metric, or the reason why it has none. A metric that a sample cannot answer (AUROC with one class only, precision
/// without an alarm) is undefined: never 0, 0.5 or 1, which would read as a result.
/// </summary>
public readonly record struct Metric
{
    readonly double value;
    readonly bool defined;
    readonly string? reason;

    Metric(double value, bool defined, string? reason)
    {
        this.value = value;
        this.defined = defined;
        this.reason = reason;
    }

    /// <summary>Whether there is a value.</summary>
    public bool IsDefined => defined;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">The metric is undefined; the message says why.</exception>
    public double Value => defined ? value : throw new InvalidOperationException($"The metric is undefined: {Reason}.");

    /// <summary>The value, or null where the metric is undefined.</summary>
    public double? ValueOrNull => defined ? value : null;

    /// <summary>Why there is no value; null where there is one.</summary>
    public string? Reason => defined ? null : reason ?? "it was never computed";

    /// <summary>A metric with a value.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is not finite.</exception>
    public static Metric Of(double value) => double.IsFinite(value)
        ? new(value, true, null)
        : throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
            $"A metric's value is a finite number, got {value}. Use Metric.Undefined where there is none."), nameof(value));

    /// <summary>A metric without a value, because <paramref name="reason"/> ("no abnormal sample").</summary>
    public static Metric Undefined(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new(0, false, reason);
    }

    /// <summary>A metric with a value, as <see cref="Of"/>.</summary>
    public static implicit operator Metric(double value) => Of(value);

    /// <summary>A ratio of counts; undefined for <paramref name="reason"/> where the denominator is zero.</summary>
    internal static Metric Ratio(long numerator, long denominator, string reason) =>
        denominator == 0 ? Undefined(reason) : Of((double)numerator / denominator);

    /// <summary>The mean of the metrics that are defined, with the count of those that are not.</summary>
    public static MetricMean Mean(IEnumerable<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        double sum = 0;
        int included = 0, excluded = 0;
        foreach (var metric in metrics)
        {
            if (metric.IsDefined)
            {
                sum += metric.value;
                included++;
            }
            else
            {
                excluded++;
            }
        }
        var mean = included > 0 ? Of(sum / included) : Undefined(excluded == 0 ? "nothing to average" : $"all {excluded} are undefined");
        return new(mean, included, excluded);
    }

    /// <summary>The value with four decimals, or "undefined" with the reason.</summary>
    public override string ToString() => defined ? value.ToString("F4", CultureInfo.InvariantCulture) : $"undefined ({Reason})";
}

/// <summary>A macro mean that says what it left out.</summary>
/// <param name="Mean">The mean of the defined values; undefined where there are none.</param>
/// <param name="Included">How many values the mean is made of.</param>
/// <param name="Excluded">How many were undefined and left out.</param>
public readonly record struct MetricMean(Metric Mean, int Included, int Excluded)
{
    /// <summary>The mean, and how many were left out if any.</summary>
    public override string ToString() => Excluded == 0 ? Mean.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"{Mean} ({Excluded} of {Included + Excluded} undefined and left out)");
}
