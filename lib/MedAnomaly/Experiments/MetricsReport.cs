using System.Text.Json.Serialization;
using MedAnomaly.Metrics;
using MedAnomaly.Progress;

namespace MedAnomaly.Experiments;

/// <summary>The means of pixel metrics over the images or volumes that have a lesion.</summary>
/// <param name="Included">How many have one.</param>
/// <param name="Excluded">How many have none, so that their metrics are undefined and left out.</param>
/// <param name="Metrics">The means.</param>
public sealed record MeanOverVolumes(int Included, int Excluded, IReadOnlyList<MetricValue> Metrics);

/// <summary>The pixel metrics of one image or volume.</summary>
/// <param name="Name">Its file's name.</param>
/// <param name="Metrics">Null values where its truth is empty.</param>
public sealed record VolumeMetrics(string Name, IReadOnlyList<MetricValue> Metrics);

/// <summary>Anyone's scores or maps, measured: metrics as they stand in a <see cref="RunRecord"/>, with no run around them.</summary>
/// <param name="Metrics">Of all samples, or of all pixels pooled.</param>
/// <param name="Threshold">How the decision threshold was chosen; null without one.</param>
/// <param name="ThresholdValue">The threshold; null without one.</param>
/// <param name="Counts">The class counts.</param>
/// <param name="MeanOverVolumes">The means over volumes, of maps; left out of scores.</param>
/// <param name="Volumes">Each volume alone, of maps; left out of scores.</param>
public sealed record MetricsReport(
    IReadOnlyList<MetricValue> Metrics, string? Threshold, double? ThresholdValue, IReadOnlyList<ClassCounts> Counts,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MeanOverVolumes? MeanOverVolumes = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<VolumeMetrics>? Volumes = null)
{
    /// <summary>Above this many samples an interval costs minutes and is narrower than what data and seeds differ by.</summary>
    public const int MostSamplesWithInterval = 100_000;

    /// <summary>
    /// Measures scores: AUROC and average precision, and the metrics of decisions at the threshold of greatest F1, which is chosen on
    /// the same samples and says so. Intervals are BCa, by group where the table has groups.
    /// </summary>
    /// <param name="table">The scores.</param>
    /// <param name="resamples">For the intervals; 0 for none.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops between resamples.</param>
    public static MetricsReport Of(ScoreTable table, int resamples = 2000, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        var bootstrap = table.Groups is { } groups ? Bootstrap.ByGroup(table.Scores, table.Labels, groups) : Bootstrap.Stratified(table.Scores, table.Labels);
        var sample = bootstrap.Sample;
        var threshold = sample.Positives > 0 ? ThresholdRule.MaxF1.Choose(sample, ThresholdSource.Test) : null;
        List<(MetricName Name, Func<RankedScores, Metric> Metric)> metrics = [(MetricName.AUROC, s => s.Auroc), (MetricName.AP, s => s.AveragePrecision)];
        if (threshold is not null)
        {
            metrics.AddRange(
            [
                (MetricName.F1, s => s.At(threshold).F1), (MetricName.Precision, s => s.At(threshold).Precision), (MetricName.Recall, s => s.At(threshold).Recall),
                (MetricName.Specificity, s => s.At(threshold).Specificity), (MetricName.Accuracy, s => s.At(threshold).Accuracy),
                (MetricName.BalancedAccuracy, s => s.At(threshold).BalancedAccuracy), (MetricName.MCC, s => s.At(threshold).Mcc),
            ]);
        }
        MetricValue[] values = resamples == 0
            ? [.. metrics.Select(each => MetricValue.Of(each.Name, MetricLevel.Image, each.Metric(sample), sample.Count))]
            : [.. metrics.Zip(bootstrap.BiasCorrected([.. metrics.Select(each => each.Metric)], resamples: resamples, progress: progress, cancellationToken: cancellationToken),
                (each, estimate) => MetricValue.Of(each.Name, MetricLevel.Image, estimate, sample.Count))];
        return new(values, threshold?.ToString(), threshold?.Value, [new(MetricLevel.Image, sample.Positives, sample.Negatives)]);
    }

    /// <summary>Reports measured maps; <see cref="Metrics"/> are those of the pooled pixels.</summary>
    public static MetricsReport Of(PixelEvaluation maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var pixels = maps.Pooled.Positives + maps.Pooled.Negatives;
        var mean = maps.Mean(metrics => metrics.MaxDice);
        return new(Values(metric => metric(maps.Pooled), pixels), null, null, [new(MetricLevel.Pixel, maps.Pooled.Positives, maps.Pooled.Negatives)],
            new(mean.Included, mean.Excluded, Values(metric => maps.Mean(metric).Mean, null)),
            [.. maps.Volumes.Select(volume => new VolumeMetrics(volume.Name, Values(metric => metric(volume.Metrics), volume.Metrics.Positives + volume.Metrics.Negatives)))]);

        static MetricValue[] Values(Func<Func<PixelMetrics, Metric>, Metric> of, long? n) =>
        [
            MetricValue.Of(MetricName.AUROC, MetricLevel.Pixel, of(metrics => metrics.Auroc), n), MetricValue.Of(MetricName.AP, MetricLevel.Pixel, of(metrics => metrics.AveragePrecision), n),
            MetricValue.Of(MetricName.PRO, MetricLevel.Pixel, of(metrics => metrics.Pro), n), MetricValue.Of(MetricName.Dice, MetricLevel.Pixel, of(metrics => metrics.MaxDice), n),
        ];
    }
}
