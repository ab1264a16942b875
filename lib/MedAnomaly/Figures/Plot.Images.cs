using System.Globalization;
using MedAnomaly.Detectors;
using MedAnomaly.Images;

namespace MedAnomaly.Figures;

/// <summary>An image with what a detector made of it, and the truth: a row of <see cref="Plot.HeatMapRows"/>.</summary>
/// <param name="Image">The image.</param>
/// <param name="Map">A score for each pixel or patch.</param>
public sealed record HeatMapExample(Image Image, ScoreMap Map)
{
    /// <summary>The ground truth, of the image's size. Null where no pixel is abnormal, or, if it is so in all examples, where it is not known.</summary>
    public Mask? Mask { get; init; }

    /// <summary>What stands beside the row.</summary>
    public string? Name { get; init; }

    /// <summary>The image's score, printed above its map.</summary>
    public double? Score { get; init; }
}

public static partial class Plot
{
    /// <summary>Images, masks and anomaly maps in rows and columns. All maps share one colour scale, whose key stands at the right.</summary>
    /// <param name="rows">The cells, row by row; a row may be shorter than others.</param>
    /// <param name="columnTitles">What stands above the columns.</param>
    /// <param name="rowTitles">What stands beside the rows.</param>
    /// <param name="scale">The colours of the maps; inferno unless given.</param>
    /// <param name="scoreRange">The scores at the ends of the colours; the least and greatest of all maps unless given.</param>
    /// <param name="scoreTitle">What a score is, in the singular.</param>
    /// <exception cref="ArgumentException">There is no cell, titles are not as many as rows or columns, or the range is empty.</exception>
    public static Figure ImageGrid(IReadOnlyList<IReadOnlyList<Panel>> rows, IReadOnlyList<string>? columnTitles = null,
        IReadOnlyList<string>? rowTitles = null, ColorScale? scale = null, (double Min, double Max)? scoreRange = null,
        string scoreTitle = "Anomaly score")
    {
        RequireSome(rows, "row of images");
        var columns = rows.Max(row => row.Count);
        if (columns == 0)
            throw new ArgumentException("There is no image to draw: every row is empty.", nameof(rows));
        if (columnTitles is not null)
            Chart.SameLength(columns, columnTitles.Count, "Columns", "column titles");
        if (rowTitles is not null)
            Chart.SameLength(rows.Count, rowTitles.Count, "Rows", "row titles");
        var colors = scale ?? ColorScale.Inferno;
        var (min, max) = scoreRange ?? Range(rows.SelectMany(row => row));
        if (scoreRange is not null && !(min < max))
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The range of scores is empty: {min} to {max}."), nameof(scoreRange));

        // Beside the first row that reaches to the right edge.
        var keyRow = rows.Any(cells => cells.Any(cell => cell.Scores is not null)) ? rows.TakeWhile(row => row.Count < columns).Count() : -1;
        var (subplots, traces) = (new List<Subplot>(), new List<Trace>());
        for (var row = 0; row < rows.Count; row++)
        {
            for (var column = 0; column < rows[row].Count; column++)
            {
                var panel = rows[row][column];
                var title = string.Join('\n', new[] { row == 0 ? columnTitles?[column] : null, panel.Caption }.Where(line => !string.IsNullOrEmpty(line)));
                var frame = Rendering.Raster.Frame(panel.Width, panel.Height);
                traces.AddRange(panel.Traces(colors, min, max).Select(trace => trace with { Subplot = subplots.Count }));
                subplots.Add(frame with
                {
                    Row = row,
                    Column = column,
                    Title = title,
                    Y = column == 0 && rowTitles is not null ? frame.Y with { Title = rowTitles[row] } : frame.Y,
                    ColorBar = row == keyRow && column == columns - 1 ? new(colors, min, max, scoreTitle) { Rows = rows.Count - row } : null,
                });
            }
        }
        return new(traces, new Layout { Subplots = subplots, Legend = LegendPlace.Below })
        {
            Summary = $"{Rendering.Description.Counted(rows.Count, "row")} of images"
                + (columnTitles is null ? "" : $"; columns: {string.Join(", ", columnTitles)}")
                + (rowTitles is null ? "" : $"; rows: {string.Join(", ", rowTitles)}")
                + (rows.SelectMany(row => row).Any(panel => panel.Scores is not null) ? $". {scoreTitle}s from {Number(min)} to {Number(max)}." : "."),
        };
    }

    /// <summary>For each example: the image, its ground truth if any example has one, the anomaly map, and the map over the image.</summary>
    /// <exception cref="ArgumentException">There is no example, or a mask has another size than its image.</exception>
    public static Figure HeatMapRows(params IReadOnlyList<HeatMapExample> examples)
    {
        RequireSome(examples, "example");
        var truth = examples.Any(example => example.Mask is not null);
        var rows = examples.Select(example => (IReadOnlyList<Panel>)
        [
            Panel.Image(example.Image),
            .. truth ? [Panel.Mask(example.Mask ?? Nothing(example.Image))] : Array.Empty<Panel>(),
            Panel.HeatMap(example.Map, example.Score is { } score ? $"score {Number(score)}" : null),
            Panel.Overlay(example.Image, example.Map, example.Mask),
        ]).ToArray();
        string[] titles = truth ? ["Image", "Ground truth", "Anomaly map", "Overlay"] : ["Image", "Anomaly map", "Overlay"];
        var names = examples.Any(example => example.Name is not null) ? examples.Select(example => example.Name ?? "").ToArray() : null;
        return ImageGrid(rows, titles, names);
    }

    static (double Min, double Max) Range(IEnumerable<Panel> panels)
    {
        var scores = panels.Where(panel => panel.Scores is not null).SelectMany(panel => panel.Scores!.Values).Where(score => !float.IsNaN(score)).Select(score => (double)score).ToArray();
        return scores.Length == 0 ? (0, 1) : ColorScale.RangeOf(scores);
    }

    static Mask Nothing(Image image) => Mask.FromPixels(new bool[image.Width * image.Height], image.Width, image.Height);
}
