using System.Globalization;
using MedAnomaly.Metrics;

namespace MedAnomaly.Figures;

/// <summary>The figures of anomaly detection, as its papers print them. General charts are in <see cref="Chart"/>.</summary>
public static partial class Plot
{
    const int CurvePoints = 600;

    /// <summary>ROC curves with their areas in the legend, over the diagonal of a classifier that guesses.</summary>
    /// <exception cref="ArgumentException">There is no curve, or a band's lengths differ.</exception>
    public static Figure RocCurve(params IReadOnlyList<RocSeries> series)
    {
        RequireSome(series, "ROC curve");
        var traces = new List<Trace>();
        for (var i = 0; i < series.Count; i++)
        {
            var (one, color) = (series[i], Palette.ColorOf(i));
            if (one.Band is { } band)
                traces.Add(Band(band, color));
            var thin = one.Curve.Thin(CurvePoints);
            traces.Add(new ScatterTrace(Column.From(thin.FalsePositiveRates), Column.From(thin.TruePositiveRates))
            {
                Name = one.Legend,
                Line = new(color, 2, Palette.DashOf(i)),
            });
        }
        traces.Add(new ScatterTrace(Column.From([0.0, 1.0]), Column.From([0.0, 1.0])) { Name = "Chance", Line = Guess });
        return new(traces, UnitSquare("False positive rate (1 − specificity)", "True positive rate (sensitivity)"))
        {
            Summary = $"ROC {Curves(series.Count)}. " + string.Join(" ", series.Select(one => $"{one.Name}: {LegendText.Value("AUROC", one.Auroc, one.Interval)}.")),
        };
    }

    /// <summary>The ROC curve of one method.</summary>
    /// <exception cref="DatasetException">There is one class only.</exception>
    public static Figure RocCurve(RankedScores scores, string name, Estimate? interval = null) =>
        RocCurve(RocSeries.Of(name, scores, interval));

    /// <summary>
    /// Precision-recall curves with their average precisions in the legend, over the prevalence, which is what calling everything abnormal
    /// gets. Drawn as steps: straight lines between the points would promise more than any threshold gives.
    /// </summary>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public static Figure PrecisionRecallCurve(params IReadOnlyList<PrecisionRecallSeries> series)
    {
        RequireSome(series, "precision-recall curve");
        var traces = new List<Trace>();
        for (var i = 0; i < series.Count; i++)
        {
            var thin = Rising(series[i].Curve).Thin(CurvePoints);
            var (recalls, precisions) = Steps(thin.Recalls, thin.Precisions);
            traces.Add(new ScatterTrace(Column.From(recalls), Column.From(precisions))
            {
                Name = series[i].Legend,
                Line = new(Palette.ColorOf(i), 2, Palette.DashOf(i)),
            });
        }
        var prevalences = series.Select(one => Math.Round(one.Prevalence, 3)).Distinct().ToArray();
        foreach (var prevalence in prevalences)
        {
            traces.Add(new ScatterTrace(Column.From([0.0, 1.0]), Column.From([prevalence, prevalence]))
            {
                Name = string.Create(CultureInfo.InvariantCulture, $"All called abnormal (prevalence {prevalence:F3})"),
                Line = Guess,
            });
        }
        return new(traces, UnitSquare("Recall (sensitivity)", "Precision"))
        {
            Summary = $"Precision-recall {Curves(series.Count)}. " + string.Join(" ", series.Select(one => string.Create(CultureInfo.InvariantCulture,
                $"{one.Name}: {LegendText.Value("AP", one.AveragePrecision, one.Interval)} at prevalence {one.Prevalence:F3}."))),
        };
    }

    /// <summary>The precision-recall curve of one method.</summary>
    /// <exception cref="DatasetException">There is no abnormal sample.</exception>
    public static Figure PrecisionRecallCurve(RankedScores scores, string name, Estimate? interval = null) =>
        PrecisionRecallCurve(PrecisionRecallSeries.Of(name, scores, interval));

    /// <summary>A value by epoch for one or several runs, such as the losses of training and validation.</summary>
    /// <param name="curves">Name and values of each; the first value is that of epoch 1. NaN: that epoch has none, as between two validations, and the line goes past it.</param>
    /// <param name="yTitle">What the values are.</param>
    /// <param name="log">Whether the values' axis is logarithmic.</param>
    /// <exception cref="ArgumentException">There is no curve, or one has no value.</exception>
    public static Figure LearningCurves(IReadOnlyList<(string Name, double[] Values)> curves, string yTitle = "Loss", bool log = false)
    {
        RequireSome(curves, "learning curve");
        var lines = curves.Select(curve =>
        {
            var epochs = curve.Values.Index().Where(entry => !double.IsNaN(entry.Item)).ToList();
            return Chart.Line(epochs.Select(entry => entry.Index + 1), epochs.Select(entry => entry.Item), ShowMarkers: epochs.Count < 3, Name: curve.Name);
        });
        return Chart.Combine(lines).WithXAxisStyle("Epoch").WithYAxisStyle(yTitle, AxisType: log ? AxisType.Log : AxisType.Linear);
    }

    static LineStyle Guess => new(Palette.Muted, 1.25, Dash.Dash);

    static string Curves(int count) => count == 1 ? "curve" : $"curves of {count} methods";

    static Layout UnitSquare(string x, string y) => new()
    {
        Subplots = [new Subplot { X = new Axis { Title = x, Range = (0, 1) }, Y = new Axis { Title = y, Range = (0, 1) }, Aspect = 1 }],
    };

    static ScatterTrace Band(ConfidenceBand band, Color color)
    {
        Chart.SameLength(band.X.Count, band.Low.Count, "The band's X", "its Low");
        Chart.SameLength(band.X.Count, band.High.Count, "The band's X", "its High");
        return new(Column.From(band.X.Concat(band.X.Reverse())), Column.From(band.High.Concat(band.Low.Reverse())))
        {
            Fill = Fill.ToSelf,
            FillColor = color.WithOpacity(0.18),
        };
    }

    // Average precision counts a precision only where recall grows; so does the drawing, which else would be full of needles.
    static PrecisionRecallCurve Rising(PrecisionRecallCurve curve)
    {
        var kept = Enumerable.Range(0, curve.Recalls.Length).Where(i => i == 0 || curve.Recalls[i] > curve.Recalls[i - 1]).ToArray();
        return new([.. kept.Select(i => curve.Recalls[i])], [.. kept.Select(i => curve.Precisions[i])], [.. kept.Select(i => curve.Thresholds[i])]);
    }

    // From one point to the next, precision changes first and holds over the recall gained.
    static (double[] X, double[] Y) Steps(double[] recalls, double[] precisions)
    {
        List<double> x = [], y = [];
        for (var i = 1; i < recalls.Length; i++)
        {
            x.AddRange([recalls[i - 1], recalls[i]]);
            y.AddRange([precisions[i], precisions[i]]);
        }
        return ([.. x], [.. y]);
    }

    static void RequireSome<T>(IReadOnlyList<T> items, string what)
    {
        if (items is null || items.Count == 0)
            throw new ArgumentException($"There is no {what} to draw: give at least one.", nameof(items));
    }
}
