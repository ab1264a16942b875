namespace MedAnomaly.Metrics;

/// <summary>What a classifier that looks at nothing gets: the line that every table shows beside a method.</summary>
/// <param name="Positives">Abnormal samples.</param>
/// <param name="Negatives">Normal samples.</param>
public sealed record TrivialClassifier(long Positives, long Negatives)
{
    /// <summary>The share of abnormal samples; undefined without a sample.</summary>
    public Metric Prevalence => Metric.Ratio(Positives, Positives + Negatives, "no sample");

    /// <summary>The decisions of the classifier that calls everything abnormal.</summary>
    public ConfusionMatrix AllPositive => new(Positives, Negatives, 0, 0);

    /// <summary>The average precision of scores without information: about the prevalence.</summary>
    public Metric ChanceAveragePrecision => Prevalence;

    /// <summary>The AUROC of scores without information; undefined with one class.</summary>
    public Metric ChanceAuroc => Positives == 0 ? Metric.Undefined(RankedScores.NoPositives)
        : Negatives == 0 ? Metric.Undefined(RankedScores.NoNegatives) : Metric.Of(0.5);

    /// <summary>The accuracy of always naming the larger class.</summary>
    public Metric MajorityAccuracy => Metric.Ratio(Math.Max(Positives, Negatives), Positives + Negatives, "no sample");

    /// <summary>
    /// The average precision of the worst ranking, all normal samples above all abnormal ones: no scores can get less. Undefined with
    /// one class.
    /// </summary>
    public Metric LeastAveragePrecision
    {
        get
        {
            if (!ChanceAuroc.IsDefined) return ChanceAuroc;
            // From the smallest terms up: (1 / P) times the sum of i / (N + i).
            double sum = 0;
            for (long i = 1; i <= Positives; i++) sum += (double)i / (Negatives + i);
            return Metric.Of(sum / Positives);
        }
    }
}
