namespace MedAnomaly.Metrics;

/// <summary>A printed number that alone stands in the way: without it the row is possible.</summary>
/// <param name="Metric">Which number.</param>
/// <param name="Printed">What is printed.</param>
/// <param name="Instead">What the other numbers allow in its place: the least and the greatest, rounded as printed.</param>
public sealed record Misprint(CountMetric Metric, PrintedNumber Printed, (decimal Low, decimal High) Instead);

/// <summary>Two columns whose headings stand over each other's numbers: exchanged, the rows are possible.</summary>
/// <param name="First">One heading.</param>
/// <param name="Second">The other.</param>
public sealed record ColumnSwap(CountMetric First, CountMetric Second);

/// <summary>What a printed row says about itself.</summary>
/// <param name="Row">The row.</param>
/// <param name="IsPossible">Whether any counts give it, but for rounding.</param>
/// <param name="Matrices">The confusion matrices that give it, where the class sizes are known; else empty.</param>
/// <param name="Misprints">Where it is impossible: each number that alone explains why.</param>
/// <param name="TrivialF1">The F1 of calling everything abnormal, on these class sizes or at the least prevalence that the row allows; undefined where none is.</param>
/// <param name="TrivialAccuracy">The accuracy of calling everything abnormal; undefined likewise.</param>
public sealed record RowCheck(PrintedRow Row, bool IsPossible, IReadOnlyList<ConfusionMatrix> Matrices, IReadOnlyList<Misprint> Misprints,
    Metric TrivialF1, Metric TrivialAccuracy)
{
    /// <summary>Whether a classifier that looks at nothing has a greater F1 than the printed one, by more than rounding.</summary>
    public bool IsF1BelowTrivial => IsBelow(CountMetric.F1, TrivialF1);

    /// <summary>Whether a classifier that looks at nothing has a greater accuracy than the printed one, by more than rounding.</summary>
    public bool IsAccuracyBelowTrivial => IsBelow(CountMetric.Accuracy, TrivialAccuracy);

    bool IsBelow(CountMetric metric, Metric trivial) =>
        Row.Numbers.TryGetValue(metric, out var number) && trivial.IsDefined && (double)(number.Value + number.HalfUnit) < trivial.Value;

    /// <summary>Checks a row of a test set of known class sizes.</summary>
    /// <param name="row">The printed numbers.</param>
    /// <param name="positives">Abnormal samples.</param>
    /// <param name="negatives">Normal samples.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static RowCheck Of(PrintedRow row, long positives, long negatives)
    {
        ConfusionMatrix[] matrices = [.. CountSolver.Solve(row, positives, negatives)];
        var all = new TrivialClassifier(positives, negatives).AllPositive;
        return new(row, matrices.Length > 0, matrices, matrices.Length > 0 ? [] : Suspects(row, without =>
        {
            ConfusionMatrix[] solved = [.. CountSolver.Solve(row.Without(without), positives, negatives)];
            decimal[] values = [.. solved.Select(matrix => without.Of(matrix)).Where(ratio => ratio.Denominator > 0)
                .Select(ratio => (decimal)ratio.Numerator / ratio.Denominator)];
            return values.Length > 0 ? (values.Min(), values.Max()) : null;
        }), all.F1, all.Accuracy);
    }

    /// <summary>Checks a row of a test set whose size nobody says.</summary>
    public static RowCheck Of(PrintedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var region = RateRegion.Of(row);
        if (!region.IsEmpty)
        {
            // Calling everything abnormal gains with the prevalence: what it gets at the least is what it gets at any rate.
            var least = region.Prevalence.Low;
            return new(row, true, [], [], Metric.Of(2 * least / (1 + least)), Metric.Of(least));
        }
        var none = Metric.Undefined("the row is impossible at every prevalence");
        return new(row, false, [], Suspects(row, without =>
        {
            var rest = RateRegion.Of(row.Without(without));
            return rest.IsEmpty ? null : ((decimal)rest.Range(without).Low, (decimal)rest.Range(without).High);
        }), none, none);
    }

    /// <summary>
    /// The pairs of columns that must have changed places: as printed at least one row is impossible on any test set, exchanged all are
    /// possible.
    /// </summary>
    /// <param name="rows">Rows of one table, with the same metrics printed.</param>
    /// <exception cref="ArgumentException">There is no row, or a row lacks a metric that the first has.</exception>
    public static IReadOnlyList<ColumnSwap> FindSwaps(IReadOnlyList<PrintedRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("There is no row to check.", nameof(rows));
        if (rows.All(row => !RateRegion.Of(row).IsEmpty)) return [];
        CountMetric[] metrics = [.. rows[0].Numbers.Keys.Order()];
        return
        [
            .. from first in metrics
               from second in metrics
               where first < second && rows.All(row => !RateRegion.Of(row.Swapped(first, second)).IsEmpty)
               select new ColumnSwap(first, second),
        ];
    }

    static Misprint[] Suspects(PrintedRow row, Func<CountMetric, (decimal Low, decimal High)?> without) =>
    [
        .. row.Numbers.OrderBy(number => number.Key).SelectMany(number => without(number.Key) is { } range
            ? new[] { new Misprint(number.Key, number.Value, (number.Value.Round(range.Low), number.Value.Round(range.High))) }
            : []),
    ];
}
