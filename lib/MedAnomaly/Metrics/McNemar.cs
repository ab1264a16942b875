using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>Two methods' decisions on the same samples, compared where exactly one of them is right (McNemar 1947).</summary>
/// <param name="FirstOnly">Samples that only the first method decides rightly.</param>
/// <param name="SecondOnly">Samples that only the second method decides rightly.</param>
public sealed record McNemar(long FirstOnly, long SecondOnly)
{
    /// <summary>Samples on which exactly one method is right; all that the test looks at.</summary>
    public long Discordant => FirstOnly + SecondOnly;

    /// <summary>
    /// The exact two-sided p-value: how often a fair coin, thrown as often as there are discordant samples, falls at least as unevenly;
    /// 1 where there is none.
    /// </summary>
    public double ExactPValue => Math.Min(1, 2 * IncompleteBeta.FairCoin(Math.Min(FirstOnly, SecondOnly), Discordant));

    /// <summary>
    /// (|first - second| - 1)² / discordant, Edwards' continuity correction never turning the difference round; undefined without a
    /// discordant sample. An approximation for 25 of them and more: below that report <see cref="ExactPValue"/>.
    /// </summary>
    public Metric ChiSquare => Discordant == 0 ? Metric.Undefined("the two methods are right on the same samples")
        : Metric.Of(Math.Pow(Math.Max(0, Math.Abs(FirstOnly - SecondOnly) - 1), 2) / Discordant);

    /// <summary>The p-value of <see cref="ChiSquare"/> with one degree of freedom; undefined where that is.</summary>
    public Metric ChiSquarePValue => ChiSquare is { IsDefined: true, Value: var statistic } ? Metric.Of(Normal.TwoSided(Math.Sqrt(statistic))) : ChiSquare;

    /// <summary>Compares decisions on the same samples, in the same order.</summary>
    /// <param name="first">What the first method calls abnormal.</param>
    /// <param name="second">What the second method calls abnormal.</param>
    /// <param name="labels">What is abnormal.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static McNemar Compare(ReadOnlySpan<bool> first, ReadOnlySpan<bool> second, ReadOnlySpan<bool> labels)
    {
        if (first.Length != labels.Length || second.Length != labels.Length)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture,
                $"There are {first.Length} and {second.Length} decisions for {labels.Length} labels; there must be one each."));
        }
        long firstOnly = 0, secondOnly = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            if (first[i] == second[i]) continue;
            if (first[i] == labels[i]) firstOnly++;
            else secondOnly++;
        }
        return new(firstOnly, secondOnly);
    }
}
