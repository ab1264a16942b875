using System.Globalization;
using System.Numerics;

namespace MedAnomaly.Metrics;

/// <summary>
/// Anomaly scores with their labels, sorted once: every curve, threshold and metric of ranks comes from it. A higher score is more
/// abnormal. Nothing here depends on the order of the samples, nor on the number of threads.
/// </summary>
/// <remarks>
/// Counts are 64-bit integers and AUROC is an integer over an integer, so that 10^8 pixels lose nothing. Memory: the scores once more,
/// and as much again while sorting.
/// </remarks>
public sealed class RankedScores
{
    internal const string NoPositives = "no abnormal sample";
    internal const string NoNegatives = "no normal sample";

    readonly SortedScores positives;
    readonly SortedScores negatives;

    internal RankedScores(SortedScores positives, SortedScores negatives)
    {
        this.positives = positives;
        this.negatives = negatives;
    }

    /// <summary>Abnormal samples.</summary>
    public long Positives => positives.Count;

    /// <summary>Normal samples.</summary>
    public long Negatives => negatives.Count;

    /// <summary>All samples.</summary>
    public long Count => Positives + Negatives;

    /// <summary>What a classifier that looks at nothing gets on these labels.</summary>
    public TrivialClassifier Trivial => new(Positives, Negatives);

    /// <summary>The distinct scores from the highest to the lowest, with the counts at or above each.</summary>
    public RankSteps Steps => new(positives, negatives);

    /// <summary>
    /// Area under the ROC curve: the probability that an abnormal sample scores above a normal one, ties counting half (the trapezoid).
    /// Undefined with one class.
    /// </summary>
    public Metric Auroc
    {
        get
        {
            if (MissingClass is { } reason) return Metric.Undefined(reason);
            // Twice the number of pairs in order, a tie counting one: exact below 2^63, which int-indexed arrays cannot pass.
            long pairs = 0, above = 0, seen = 0;
            foreach (var step in Steps)
            {
                pairs += (step.FalsePositives - seen) * (above + step.TruePositives);
                (above, seen) = (step.TruePositives, step.FalsePositives);
            }
            return Metric.Of(pairs / (2.0 * Positives * Negatives));
        }
    }

    /// <summary>
    /// Average precision: the sum over the steps of (recall gained) times precision, without interpolation, as scikit-learn defines it;
    /// its expectation at random is about the prevalence. Undefined without an abnormal sample.
    /// </summary>
    public Metric AveragePrecision => Positives == 0 ? Metric.Undefined(NoPositives) : AveragePrecisionWeighted(1);

    /// <summary>
    /// The average precision that these scores would have where abnormal samples are as frequent as stated: every normal sample weighs
    /// as much as the prevalence asks. Undefined with one class.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prevalence"/> is outside (0, 1).</exception>
    public Metric AveragePrecisionAt(double prevalence)
    {
        Rates.CheckPrevalence(prevalence);
        return MissingClass is { } reason ? Metric.Undefined(reason)
            : AveragePrecisionWeighted((1 - prevalence) / prevalence * ((double)Positives / Negatives));
    }

    /// <summary>
    /// The greatest F1 over all thresholds, which for pixels is the greatest Dice. Its threshold is chosen on the very samples that it
    /// is measured on: an oracle. Undefined without an abnormal sample.
    /// </summary>
    public Metric MaxF1 => Positives == 0 ? Metric.Undefined(NoPositives) : At(ThresholdRule.MaxF1.Value(this)).F1;

    /// <summary>
    /// Equal error rate: where the ROC curve, joined by straight lines, meets false positive rate = false negative rate. Undefined with
    /// one class.
    /// </summary>
    public Metric EqualErrorRate
    {
        get
        {
            if (MissingClass is { } reason) return Metric.Undefined(reason);
            double fpr = 0, gap = -1;
            foreach (var step in Steps)
            {
                var nextFpr = (double)step.FalsePositives / Negatives;
                var nextGap = nextFpr - (1 - (double)step.TruePositives / Positives);
                if (nextGap >= 0) return Metric.Of(fpr + (nextFpr - fpr) * (-gap / (nextGap - gap)));
                (fpr, gap) = (nextFpr, nextGap);
            }
            throw new InvalidOperationException("A ROC curve ends at (1, 1), beyond the equal error rate.");
        }
    }

    /// <summary>The greatest recall of a threshold whose specificity is at least <paramref name="specificity"/>; undefined with one class.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="specificity"/> is outside [0, 1].</exception>
    public Metric SensitivityAtSpecificity(double specificity)
    {
        var rule = ThresholdRule.Specificity(specificity);
        return MissingClass is { } reason ? Metric.Undefined(reason) : At(rule.Value(this)).Recall;
    }

    /// <summary>The greatest specificity of a threshold whose recall is at least <paramref name="sensitivity"/>; undefined with one class.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sensitivity"/> is outside [0, 1].</exception>
    public Metric SpecificityAtSensitivity(double sensitivity)
    {
        var rule = ThresholdRule.Sensitivity(sensitivity);
        return MissingClass is { } reason ? Metric.Undefined(reason) : At(rule.Value(this)).Specificity;
    }

    /// <summary>The decisions "abnormal where the score is at least <paramref name="threshold"/>" against the labels.</summary>
    /// <exception cref="ArgumentException"><paramref name="threshold"/> is NaN.</exception>
    public ConfusionMatrix At(double threshold)
    {
        if (double.IsNaN(threshold)) throw new ArgumentException("The threshold is NaN.", nameof(threshold));
        long hits = positives.AtLeast(threshold), alarms = negatives.AtLeast(threshold);
        return new(hits, alarms, Negatives - alarms, Positives - hits);
    }

