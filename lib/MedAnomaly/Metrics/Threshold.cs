using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>The samples that a threshold was chosen on.</summary>
public enum ThresholdSource
{
    /// <summary>The training samples.</summary>
    Training,
    /// <summary>Samples kept apart for choosing.</summary>
    Validation,
    /// <summary>The very samples that are then measured: an oracle, which no user of the method has.</summary>
    Test,
}

/// <summary>A decision threshold, with how and on what it was chosen.</summary>
/// <param name="Value">A score at or above it is called abnormal.</param>
/// <param name="Rule">How it was chosen.</param>
/// <param name="ChosenOn">On which samples.</param>
public sealed record Threshold(double Value, ThresholdRule Rule, ThresholdSource ChosenOn)
{
    /// <summary>One half, for probabilities: the more probable of two classes. Nobody chose it.</summary>
    public static Threshold MostProbable { get; } = new(0.5, ThresholdRule.MostProbable, ThresholdSource.Training);

    /// <summary>Whether it was chosen on the samples that it is measured on, so that what it gives is an upper bound, not a result.</summary>
    public bool IsOracle => ChosenOn == ThresholdSource.Test;

    /// <summary>Whether a score is called abnormal.</summary>
    public bool IsAbnormal(double score) => score >= Value;

    /// <summary>What a caption says: "max-F1 on validation", "Youden on test (oracle)".</summary>
    public override string ToString() => Rule == ThresholdRule.MostProbable ? Rule.ToString() : $"{Rule} on {ChosenOn.ToString().ToLowerInvariant()}{(IsOracle ? " (oracle)" : "")}";
}

/// <summary>A rule that chooses a threshold from ranked scores.</summary>
public abstract record ThresholdRule
{
    readonly string name;

    ThresholdRule(string name) => this.name = name;

    /// <summary>The greatest F1; among equals the lowest threshold, as an argmax over scikit-learn's precision-recall curve.</summary>
    public static ThresholdRule MaxF1 { get; } = new MaxF1Rule();

    /// <summary>The greatest recall + specificity - 1; among equals the highest threshold, as an argmax over scikit-learn's ROC curve.</summary>
    public static ThresholdRule Youden { get; } = new YoudenRule();

    /// <summary>The least difference between recall and specificity; among equals the highest threshold.</summary>
    public static ThresholdRule EqualErrorRate { get; } = new EqualErrorRateRule();

    /// <summary>One half, whatever the scores.</summary>
    internal static ThresholdRule MostProbable { get; } = new MostProbableRule();

    /// <summary>
    /// The conformal quantile of the normal scores alone: the least number above the k-th smallest of n, k = ceil((n + 1) q). A new
    /// normal sample, exchangeable with these n, is then called abnormal with a probability of at most 1 - q. The normal samples must
    /// not be those that the method was fitted on.
    /// </summary>
    /// <param name="quantile">q, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantile"/> is outside (0, 1).</exception>
    public static ThresholdRule NormalQuantile(double quantile = 0.95) => quantile is > 0 and < 1 ? new NormalQuantileRule(quantile)
        : throw new ArgumentOutOfRangeException(nameof(quantile), quantile, "A quantile lies between 0 and 1, both excluded.");

    /// <summary>The lowest threshold whose specificity is at least <paramref name="specificity"/>; above all scores if need be.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="specificity"/> is outside [0, 1].</exception>
    public static ThresholdRule Specificity(double specificity) => specificity is >= 0 and <= 1 ? new SpecificityRule(specificity)
        : throw new ArgumentOutOfRangeException(nameof(specificity), specificity, "A specificity lies in [0, 1].");

    /// <summary>The highest threshold whose recall is at least <paramref name="sensitivity"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sensitivity"/> is outside [0, 1].</exception>
    public static ThresholdRule Sensitivity(double sensitivity) => sensitivity is >= 0 and <= 1 ? new SensitivityRule(sensitivity)
        : throw new ArgumentOutOfRangeException(nameof(sensitivity), sensitivity, "A sensitivity lies in [0, 1].");

    /// <summary>Chooses a threshold on ranked scores.</summary>
    /// <param name="scores">The scores to choose on.</param>
    /// <param name="chosenOn">Which samples they are.</param>
    /// <exception cref="DatasetException">The rule needs a class that the samples lack, or more normal samples.</exception>
    public Threshold Choose(RankedScores scores, ThresholdSource chosenOn)
    {
        ArgumentNullException.ThrowIfNull(scores);
        if (Obstacle(scores) is { } obstacle)
            throw new DatasetException($"A threshold by {name} cannot be chosen on {chosenOn.ToString().ToLowerInvariant()}: {obstacle}");
        return new(Value(scores), this, chosenOn);
    }

