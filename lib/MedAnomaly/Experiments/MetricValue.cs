using System.Globalization;
using System.Text.Json.Serialization;
using MedAnomaly.Metrics;

namespace MedAnomaly.Experiments;

/// <summary>The metrics that records name, spelled as they stand in the files.</summary>
public enum MetricName
{
    /// <summary>Area under the ROC curve.</summary>
    AUROC,
    /// <summary>Average precision, step-wise.</summary>
    AP,
    /// <summary>Harmonic mean of precision and recall at the record's threshold.</summary>
    F1,
    /// <summary>TP / (TP + FP).</summary>
    Precision,
    /// <summary>Sensitivity, TP / (TP + FN).</summary>
    Recall,
    /// <summary>TN / (TN + FP).</summary>
    Specificity,
    /// <summary>(TP + TN) / all.</summary>
    Accuracy,
    /// <summary>The mean of recall and specificity.</summary>
    BalancedAccuracy,
    /// <summary>Matthews' correlation coefficient; the one metric that reaches down to -1.</summary>
    MCC,
    /// <summary>Area under the per-region-overlap curve to a false positive rate of 0.3, over 0.3.</summary>
    PRO,
    /// <summary>F1 of pixels or voxels.</summary>
    Dice,
}

/// <summary>What a metric counts.</summary>
public enum MetricLevel
{
    /// <summary>Whole images.</summary>
    Image,
    /// <summary>Pixels or voxels.</summary>
    Pixel,
    /// <summary>Whole volumes or patients.</summary>
    Volume,
}

/// <summary>One measured number, beside the paper's.</summary>
/// <param name="Name">Which metric.</param>
/// <param name="Level">Of images, pixels or volumes.</param>
/// <param name="Value">In [0, 1] (MCC in [-1, 1]), never a percentage; null where it is undefined.</param>
/// <param name="Low">Lower end of the 95 % interval; null where there is none.</param>
/// <param name="High">Upper end of the 95 % interval; null where there is none.</param>
/// <param name="N">How many images, pixels or volumes it was measured on; null where unknown.</param>
/// <param name="Paper">The paper's number for the same data on the same scale; null where the paper has none.</param>
public sealed record MetricValue(MetricName Name, MetricLevel Level, double? Value, double? Low = null, double? High = null, long? N = null, double? Paper = null)
{
    /// <summary>A metric without an interval.</summary>
    public static MetricValue Of(MetricName name, MetricLevel level, Metric value, long? n = null, double? paper = null) =>
        new(name, level, value.ValueOrNull, N: n, Paper: paper);

    /// <summary>A metric with its interval.</summary>
    public static MetricValue Of(MetricName name, MetricLevel level, Estimate estimate, long? n = null, double? paper = null)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        return new(name, level, estimate.Value.ValueOrNull, estimate.Low.ValueOrNull, estimate.High.ValueOrNull, n, paper);
    }

    /// <summary>The metrics of decisions at a threshold, without intervals.</summary>
    public static IReadOnlyList<MetricValue> Of(ConfusionMatrix confusion, MetricLevel level)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        return
        [
            Of(MetricName.F1, level, confusion.F1, confusion.Count),
            Of(MetricName.Precision, level, confusion.Precision, confusion.Count),
            Of(MetricName.Recall, level, confusion.Recall, confusion.Count),
            Of(MetricName.Specificity, level, confusion.Specificity, confusion.Count),
            Of(MetricName.Accuracy, level, confusion.Accuracy, confusion.Count),
            Of(MetricName.BalancedAccuracy, level, confusion.BalancedAccuracy, confusion.Count),
            Of(MetricName.MCC, level, confusion.Mcc, confusion.Count),
        ];
    }

    /// <summary>Ours against the paper's; null where either is missing.</summary>
    [JsonIgnore]
    public Comparison? Comparison => Value is { } ours && Paper is { } paper ? new(ours, Low, High, paper) : null;

    /// <summary>What is wrong with the numbers, with the key; null where nothing is.</summary>
    internal string? Fault()
    {
        var least = Name == MetricName.MCC ? -1.0 : 0.0;
        foreach (var (key, number) in new[] { ("value", Value), ("low", Low), ("high", High), ("paper", Paper) })
        {
            if (number is { } given && !(given >= least && given <= 1))
                return string.Create(CultureInfo.InvariantCulture, $"{key} is {given}; {Name} lies in [{least}, 1]{(given is > 1 and <= 100 ? ", not in percent" : "")}");
        }
        if (Low is null != High is null) return "low and high are either both there or both null";
        if (Low > High) return string.Create(CultureInfo.InvariantCulture, $"low is {Low}, above high, which is {High}");
        if (Low is not null && Value is null) return "there is an interval but no value";
        return N < 0 ? string.Create(CultureInfo.InvariantCulture, $"n is {N}; a count is not negative") : null;
    }
}

/// <summary>Ours against the paper's number. Our interval is the tolerance: without one, no agreement is claimed.</summary>
/// <param name="Ours">Our value.</param>
/// <param name="Low">Lower end of our interval.</param>
/// <param name="High">Upper end of our interval.</param>
/// <param name="Paper">The paper's number.</param>
public sealed record Comparison(double Ours, double? Low, double? High, double Paper)
{
    /// <summary>Ours less the paper's, in points: hundredths.</summary>
    public double Points => (Ours - Paper) * 100;

    /// <summary>Whether the paper's number lies in our interval; null without an interval.</summary>
    public bool? Agrees => Low is { } low && High is { } high ? Paper >= low && Paper <= high : null;

    /// <summary>"inside our interval", "below by 3.1 points", "above by 0.4 points (no interval)".</summary>
    public string Verdict => Agrees == true ? "inside our interval"
        : string.Create(CultureInfo.InvariantCulture, $"{(Points < 0 ? "below" : "above")} by {Math.Abs(Points):F1} points{(Agrees is null ? " (no interval)" : "")}");
}
