using System.Runtime.CompilerServices;
using MedAnomaly.Metrics;
using MedAnomaly.Progress;
using static System.FormattableString;

namespace MedAnomaly.Outliers;

/// <summary>
/// Learns from rows of numbers what is usual and scores others by how unusual they are, in scikit-learn's manner: fit, score, and a
/// threshold from the share of the training rows that is taken to be abnormal. Formulae and defaults are PyOD's, in double precision; the
/// same seed gives the same scores on every number of cores.
/// </summary>
public abstract class OutlierDetector
{
    /// <summary>PyOD's share of abnormal training rows.</summary>
    public const double DefaultContamination = 0.1;

    Model? model;
    int width;

    private protected OutlierDetector(double contamination)
    {
        if (contamination is not (> 0 and <= 0.5))
        {
            throw new UsageException(Invariant($"The contamination is {contamination}; ")
                + "expected the share of training rows that may be abnormal, above 0 and at most 0.5.");
        }
        Contamination = contamination;
    }

    /// <summary>What was learned: the scores of the training rows, and how others are scored.</summary>
    private protected sealed record Model(double[] TrainingScores, Func<Points, Work, double[]> Score);

    /// <summary>The abbreviation in Table I of source 002.</summary>
    public abstract string Name { get; }

    /// <summary>The share of the training rows that is taken to be abnormal.</summary>
    public double Contamination { get; }

    /// <summary>The scores of the training rows; a row is no neighbour of its own where PyOD has it so.</summary>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public IReadOnlyList<double> TrainingScores => Fitted.TrainingScores;

    /// <summary>The score that a share of 1 - <see cref="Contamination"/> of the training rows does not exceed.</summary>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public double Threshold => Quantile(Fitted.TrainingScores, 1 - Contamination);

    /// <summary>The fewest rows that it can learn from.</summary>
    private protected virtual int FewestRows => 2;

    Model Fitted => model ?? throw new InvalidOperationException($"{Name} has not been fitted: call Fit with training rows first.");

    /// <summary>Learns from training rows, which must not be changed afterwards; what was learned before is forgotten.</summary>
    /// <param name="rows">[N, D], finite.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellationToken">Stops the work; the detector is then as before.</param>
    /// <exception cref="DatasetException">There are too few rows, no features, or one is NaN or infinite.</exception>
    public void Fit(double[,] rows, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var points = Checked(rows, "training");
        if (points.Count < FewestRows)
        {
            throw new DatasetException(Invariant($"{Name} cannot be fitted to {points.Count} rows of {points.Width} features; ")
                + Invariant($"expected at least {FewestRows} rows. {WhyRows} Give it more training rows."));
        }
        var learned = Learn(points, new(Name + ", fit", progress, cancellationToken));
        (model, width) = (learned, points.Width);
    }

    /// <summary>Scores rows; higher is more abnormal.</summary>
    /// <param name="rows">[N, D], finite, of as many features as the training rows.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>[N].</returns>
    /// <exception cref="DatasetException">There are no rows, they have another number of features, or one is NaN or infinite.</exception>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public double[] Score(double[,] rows, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var fitted = Fitted;
        if (rows.GetLength(1) != width)
        {
            throw new DatasetException(Invariant($"{Name} was fitted to rows of {width} features, but those to score have {rows.GetLength(1)}. ")
                + "Score what was made as the training rows were.");
        }
        return fitted.Score(Checked(rows, "test"), new(Name + ", score", progress, cancellationToken));
    }

    /// <summary>Whether each row's score exceeds <see cref="Threshold"/>.</summary>
    /// <inheritdoc cref="Score"/>
    public bool[] Predict(double[,] rows, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var threshold = Threshold;
        return Array.ConvertAll(Score(rows, progress, cancellationToken), score => score > threshold);
    }

    /// <summary>Why fewer than <see cref="FewestRows"/> do not do.</summary>
    private protected virtual string WhyRows => "One row alone shows nothing of how rows differ.";

    /// <summary>A parameter of a detector, refused where it is not <paramref name="good"/>.</summary>
    private protected static T Parameter<T>(T value, bool good, string expected, [CallerArgumentExpression(nameof(value))] string name = "") =>
        good ? value : throw new UsageException(Invariant($"{name} is {value}; expected {expected}."));

    /// <summary>Learns from rows that have been checked.</summary>
    private protected abstract Model Learn(Points train, Work work);

    /// <summary>A model whose training rows are scored as any others.</summary>
    private protected static Model ScoringAll(Points train, Work work, Func<Points, Work, double[]> score) => new(score(train, work), score);

    /// <summary>The quantile of values in any order.</summary>
    private protected static double Quantile(IReadOnlyCollection<double> values, double share) => Bootstrap.Quantile([.. values.Order()], share);

    Points Checked(double[,] rows, string which)
    {
        var (count, features) = (rows.GetLength(0), rows.GetLength(1));
        if (count == 0 || features == 0)
            throw new DatasetException(Invariant($"{Name}: the {which} matrix is {count} x {features}. Expected at least one row and one feature."));
        var points = new Points(rows);
        for (var row = 0; row < count; row++)
        {
            var values = points[row];
            for (var feature = 0; feature < features; feature++)
            {
                if (!double.IsFinite(values[feature]))
                {
                    throw new DatasetException(Invariant($"{Name}: {which} row {row}, feature {feature} (from 0) is {values[feature]}. ")
                        + "Expected finite numbers: leave the row out or find out what made it.");
                }
            }
        }
        return points;
    }
}
