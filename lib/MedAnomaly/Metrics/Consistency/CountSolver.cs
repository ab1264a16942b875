namespace MedAnomaly.Metrics;

/// <summary>Solves a printed row for the confusion matrix behind it.</summary>
public static class CountSolver
{
    /// <summary>
    /// All confusion matrices of so many abnormal and normal samples whose metrics round to the printed ones, by true positives
    /// ascending. Empty where the row is impossible on such a test set. Lazy: whether there is one is known at the first.
    /// </summary>
    /// <param name="row">The printed numbers.</param>
    /// <param name="positives">Abnormal samples of the test set.</param>
    /// <param name="negatives">Normal samples of the test set.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public static IEnumerable<ConfusionMatrix> Solve(PrintedRow row, long positives, long negatives)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentOutOfRangeException.ThrowIfNegative(positives);
        ArgumentOutOfRangeException.ThrowIfNegative(negatives);
        return Matrices();

        IEnumerable<ConfusionMatrix> Matrices()
        {
            var (leastHits, mostHits) = row.Numbers.TryGetValue(CountMetric.Recall, out var recall) ? Counts(recall, positives) : (0, positives);
            for (var hits = leastHits; hits <= mostHits; hits++)
            {
                // For given hits every metric rises or falls with the alarms, so those that fit are a run of integers.
                var (least, most) = Alarms(row, hits, positives, negatives);
                for (var alarms = least; alarms <= most; alarms++)
                {
                    var matrix = new ConfusionMatrix(hits, alarms, negatives - alarms, positives - hits);
                    if (row.Fits(matrix)) yield return matrix;
                }
            }
        }
    }

    /// <summary>
    /// The class sizes on which the most rows are possible: what the test set of a table was when nobody says. Rows with a misprint are
    /// outvoted by the others.
    /// </summary>
    /// <param name="rows">Rows that were measured on one test set.</param>
    /// <param name="positives">The least and greatest number of abnormal samples to try.</param>
    /// <param name="negatives">The least and greatest number of normal samples to try.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="ArgumentException">There is no row, or a range is empty or negative.</exception>
    public static CountSearch FindCounts(IReadOnlyList<PrintedRow> rows, (long Least, long Most) positives, (long Least, long Most) negatives,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.Count == 0) throw new ArgumentException("There is no row to find the counts of.", nameof(rows));
        foreach (var (least, most) in new[] { positives, negatives })
        {
            if (least < 0 || most < least) throw new ArgumentException($"{least} to {most} is no range of counts.");
        }
        var best = 0;
        List<TrivialClassifier> found = [];
        for (var p = positives.Least; p <= positives.Most; p++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (var n = negatives.Least; n <= negatives.Most; n++)
            {
                var fitting = 0;
                for (var i = 0; i < rows.Count && fitting + rows.Count - i >= best; i++)
                {
                    if (Solve(rows[i], p, n).Any()) fitting++;
                }
                if (fitting < Math.Max(best, 1)) continue;
                if (fitting > best) found.Clear();
                best = fitting;
                found.Add(new(p, n));
            }
        }
        return new(best, found);
    }

    /// <summary>The integers k for which k / total rounds to the printed number.</summary>
    static (long Least, long Most) Counts(PrintedNumber number, long total) =>
        ((long)Math.Ceiling(number.Low * total), (long)Math.Floor(number.High * total));

    /// <summary>The alarms that the printed numbers allow, given the hits, each end at most one too far; <see cref="PrintedRow.Fits"/> decides.</summary>
    static (long Least, long Most) Alarms(PrintedRow row, long hits, long positives, long negatives)
    {
        var (least, most) = (0m, (decimal)negatives);
        foreach (var (metric, number) in row.Numbers)
        {
            var (low, high) = (number.Low, number.High);
            if (metric is CountMetric.Specificity or CountMetric.Accuracy)
            {
                var right = metric == CountMetric.Accuracy ? hits : 0;
                var total = metric == CountMetric.Accuracy ? positives + negatives : negatives;
                Narrow(negatives + right - high * total, negatives + right - low * total);
            }
            else if (metric is CountMetric.Precision or CountMetric.F1)
            {
                // Both are part / (fixed + alarms).
                decimal part = metric == CountMetric.F1 ? 2 * hits : hits;
                decimal others = metric == CountMetric.F1 ? hits + positives : hits;
                Narrow(high > 0 ? part / high - others : 0, low > 0 ? part / low - others : negatives);
            }
        }
        return ((long)Math.Floor(least), (long)Math.Ceiling(most));

        void Narrow(decimal from, decimal to) => (least, most) = (Math.Max(least, Math.Min(from, negatives)), Math.Min(most, Math.Max(to, 0)));
    }
}

/// <summary>Class sizes that explain printed rows.</summary>
/// <param name="FittingRows">How many rows are possible on them; the others are misprinted or were measured elsewhere.</param>
/// <param name="Counts">The class sizes, by abnormal samples ascending; empty where no row is possible on any.</param>
public sealed record CountSearch(int FittingRows, IReadOnlyList<TrivialClassifier> Counts);
