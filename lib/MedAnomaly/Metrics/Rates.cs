namespace MedAnomaly.Metrics;

/// <summary>
/// What a decision with these rates gives where abnormal samples are as frequent as stated. Recall and specificity do not move with the
/// prevalence; precision, F1, accuracy and average precision do, so those of two test sets compare only at one prevalence.
/// </summary>
/// <param name="Recall">TP / (TP + FN).</param>
/// <param name="Specificity">TN / (TN + FP).</param>
/// <param name="Prevalence">The stated share of abnormal samples, in (0, 1).</param>
public sealed record Rates(Metric Recall, Metric Specificity, double Prevalence)
{
    /// <summary>The expected TP / (TP + FP); undefined where nothing is called abnormal, or a rate is undefined.</summary>
    public Metric Precision => Of((recall, specificity) =>
        Share(Prevalence * recall, Prevalence * recall + (1 - Prevalence) * (1 - specificity), "nothing was called abnormal"));

    /// <summary>The expected 2 TP / (2 TP + FP + FN); undefined where a rate is.</summary>
    public Metric F1 => Of((recall, specificity) =>
        Metric.Of(2 * Prevalence * recall / (Prevalence * (1 + recall) + (1 - Prevalence) * (1 - specificity))));

    /// <summary>The expected (TP + TN) / all; undefined where a rate is.</summary>
    public Metric Accuracy => Of((recall, specificity) => Metric.Of(Prevalence * recall + (1 - Prevalence) * specificity));

    Metric Of(Func<double, double, Metric> metric) => !Recall.IsDefined ? Recall : !Specificity.IsDefined ? Specificity
        : metric(Recall.Value, Specificity.Value);

    static Metric Share(double part, double whole, string reason) => whole == 0 ? Metric.Undefined(reason) : Metric.Of(part / whole);

    /// <summary>Refuses a prevalence outside (0, 1).</summary>
    internal static double CheckPrevalence(double prevalence) => prevalence is > 0 and < 1 ? prevalence
        : throw new ArgumentOutOfRangeException(nameof(prevalence), prevalence, "A prevalence lies between 0 and 1, both excluded; 5 % is 0.05.");
}
