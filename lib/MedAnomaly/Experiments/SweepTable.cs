using System.Globalization;
using System.Text.Json.Nodes;
using MedAnomaly.Figures;

namespace MedAnomaly.Experiments;

/// <summary>The records of a sweep side by side: what was varied, what was measured.</summary>
/// <param name="Varied">The parameters that were varied, in the order of their columns.</param>
/// <param name="Runs">The records.</param>
public sealed record SweepTable(IReadOnlyList<string> Varied, IReadOnlyList<RunRecord> Runs)
{
    static readonly MetricName[] Shown =
        [MetricName.AUROC, MetricName.AP, MetricName.F1, MetricName.Precision, MetricName.Recall, MetricName.Specificity, MetricName.Accuracy];

    /// <summary>One row a record: the varied parameters, the metrics of images with their intervals, the seconds.</summary>
    /// <exception cref="UsageException">There is no record, or they are not of one state of the data.</exception>
    public Table ToTable(string caption)
    {
        Check();
        var names = Shown.Where(name => Runs.Any(run => run.Metric(name, MetricLevel.Image) is not null)).ToArray();
        return new($"{caption} Values times 100, in brackets the 95 % interval.",
            [.. Varied.Select(name => new TableColumn(name)), .. names.Select(name => new TableColumn(name.ToString(), Numeric: true)),
                new("seconds", Numeric: true)],
            [.. Runs.Select(run => (IReadOnlyList<string>)[.. Varied.Select(name => Text(run, name)),
                .. names.Select(name => Measured(run.Metric(name, MetricLevel.Image))), run.Seconds.ToString("F0", CultureInfo.InvariantCulture)])],
            Runs.Select(run => run.Commit).Distinct().Count() > 1 ? ["The runs are of more than one commit; their records say which."] : []);
    }

    /// <summary>
    /// For each varied parameter the AUROC of images against its values, over those runs that agree in all other varied parameters with
    /// the most runs; nothing for a parameter of which no two values can be compared so.
    /// </summary>
    public IReadOnlyList<(string Parameter, Figure Figure)> ToFigures()
    {
        Check();
        return [.. Varied.Select(name => (name, Figure: FigureOf(name))).Where(entry => entry.Figure is not null).Select(entry => (entry.name, entry.Figure!))];
    }

    Figure? FigureOf(string name)
    {
        var line = Runs.Where(run => run.Metric(MetricName.AUROC, MetricLevel.Image)?.Value is not null)
            .GroupBy(run => string.Join('\n', Varied.Where(other => other != name).Select(other => Text(run, other))))
            .Select(group => group.DistinctBy(run => Text(run, name)).ToList()).MaxBy(group => group.Count);
        if (line is not { Count: > 1 }) return null;
        var metrics = line.Select(run => run.Metric(MetricName.AUROC, MetricLevel.Image)!).ToArray();
        var values = metrics.Select(metric => metric.Value!.Value).ToArray();
        var bars = metrics.All(metric => metric is { Low: not null, High: not null })
            ? ErrorBars.FromBounds(values, [.. metrics.Select(metric => metric.Low!.Value)], [.. metrics.Select(metric => metric.High!.Value)]) : null;
        var (stroke, marker) = (new LineStyle(Palette.ColorOf(0)), new MarkerStyle(Palette.ColorOf(0)));
        var numbers = line.Select(run =>
            run.Parameters.GetValueOrDefault(name) is JsonValue value && value.TryGetValue<double>(out var number) ? number : double.NaN).ToArray();
        var figure = numbers.Any(double.IsNaN)
            ? Chart.Scatter(line.Select(run => Text(run, name)), values, "AUROC", null, marker, bars)
            : Sorted(numbers, values, bars, stroke, marker);
        return figure.WithXAxisStyle(name).WithYAxisStyle("AUROC").WithTitle($"AUROC against {name}");
    }

    static Figure Sorted(double[] x, double[] y, ErrorBars? bars, LineStyle line, MarkerStyle marker)
    {
        int[] order = [.. Enumerable.Range(0, x.Length).OrderBy(i => x[i])];
        double[] By(IReadOnlyList<double> values) => [.. order.Select(i => values[i])];
        var figure = Chart.Scatter(By(x), By(y), "AUROC", line, marker, bars is null ? null : new ErrorBars(By(bars.Below), By(bars.Above)));
        // Shares and sizes that span decades are read on a logarithmic axis.
        return x.Min() > 0 && x.Max() / x.Min() >= 50 ? figure.WithXAxisStyle(AxisType: AxisType.Log) : figure;
    }

    void Check()
    {
        if (Runs.Count == 0) throw new UsageException("No run of the sweep saved a record, so there is nothing to put into a table.");
        // The two protocols may see the data differently: the corrected one without copies, say.
        foreach (var same in Runs.GroupBy(run => (run.Dataset, run.Protocol)))
        {
            if (same.Select(run => run.Hashes.Manifest).Distinct().Count() > 1)
                throw new UsageException($"The runs on {same.Key.Dataset} did not all see the same data: their records name different hashes of it. "
                    + "Run the sweep again in a new folder.");
        }
    }

    static string Text(RunRecord run, string name) => run.Parameters.TryGetValue(name, out var value)
        ? value switch
        {
            null => "null",
            JsonArray list => string.Join('+', list.Select(item => item?.ToString())),
            _ => value.ToString(),
        }
        : "";

    static string Measured(MetricValue? metric) => metric?.Value is not { } value ? ""
        : metric is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:F2} [{low * 100:F2}, {high * 100:F2}]")
        : string.Create(CultureInfo.InvariantCulture, $"{value * 100:F2}");
}
