namespace MedAnomaly.Metrics;

/// <summary>The four counts of a decision against the truth; "positive" is "abnormal".</summary>
/// <param name="TruePositives">Abnormal, and called so.</param>
/// <param name="FalsePositives">Normal, but called abnormal.</param>
/// <param name="TrueNegatives">Normal, and called so.</param>
/// <param name="FalseNegatives">Abnormal, but called normal.</param>
public sealed record ConfusionMatrix(long TruePositives, long FalsePositives, long TrueNegatives, long FalseNegatives)
{
    /// <summary>Abnormal samples.</summary>
    public long Positives => TruePositives + FalseNegatives;

    /// <summary>Normal samples.</summary>
    public long Negatives => TrueNegatives + FalsePositives;

    /// <summary>All samples.</summary>
    public long Count => Positives + Negatives;

    /// <summary>TP / (TP + FP); undefined without an alarm.</summary>
    public Metric Precision => Metric.Ratio(TruePositives, TruePositives + FalsePositives, "nothing was called abnormal");

    /// <summary>Sensitivity, TP / (TP + FN); undefined without an abnormal sample.</summary>
    public Metric Recall => Metric.Ratio(TruePositives, Positives, RankedScores.NoPositives);

    /// <summary>TN / (TN + FP); undefined without a normal sample.</summary>
    public Metric Specificity => Metric.Ratio(TrueNegatives, Negatives, RankedScores.NoNegatives);

    /// <summary>(TP + TN) / all; undefined without a sample.</summary>
    public Metric Accuracy => Metric.Ratio(TruePositives + TrueNegatives, Count, "no sample");

    /// <summary>The mean of recall and specificity; undefined where either is.</summary>
    public Metric BalancedAccuracy => !Recall.IsDefined ? Recall : !Specificity.IsDefined ? Specificity
        : Metric.Of((Recall.Value + Specificity.Value) / 2);

    /// <summary>
    /// 2 TP / (2 TP + FP + FN), which for masks is Dice. From the counts, so that it is 0, and not undefined, where abnormal samples
    /// exist and none was called so; undefined where there is neither an abnormal sample nor an alarm.
    /// </summary>
    public Metric F1 => Metric.Ratio(2 * TruePositives, 2 * TruePositives + FalsePositives + FalseNegatives,
        "no abnormal sample and nothing called abnormal");

    /// <summary>
    /// Matthews' correlation coefficient, in [-1, 1]; undefined where a row or a column of the table is empty (scikit-learn says 0).
    /// </summary>
    public Metric Mcc
    {
        get
        {
            var called = TruePositives + FalsePositives;
            var cleared = TrueNegatives + FalseNegatives;
            if (Positives == 0) return Metric.Undefined(RankedScores.NoPositives);
            if (Negatives == 0) return Metric.Undefined(RankedScores.NoNegatives);
            if (called == 0) return Metric.Undefined("nothing was called abnormal");
            if (cleared == 0) return Metric.Undefined("everything was called abnormal");
            // 128 bits: with 10^10 voxels a side the difference of the products would be lost in 64 bits and in a double.
            var covariance = (double)((Int128)TruePositives * TrueNegatives - (Int128)FalsePositives * FalseNegatives);
            var scale = Math.Sqrt((double)called * cleared) * Math.Sqrt((double)Positives * Negatives);
            return Metric.Of(Math.Clamp(covariance / scale, -1, 1));
        }
    }

    /// <summary>The same recall and specificity where abnormal samples are as frequent as stated.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="prevalence"/> is outside (0, 1).</exception>
    public Rates AtPrevalence(double prevalence) => new(Recall, Specificity, Rates.CheckPrevalence(prevalence));

    /// <summary>Counts decisions against the truth.</summary>
    /// <param name="predictions">What was called abnormal.</param>
    /// <param name="labels">What is abnormal; as long as <paramref name="predictions"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ConfusionMatrix Of(ReadOnlySpan<bool> predictions, ReadOnlySpan<bool> labels)
    {
        if (predictions.Length != labels.Length)
            throw new ArgumentException($"There are {predictions.Length} predictions for {labels.Length} labels; there must be one each.");
        long hits = 0, alarms = 0, positives = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (predictions[i]) alarms++;
            if (labels[i]) positives++;
            if (predictions[i] && labels[i]) hits++;
        }
        return new(hits, alarms - hits, labels.Length - positives - (alarms - hits), positives - hits);
    }
}
