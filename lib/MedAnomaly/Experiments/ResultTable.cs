using System.Globalization;
using MedAnomaly.Data;
using MedAnomaly.Figures;
using MedAnomaly.Metrics;

namespace MedAnomaly.Experiments;

/// <summary>A row of a paper's table: its printed numbers, on the scale of records.</summary>
/// <param name="Method">The method, as the paper names it.</param>
/// <param name="Numbers">The printed numbers; MCC in [-1, 1], all others in [0, 1].</param>
public sealed record PaperRow(string Method, IReadOnlyList<(MetricName Name, MetricLevel Level, double Value)> Numbers);

/// <summary>
/// Runs beside the paper: for each run the paper's numbers, ours with their intervals, and by how much they differ; below them what a
/// classifier gets that looks at nothing. A run on other data than the paper's never stands in the paper's row.
/// </summary>
public static class ResultTable
{
    const string Absent = "–";

    /// <summary>Makes the table of runs, in the order given.</summary>
    /// <param name="caption">What the table shows; what data it was measured on is appended.</param>
    /// <param name="runs">The runs; at least one.</param>
    /// <param name="printed">Rows of the paper's table that have no run on the same data here.</param>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static Table Of(string caption, IReadOnlyList<RunRecord> runs, IReadOnlyList<PaperRow>? printed = null)
    {
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0) throw new ArgumentException("A result table needs a run.", nameof(runs));
        var columns = Columns(runs);
        List<IReadOnlyList<string>> rows = [];
        foreach (var row in printed ?? [])
        {
            rows.Add(Row(row.Method, "paper, no run on its data here", column =>
                row.Numbers.Where(number => (number.Level, number.Name) == column).Select(number => Percent(number.Value)).SingleOrDefault(Absent)));
        }
        IReadOnlyList<string> lastPrinted = [];
        foreach (var run in runs)
        {
            // The two protocols of one method share the paper's row.
            var paper = Row(run.Method, "paper", column => Cell(run, column, metric => metric.Paper is { } number ? Percent(number) : Absent));
            if (run.Metrics.Any(metric => metric.Paper is not null) && !paper.SequenceEqual(lastPrinted)) rows.Add(lastPrinted = paper);
            rows.Add(Row(run.Method, Ours(run), column => Cell(run, column, Measured)));
            if (run.Metrics.Any(metric => metric.Comparison is not null))
                rows.Add(Row("", "ours and the paper's", column => Cell(run, column, metric => metric.Comparison?.Verdict ?? Absent)));
        }
        foreach (var (dataset, counts) in runs.SelectMany(run => run.Counts.Select(counts => (run.Dataset, counts))).Distinct())
        {
            rows.Add(Row(Prevalence(dataset, counts), "trivial classifier",
                column => column.Level == counts.Level ? Trivial(counts.Trivial, column.Name) : ""));
        }
        return new($"{caption} {DataSentence(runs)}",
            [new("Method"), new("Source"), .. columns.Select(column => new TableColumn(Title(column, columns), Numeric: true))],
            rows, [.. Notes(runs)]);

        IReadOnlyList<string> Row(string method, string source, Func<(MetricLevel Level, MetricName Name), string> cell) =>
            [method, source, .. columns.Select(cell)];
    }

    static (MetricLevel Level, MetricName Name)[] Columns(IReadOnlyList<RunRecord> runs) =>
        [.. runs.SelectMany(run => run.Metrics).Select(metric => (metric.Level, metric.Name)).Distinct().Order()];

    static string Title((MetricLevel Level, MetricName Name) column, (MetricLevel Level, MetricName Name)[] columns) =>
        columns.All(other => other.Level == column.Level) && column.Level == MetricLevel.Image ? column.Name.ToString()
            : $"{column.Level.ToString().ToLowerInvariant()} {column.Name}";

    static string Cell(RunRecord run, (MetricLevel Level, MetricName Name) column, Func<MetricValue, string> text) =>
        run.Metric(column.Name, column.Level) is { } metric ? text(metric) : Absent;

    static string Measured(MetricValue metric) => metric.Value is not { } value ? "undefined"
        : metric is { Low: { } low, High: { } high } ? $"{Percent(value)} [{Percent(low)}, {Percent(high)}]" : Percent(value);

    static string Ours(RunRecord run)
    {
        var protocol = run.Protocol == RunProtocol.AsPublished ? "as published" : "corrected";
        return run.Data == DataKind.Real ? $"ours, {protocol}" : $"ours on {run.Dataset}, {RunRecord.Caption(run.Data)}, {protocol}";
    }

    static string DataSentence(IReadOnlyList<RunRecord> runs)
    {
        var kinds = runs.Select(run => run.Data).Distinct().Order().ToArray();
        return $"Measured on {string.Join(" and on ", kinds.Select(RunRecord.Caption))}.";
    }

    static IEnumerable<string> Notes(IReadOnlyList<RunRecord> runs)
    {
        yield return "All values times 100. In brackets the 95 % interval; a verdict takes it as the tolerance.";
        if (runs.Any(run => run.Counts.Count > 0))
            yield return "The trivial classifier calls everything abnormal; under AUROC, AP and PRO stands what scores without information get.";
        foreach (var threshold in runs.GroupBy(run => run.Threshold).Where(group => group.Key is not null))
            yield return $"Threshold of {string.Join("; ", threshold.Select(run => $"{run.Method} ({Protocol(run)})").Distinct())}: {threshold.Key}.";
        if (runs.Any(run => run.Data != DataKind.Real))
            yield return "A stand-in or simulated data cannot confirm or refute the paper's numbers.";

        static string Protocol(RunRecord run) => run.Protocol == RunProtocol.AsPublished ? "as published" : "corrected";
    }

    /// <summary>What the classifier that calls everything abnormal gets; for metrics of ranks, what scores without information get.</summary>
    static string Trivial(TrivialClassifier trivial, MetricName name)
    {
        var value = name switch
        {
            MetricName.AUROC => trivial.ChanceAuroc,
            MetricName.AP => trivial.ChanceAveragePrecision,
            MetricName.F1 or MetricName.Dice => trivial.AllPositive.F1,
            MetricName.Precision => trivial.AllPositive.Precision,
            MetricName.Recall => trivial.AllPositive.Recall,
            MetricName.Specificity => trivial.AllPositive.Specificity,
            MetricName.Accuracy => trivial.AllPositive.Accuracy,
            MetricName.BalancedAccuracy => trivial.AllPositive.BalancedAccuracy,
            MetricName.MCC => trivial.AllPositive.Mcc,
            // A constant map's curve is the diagonal: half the limit of 0.3.
            MetricName.PRO => Metric.Of(0.15),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such metric."),
        };
        return value.IsDefined ? Percent(value.Value) : "undefined";
    }

    static string Prevalence(string dataset, ClassCounts counts) => string.Create(CultureInfo.InvariantCulture,
        $"{dataset}: {counts.Positives} of {counts.Positives + counts.Negatives} {counts.Level.ToString().ToLowerInvariant()}s abnormal")
        + (counts.Trivial.Prevalence.ValueOrNull is { } share ? $", prevalence {Percent(share)} %" : "");

    static string Percent(double value) => (value * 100).ToString("F2", CultureInfo.InvariantCulture);
}
