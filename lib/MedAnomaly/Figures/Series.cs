using System.Globalization;
using MedAnomaly.Metrics;

namespace MedAnomaly.Figures;

/// <summary>Bounds around a curve: at <c>X[i]</c> it lies between <c>Low[i]</c> and <c>High[i]</c>.</summary>
public sealed record ConfidenceBand(IReadOnlyList<double> X, IReadOnlyList<double> Low, IReadOnlyList<double> High);

/// <summary>One method's ROC curve.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Curve">Its points.</param>
/// <param name="Auroc">The area under it.</param>
public sealed record RocSeries(string Name, RocCurve Curve, Metric Auroc)
{
    /// <summary>The confidence interval of the area, if known.</summary>
    public Estimate? Interval { get; init; }

    /// <summary>Bounds of the true positive rate at given false positive rates, if known.</summary>
    public ConfidenceBand? Band { get; init; }

    /// <summary>The curve and the area of ranked scores.</summary>
    /// <exception cref="DatasetException">There is one class only.</exception>
    public static RocSeries Of(string name, RankedScores scores, Estimate? interval = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new(name, scores.Roc(), scores.Auroc) { Interval = interval };
    }

    internal string Legend => LegendText.Of(Name, "AUROC", Auroc, Interval);
}

/// <summary>One method's precision-recall curve.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Curve">Its points.</param>
/// <param name="AveragePrecision">The area under its steps.</param>
/// <param name="Prevalence">The share of abnormal samples: the precision of calling all of them abnormal.</param>
public sealed record PrecisionRecallSeries(string Name, PrecisionRecallCurve Curve, Metric AveragePrecision, double Prevalence)
{
    /// <summary>The confidence interval of the average precision, if known.</summary>
    public Estimate? Interval { get; init; }

    /// <summary>The curve and the average precision of ranked scores.</summary>
    /// <exception cref="DatasetException">There is no abnormal sample.</exception>
    public static PrecisionRecallSeries Of(string name, RankedScores scores, Estimate? interval = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new(name, scores.PrecisionRecall(), scores.AveragePrecision, scores.Trivial.Prevalence.Value) { Interval = interval };
    }

    internal string Legend => LegendText.Of(Name, "AP", AveragePrecision, Interval);
}

static class LegendText
{
    public static string Of(string name, string metric, Metric value, Estimate? interval) => string.Create(
        CultureInfo.InvariantCulture, $"{name}\n{Value(metric, value, interval)}");

    public static string Value(string metric, Metric value, Estimate? interval)
    {
        if (!value.IsDefined)
            return $"{metric} undefined: {value.Reason}";
        var shown = string.Create(CultureInfo.InvariantCulture, $"{metric} {value.Value:F3}");
        return interval is { Low.IsDefined: true, High.IsDefined: true }
            ? string.Create(CultureInfo.InvariantCulture, $"{shown} ({100 * interval.Level:0.#} % CI {interval.Low.Value:F3}–{interval.High.Value:F3})")
            : shown;
    }
}
