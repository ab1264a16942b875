namespace MedAnomaly.Metrics;

/// <summary>A threshold and what it decides on the samples that are measured.</summary>
/// <param name="Threshold">The threshold, with how and on what it was chosen.</param>
/// <param name="Confusion">Its decisions against the labels.</param>
public sealed record OperatingPoint(Threshold Threshold, ConfusionMatrix Confusion)
{
    /// <summary>The rules that <see cref="Of"/> tries: every one that tables use.</summary>
    public static IReadOnlyList<ThresholdRule> Rules { get; } =
    [
        ThresholdRule.MaxF1, ThresholdRule.Youden, ThresholdRule.EqualErrorRate, ThresholdRule.NormalQuantile(),
        ThresholdRule.Specificity(0.95), ThresholdRule.Sensitivity(0.95),
    ];

    /// <summary>
    /// The operating points of all <see cref="Rules"/> that the samples allow: without the abnormal ones only those of normal scores remain,
    /// and the normal quantile needs enough of them.
    /// </summary>
    /// <param name="chosenFrom">The samples that thresholds are chosen on.</param>
    /// <param name="source">Which samples those are.</param>
    /// <param name="measured">The samples that are measured; the same object where <paramref name="source"/> is the test set.</param>
    public static IReadOnlyList<OperatingPoint> Of(RankedScores chosenFrom, ThresholdSource source, RankedScores measured)
    {
        ArgumentNullException.ThrowIfNull(chosenFrom);
        ArgumentNullException.ThrowIfNull(measured);
        return [.. Rules.Where(rule => rule.Obstacle(chosenFrom) is null).Select(rule => rule.Choose(chosenFrom, source))
            .Select(threshold => new OperatingPoint(threshold, measured.At(threshold)))];
    }
}