    /// <summary>Why the rule cannot choose on these samples, as a sentence; null where it can.</summary>
    internal virtual string? Obstacle(RankedScores scores)
    {
        var missing = NeedsAbnormal && scores.Positives == 0 ? RankedScores.NoPositives
            : NeedsNormal && scores.Negatives == 0 ? RankedScores.NoNegatives : null;
        return missing is null ? null
            : $"there is {missing} among {scores.Count}.{(NeedsNormal ? "" : " A rule that needs normal samples only is the normal quantile.")}";
    }

    /// <summary>The rule's name as captions print it.</summary>
    public sealed override string ToString() => name;

    private protected virtual bool NeedsAbnormal => true;

    private protected virtual bool NeedsNormal => true;

    /// <summary>The threshold; both classes that the rule needs are there.</summary>
    internal abstract double Value(RankedScores scores);

    static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    sealed record MaxF1Rule() : ThresholdRule("max-F1")
    {
        private protected override bool NeedsNormal => false;

        internal override double Value(RankedScores scores)
        {
            var best = new RankStep(double.NaN, 0, 0);
            foreach (var step in scores.Steps)
            {
                // F1 = 2 TP / (TP + FP + P), compared by cross-multiplication: no rounding decides between equals.
                if (step.TruePositives * (best.TruePositives + best.FalsePositives + scores.Positives)
                    >= best.TruePositives * (step.TruePositives + step.FalsePositives + scores.Positives))
                    best = step;
            }
            return best.Threshold;
        }
    }

    sealed record YoudenRule() : ThresholdRule("Youden")
    {
        internal override double Value(RankedScores scores)
        {
            var (best, threshold) = (long.MinValue, double.NaN);
            foreach (var step in scores.Steps)
            {
                var index = step.TruePositives * scores.Negatives - step.FalsePositives * scores.Positives;
                if (index > best) (best, threshold) = (index, step.Threshold);
            }
            return threshold;
        }
    }

    sealed record EqualErrorRateRule() : ThresholdRule("equal error rate")
    {
        internal override double Value(RankedScores scores)
        {
            var (best, threshold) = (long.MaxValue, double.NaN);
            foreach (var step in scores.Steps)
            {
                var gap = Math.Abs(step.TruePositives * scores.Negatives - (scores.Negatives - step.FalsePositives) * scores.Positives);
                if (gap < best) (best, threshold) = (gap, step.Threshold);
            }
            return threshold;
        }
    }

    sealed record NormalQuantileRule(double Quantile) : ThresholdRule($"normal quantile {Number(Quantile)}")
    {
        // What (n + 1) q loses to rounding must not cost a whole rank: 20 x 0.95 is 19.
        const double Rounding = 1e-9;

        private protected override bool NeedsAbnormal => false;

        internal override string? Obstacle(RankedScores scores) => base.Obstacle(scores) ?? (Rank(scores) <= scores.Negatives ? null
            : string.Create(CultureInfo.InvariantCulture, $"a quantile of {Quantile} needs at least {Math.Ceiling(Quantile / (1 - Quantile) - Rounding)} "
                + $"normal samples, got {scores.Negatives}. Give more, or lower the quantile."));

        internal override double Value(RankedScores scores) => Math.BitIncrement(scores.NormalScore((int)Math.Max(Rank(scores), 1)));

        long Rank(RankedScores scores) => (long)Math.Ceiling((scores.Negatives + 1) * Quantile - Rounding);
    }

    sealed record SpecificityRule(double Least) : ThresholdRule($"specificity {Number(Least)}")
    {
        private protected override bool NeedsAbnormal => false;

        internal override double Value(RankedScores scores)
        {
            var threshold = Math.BitIncrement(scores.Highest);
            foreach (var step in scores.Steps)
            {
                if ((double)(scores.Negatives - step.FalsePositives) / scores.Negatives < Least) break;
                threshold = step.Threshold;
            }
            return threshold;
        }
    }

    sealed record MostProbableRule() : ThresholdRule("most probable class")
    {
        private protected override bool NeedsAbnormal => false;

        private protected override bool NeedsNormal => false;

        internal override double Value(RankedScores scores) => 0.5;
    }

    sealed record SensitivityRule(double Least) : ThresholdRule($"sensitivity {Number(Least)}")
    {
        private protected override bool NeedsNormal => false;

        internal override double Value(RankedScores scores)
        {
            if (Least == 0) return Math.BitIncrement(scores.Highest);
            foreach (var step in scores.Steps)
            {
                if ((double)step.TruePositives / scores.Positives >= Least) return step.Threshold;
            }
            throw new InvalidOperationException("The lowest score has recall 1.");
        }
    }
}
