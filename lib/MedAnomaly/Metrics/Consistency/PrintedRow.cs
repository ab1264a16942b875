namespace MedAnomaly.Metrics;

/// <summary>A metric that follows from the four counts of a confusion matrix as a ratio of sums, and that tables print.</summary>
public enum CountMetric
{
    /// <summary>TP / (TP + FP).</summary>
    Precision,
    /// <summary>TP / (TP + FN).</summary>
    Recall,
    /// <summary>TN / (TN + FP).</summary>
    Specificity,
    /// <summary>(TP + TN) / all.</summary>
    Accuracy,
    /// <summary>2 TP / (2 TP + FP + FN).</summary>
    F1,
}

/// <summary>A row of a printed table: what one decision threshold gave on one test set.</summary>
/// <param name="Name">The method, as printed.</param>
/// <param name="Numbers">The printed numbers that follow from the counts.</param>
public sealed record PrintedRow(string Name, IReadOnlyDictionary<CountMetric, PrintedNumber> Numbers)
{
    /// <summary>A row of numbers printed in percent, such as <c>(CountMetric.Recall, "96.78")</c>.</summary>
    /// <exception cref="ArgumentException">A text is no number in [0, 100], or a metric is there twice.</exception>
    public static PrintedRow Percent(string name, params ReadOnlySpan<(CountMetric Metric, string Text)> numbers) => Of(name, numbers, PrintedNumber.Percent);

    /// <summary>A row of numbers printed as fractions, such as <c>(CountMetric.Recall, ".76")</c>.</summary>
    /// <exception cref="ArgumentException">A text is no number in [0, 1], or a metric is there twice.</exception>
    public static PrintedRow Fraction(string name, params ReadOnlySpan<(CountMetric Metric, string Text)> numbers) => Of(name, numbers, PrintedNumber.Fraction);

    /// <summary>The row as if one number had not been printed.</summary>
    public PrintedRow Without(CountMetric metric) =>
        this with { Numbers = Numbers.Where(number => number.Key != metric).ToDictionary() };

    /// <summary>The row as if two columns had changed their headings.</summary>
    /// <exception cref="ArgumentException">One of them is not printed.</exception>
    public PrintedRow Swapped(CountMetric first, CountMetric second)
    {
        if (!Numbers.ContainsKey(first) || !Numbers.ContainsKey(second))
            throw new ArgumentException($"The row '{Name}' does not print both {first} and {second}.");
        return this with
        {
            Numbers = new Dictionary<CountMetric, PrintedNumber>(Numbers) { [first] = Numbers[second], [second] = Numbers[first] },
        };
    }

    /// <summary>Whether every printed number is that of <paramref name="matrix"/>, but for rounding.</summary>
    public bool Fits(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        foreach (var (metric, number) in Numbers)
        {
            var (numerator, denominator) = metric.Of(matrix);
            if (!number.Fits(numerator, denominator)) return false;
        }
        return true;
    }

    static PrintedRow Of(string name, ReadOnlySpan<(CountMetric Metric, string Text)> numbers, Func<string, PrintedNumber> parse)
    {
        Dictionary<CountMetric, PrintedNumber> parsed = [];
        foreach (var (metric, text) in numbers) parsed.Add(metric, parse(text));
        return new(name, parsed);
    }
}

/// <summary>The numerators and denominators of <see cref="CountMetric"/>.</summary>
static class CountMetrics
{
    /// <summary>The metric of counts, as a ratio.</summary>
    public static (long Numerator, long Denominator) Of(this CountMetric metric, ConfusionMatrix counts)
    {
        var (hits, alarms, cleared, missed) = counts;
        return metric switch
        {
            CountMetric.Precision => (hits, hits + alarms),
            CountMetric.Recall => (hits, hits + missed),
            CountMetric.Specificity => (cleared, cleared + alarms),
            CountMetric.Accuracy => (hits + cleared, counts.Count),
            CountMetric.F1 => (2 * hits, 2 * hits + alarms + missed),
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "No such metric."),
        };
    }
}
