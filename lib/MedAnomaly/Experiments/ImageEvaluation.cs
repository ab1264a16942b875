using MedAnomaly.Data;
using MedAnomaly.Metrics;
using MedAnomaly.Progress;

namespace MedAnomaly.Experiments;

/// <summary>Scored test images and a decision threshold: what a table's row of image metrics is made of.</summary>
public sealed class ImageEvaluation
{
    readonly bool[] labels;

    /// <summary>Ranks scores.</summary>
    /// <param name="samples">The test images.</param>
    /// <param name="scores">A score each; higher is more abnormal.</param>
    /// <exception cref="ArgumentException">There is not one score for each sample.</exception>
    public ImageEvaluation(IReadOnlyList<Sample> samples, double[] scores)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(scores);
        if (samples.Count != scores.Length) throw new ArgumentException($"There are {scores.Length} scores for {samples.Count} samples; there must be one each.");
        (Samples, Scores) = (samples, scores);
        labels = [.. samples.Select(sample => sample.IsAbnormal)];
        Ranked = RankedScores.Of(scores, labels);
    }

    /// <summary>The images.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The score of each.</summary>
    public double[] Scores { get; }

    /// <summary>The scores, ranked.</summary>
    public RankedScores Ranked { get; }

    /// <summary>How many images of each class there are.</summary>
    public ClassCounts Counts => ClassCounts.Of(Ranked, MetricLevel.Image);

    /// <summary>The evaluation of some of the images only: those for which both of two methods have scores, say.</summary>
    public ImageEvaluation Of(IEnumerable<Sample> some)
    {
        var ids = some.Select(sample => sample.Id).ToHashSet(StringComparer.Ordinal);
        int[] kept = [.. Enumerable.Range(0, Samples.Count).Where(i => ids.Contains(Samples[i].Id))];
        return new([.. kept.Select(i => Samples[i])], [.. kept.Select(i => Scores[i])]);
    }

    /// <summary>
    /// AUROC, AP and the metrics of decisions, with percentile intervals of a bootstrap: of images as published, of groups when
    /// corrected, since a patient's slices are no independent witnesses.
    /// </summary>
    /// <param name="threshold">Decides.</param>
    /// <param name="protocol">Whose way of measuring.</param>
    /// <param name="seed">Of the bootstrap.</param>
    /// <param name="paper">The paper's numbers for the same data, on the same scale; none by default.</param>
    /// <param name="progress">Told the resamples.</param>
    public IReadOnlyList<MetricValue> Metrics(Threshold threshold, RunProtocol protocol, ulong seed, IReadOnlyDictionary<MetricName, double>? paper = null,
        IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(threshold);
        var bootstrap = protocol == RunProtocol.AsPublished ? Bootstrap.Stratified(Scores, labels)
            : Bootstrap.ByGroup(Scores, labels, [.. Samples.Select(sample => sample.Group)]);
        MetricValue Of(MetricName name, Func<RankedScores, Metric> metric) => MetricValue.Of(name, MetricLevel.Image,
            bootstrap.Percentile(metric, seed: seed, progress: progress), Ranked.Count, paper is not null && paper.TryGetValue(name, out var number) ? number : null);
        return
        [
            Of(MetricName.AUROC, draw => draw.Auroc), Of(MetricName.AP, draw => draw.AveragePrecision), Of(MetricName.F1, draw => draw.At(threshold).F1),
            Of(MetricName.Precision, draw => draw.At(threshold).Precision), Of(MetricName.Recall, draw => draw.At(threshold).Recall),
            Of(MetricName.Specificity, draw => draw.At(threshold).Specificity), Of(MetricName.Accuracy, draw => draw.At(threshold).Accuracy),
            Of(MetricName.BalancedAccuracy, draw => draw.At(threshold).BalancedAccuracy), Of(MetricName.MCC, draw => draw.At(threshold).Mcc),
        ];
    }
}