    /// <summary>The decisions at a threshold against the labels.</summary>
    public ConfusionMatrix At(Threshold threshold)
    {
        ArgumentNullException.ThrowIfNull(threshold);
        return At(threshold.Value);
    }

    /// <summary>The ROC curve, without the points that lie on a straight line between their neighbours.</summary>
    /// <exception cref="DatasetException">There is one class only.</exception>
    public RocCurve Roc() => RocCurve.Of(this);

    /// <summary>The precision-recall curve, without the points inside a run of one recall.</summary>
    /// <exception cref="DatasetException">There is no abnormal sample.</exception>
    public PrecisionRecallCurve PrecisionRecall() => PrecisionRecallCurve.Of(this);

    /// <summary>Average precision where a normal sample weighs so much and an abnormal one 1.</summary>
    Metric AveragePrecisionWeighted(double normalWeight)
    {
        double sum = 0;
        long before = 0;
        foreach (var step in Steps)
        {
            if (step.TruePositives == before) continue;
            sum += (step.TruePositives - before) * (step.TruePositives / (step.TruePositives + normalWeight * step.FalsePositives));
            before = step.TruePositives;
        }
        return Metric.Of(Math.Min(sum / Positives, 1));
    }

    /// <summary>The score of the normal sample with <paramref name="rank"/> - 1 normal samples below it, 1 being the least.</summary>
    internal double NormalScore(int rank) => negatives[rank - 1];

    /// <summary>The highest score.</summary>
    internal double Highest => Positives == 0 ? negatives[negatives.Count - 1] : Negatives == 0 ? positives[positives.Count - 1]
        : Math.Max(positives[positives.Count - 1], negatives[negatives.Count - 1]);

    /// <summary>The class that is missing, as a reason; null where both are there.</summary>
    internal string? MissingClass => Positives == 0 ? NoPositives : Negatives == 0 ? NoNegatives : null;

    /// <summary>Sorts scores with labels 0 (normal) and 1 (abnormal).</summary>
    /// <exception cref="ArgumentException">There is none, the lengths differ, a score is NaN or infinite, or a label is neither 0 nor 1.</exception>
    public static RankedScores Of<TLabel>(ReadOnlySpan<float> scores, ReadOnlySpan<TLabel> labels) where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var (normal, abnormal) = Split(scores, labels);
        return Sort(normal, abnormal);
    }

    /// <summary>Sorts scores with labels 0 (normal) and 1 (abnormal).</summary>
    /// <exception cref="ArgumentException">There is none, the lengths differ, a score is NaN or infinite, or a label is neither 0 nor 1.</exception>
    public static RankedScores Of<TLabel>(ReadOnlySpan<double> scores, ReadOnlySpan<TLabel> labels) where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        var (normal, abnormal) = Split(scores, labels);
        return Sort(normal, abnormal);
    }

    /// <summary>Sorts scores with labels false (normal) and true (abnormal).</summary>
    /// <exception cref="ArgumentException">There is none, the lengths differ, or a score is NaN or infinite.</exception>
    public static RankedScores Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels) => Of(scores, AsBytes(labels));

    /// <summary>Sorts scores with labels false (normal) and true (abnormal).</summary>
    /// <exception cref="ArgumentException">There is none, the lengths differ, or a score is NaN or infinite.</exception>
    public static RankedScores Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels) => Of(scores, AsBytes(labels));

    /// <summary>Sorts in place, and keeps, the scores of each class.</summary>
    internal static RankedScores Sort(float[] normal, float[] abnormal)
    {
        RadixSort.Sort(normal);
        RadixSort.Sort(abnormal);
        return new(new SortedScores(abnormal), new SortedScores(normal));
    }

    internal static RankedScores Sort(double[] normal, double[] abnormal)
    {
        RadixSort.Sort(normal);
        RadixSort.Sort(abnormal);
        return new(new SortedScores(abnormal), new SortedScores(normal));
    }

    /// <summary>Checks scores and labels, and separates the scores of the normal from those of the abnormal.</summary>
    internal static (TScore[] Normal, TScore[] Abnormal) Split<TScore, TLabel>(ReadOnlySpan<TScore> scores, ReadOnlySpan<TLabel> labels)
        where TScore : unmanaged, IFloatingPointIeee754<TScore>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (scores.Length != labels.Length)
            throw new ArgumentException($"There are {scores.Length} scores for {labels.Length} labels; there must be one label a score.");
        if (scores.IsEmpty) throw new ArgumentException("There is no score to rank.");
        var abnormal = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (!TScore.IsFinite(scores[i])) throw NotFinite(i, scores[i]);
            if (labels[i] == TLabel.One) abnormal++;
            else if (labels[i] != TLabel.Zero) throw NotBinary(i, labels[i]);
        }
        var negatives = new TScore[scores.Length - abnormal];
        var positives = new TScore[abnormal];
        int negative = 0, positive = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (labels[i] == TLabel.One) positives[positive++] = scores[i];
            else negatives[negative++] = scores[i];
        }
        return (negatives, positives);
    }

    static ArgumentException NotFinite(int index, IFormattable score) => new(string.Create(CultureInfo.InvariantCulture,
        $"The score at index {index} is {score}; a ranking needs finite numbers. Find out what made it before ranking: dropping it would change the sample."));

    static ArgumentException NotBinary(int index, IFormattable label) => new(string.Create(CultureInfo.InvariantCulture,
        $"The label at index {index} is {label}; labels are 0 (normal) and 1 (abnormal). Map other codes, such as scikit-learn's 1 (inlier) and -1 (outlier), first."));

    internal static byte[] AsBytes(ReadOnlySpan<bool> labels)
    {
        var bytes = new byte[labels.Length];
        for (var i = 0; i < bytes.Length; i++) bytes[i] = labels[i] ? (byte)1 : (byte)0;
        return bytes;
    }
}
