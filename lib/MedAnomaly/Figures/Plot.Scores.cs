using System.Globalization;
using MedAnomaly.Metrics;

namespace MedAnomaly.Figures;

public static partial class Plot
{
    /// <summary>How the anomaly scores of the two classes are spread, and where a threshold divides them.</summary>
    /// <param name="normal">Scores of normal samples; NaN is left out.</param>
    /// <param name="abnormal">Scores of abnormal samples.</param>
    /// <param name="threshold">A score at or above it is called abnormal; null draws none.</param>
    /// <param name="bins">How many bins span the scores of both classes; null chooses.</param>
    /// <exception cref="ArgumentException">A class has no score, or a score is infinite.</exception>
    public static Figure ScoreHistogram(IReadOnlyList<double> normal, IReadOnlyList<double> abnormal, Threshold? threshold = null, int? bins = null)
    {
        RequireSome(normal, "score of a normal sample");
        RequireSome(abnormal, "score of an abnormal sample");
        var all = Column.From(normal.Concat(abnormal), "scores").Numbers;
        var common = Bins.Of(all, bins);
        var figure = new Figure(
            [Share(common, normal, "Normal", Palette.Normal), Share(common, abnormal, "Abnormal", Palette.Anomalous)],
            new Layout
            {
                BarMode = BarMode.Overlay,
                Subplots = [new Subplot { X = new Axis { Title = "Anomaly score" }, Y = new Axis { Title = "Share of the class" } }],
            })
        {
            Summary = $"Histogram of anomaly scores. Normal: {Spread(normal)}. Abnormal: {Spread(abnormal)}."
                + (threshold is null ? "" : $" Threshold {Number(threshold.Value)}, {threshold}."),
        };
        return threshold is null ? figure : figure.WithReferenceLine(X: threshold.Value, Label: $"{Number(threshold.Value)}: {threshold}");
    }

    /// <summary>The scores of several groups as boxes: median, quartiles, whiskers within 1.5 interquartile ranges, values beyond.</summary>
    /// <exception cref="ArgumentException">There is no group, or one has no value besides NaN.</exception>
    public static Figure BoxPlot(IReadOnlyList<(string Name, double[] Values)> groups, string yTitle = "Anomaly score")
    {
        RequireSome(groups, "group");
        return Chart.Combine(groups.Select(group => Chart.BoxPlot(group.Values, group.Name))).WithYAxisStyle(yTitle);
    }

    /// <summary>The four counts of a decision, each with its share of the true class.</summary>
    public static Figure ConfusionMatrix(ConfusionMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return ConfusionMatrix(
            new[,] { { matrix.TrueNegatives, matrix.FalsePositives }, { matrix.FalseNegatives, matrix.TruePositives } }, ["Normal", "Abnormal"]);
    }

    /// <summary>The counts of decisions among several classes: rows are the truth, columns the decisions; each with its share of its row.</summary>
    /// <exception cref="ArgumentException">The matrix is not square, has a negative count, or the names are not as many as its rows.</exception>
    public static Figure ConfusionMatrix(long[,] counts, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(classes);
        var size = counts.GetLength(0);
        if (size == 0 || counts.GetLength(1) != size)
            throw new ArgumentException($"A confusion matrix is square; this one is {size} x {counts.GetLength(1)}.", nameof(counts));
        Chart.SameLength(size, classes.Count, "The matrix' rows", "the class names");
        if (counts.Cast<long>().Min() < 0)
            throw new ArgumentException($"A confusion matrix counts; it cannot hold {counts.Cast<long>().Min()}.", nameof(counts));
        var shares = new double[size, size];
        var texts = new string[size, size];
        for (var row = 0; row < size; row++)
        {
            long total = 0;
            for (var column = 0; column < size; column++)
                total += counts[row, column];
            for (var column = 0; column < size; column++)
            {
                // A class without samples has no shares.
                shares[row, column] = total > 0 ? counts[row, column] / (double)total : double.NaN;
                texts[row, column] = counts[row, column].ToString("#,0", CultureInfo.InvariantCulture)
                    + (total > 0 ? string.Create(CultureInfo.InvariantCulture, $"\n{100 * shares[row, column]:F1} %") : "");
            }
        }
        var trace = new HeatmapTrace(shares, ColorScale.Blues, 0, 1) { X = classes, Y = classes, Text = texts };
        return new([trace], new Layout
        {
            Subplots =
            [
                new Subplot
                {
                    X = new Axis { Title = "Called", ShowGrid = false },
                    Y = new Axis { Title = "Truth", ShowGrid = false },
                    Aspect = 1,
                    ColorBar = new(ColorScale.Blues, 0, 1, "Share of the true class"),
                },
            ],
        })
        {
            Summary = "Confusion matrix. " + string.Join(" ", Enumerable.Range(0, size).Select(row =>
                $"{classes[row]}: {string.Join(", ", Enumerable.Range(0, size).Select(column => $"{texts[row, column].Replace("\n", " = ")} called {classes[column]}"))}.")),
        };
    }

    static BarTrace Share(Bins bins, IReadOnlyList<double> scores, string name, Color color)
    {
        var counted = bins.Count(scores);
        var total = scores.Count(score => !double.IsNaN(score));
        return counted with { Values = [.. counted.Values.Select(count => count / total)], Name = $"{name} (n = {total})", Color = color.WithOpacity(0.55) };
    }

    static string Spread(IReadOnlyList<double> scores)
    {
        var statistics = BoxStatistics.Of(scores);
        return $"n = {scores.Count(score => !double.IsNaN(score))}, median {Number(statistics.Median)}, quartiles {Number(statistics.Q1)} and {Number(statistics.Q3)}";
    }

    static string Number(double value) => Rendering.Description.Number(value);
}
