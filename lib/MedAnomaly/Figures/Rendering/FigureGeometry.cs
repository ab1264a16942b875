namespace MedAnomaly.Figures.Rendering;

/// <summary>A subplot and the pixels that it fills.</summary>
sealed record PlacedSubplot(Subplot Subplot, int Index, Box Area, PlacedAxis X, PlacedAxis Y, IReadOnlyList<string> TitleLines, double TitleTop)
{
    /// <summary>The colour bar's rectangle, if it has one.</summary>
    public Box ColorBar { get; init; }

    /// <summary>The labels of its reference lines.</summary>
    public IReadOnlyList<ReferenceLabel> Labels => ReferenceLabel.Of(Subplot, X, Y, Area);
}

/// <summary>The measures of a colour bar, an axis of its own kind.</summary>
static class ColorBarGeometry
{
    public const double Gap = 9, Thickness = 11;

    public static PlacedAxis Axis(ColorBar bar, double length) =>
        new(new Axis { Title = bar.Title }, new AxisDomain(bar.Min, bar.Max, false, false, null), true, length);
}

/// <summary>
/// Where everything of a figure stands, in pixels at scale 1. The image and the interactive version are both drawn from it, so they look the
/// same.
/// </summary>
sealed class FigureGeometry
{
    public const int NotebookWidth = 720;
    const double SingleImage = 400, GridImage = 235, TallestSingle = 400, PlotHeight = 330, GridPlotHeight = 210, Gap = 16, ImageGap = 6;

    readonly Figure figure;
    readonly IReadOnlyList<Subplot> subplots;
    readonly (AxisDomain X, AxisDomain Y)[] domains;
    readonly int rows, columns;

    FigureGeometry(Figure figure)
    {
        this.figure = figure;
        subplots = figure.Layout.Subplots;
        domains = [.. subplots.Select((_, i) => (AxisDomain.Of(figure, i, vertical: false), AxisDomain.Of(figure, i, vertical: true)))];
        rows = subplots.Max(subplot => subplot.Row) + 1;
        columns = subplots.Max(subplot => subplot.Column) + 1;
        Legend = LegendBox.Of(figure);
        Place();
    }

    public double Width { get; private set; }

    public double Height { get; private set; }

    public (int Width, int Height) Size => ((int)Width, (int)Height);

    public IReadOnlyList<string> TitleLines { get; private set; } = [];

    public IReadOnlyList<string> SubtitleLines { get; private set; } = [];

    public double TitleX { get; private set; }

    public LegendBox? Legend { get; private set; }

    public IReadOnlyList<PlacedSubplot> Subplots { get; private set; } = [];

    public double TitleHeight => TitleLines.Count * Style.TitleSize * Style.LineHeight + SubtitleLines.Count * Style.SubtitleSize * Style.LineHeight
        + (TitleLines.Count + SubtitleLines.Count > 0 ? 10 : 0);

    public static FigureGeometry Of(Figure figure) => new(figure);

    /// <summary>
    /// Columns of the images, if all are shown pixel by pixel: each pixel is then as large as the next, which is clearer and a smaller file.
    /// </summary>
    int? PixelsAcross => AllImages && figure.IsPixelByPixel ? figure.Data.OfType<ImageTrace>().Max(image => image.Pixels.Width) : null;

    static double Whole(double length) => Math.Round(length * Figure.Scale) / Figure.Scale;

    bool AllImages => subplots.All(subplot => subplot.Aspect is not null);

    void Place()
    {
        var place = figure.Layout.Legend;
        if (Legend is not null && place == LegendPlace.Automatic && subplots.Count == 1)
        {
            Arrange(0, 0);
            var plot = Subplots[0];
            if (Legend.InCornerOf(plot.Area, box => Coverage.Touches(figure, plot, box)) is { } inside)
            {
                Legend = inside;
                return;
            }
        }
        if (Legend is null)
        {
            Arrange(0, 0);
            return;
        }
        if (place == LegendPlace.Right || place == LegendPlace.Automatic && Legend.Width <= 0.4 * (figure.Layout.Width ?? NotebookWidth))
        {
            Arrange(Legend.Width + Gap, 0);
            var top = Subplots.Min(subplot => subplot.Area.Y);
            if (place == LegendPlace.Right || top + Legend.Height <= Height - Style.Padding)
            {
                Legend = Legend with { X = Width - Style.Padding - Legend.Width, Y = top };
                return;
            }
        }
        var spread = Legend.Spread((figure.Layout.Width ?? NotebookWidth) - 2 * Style.Padding - 40);
        Arrange(0, spread.Height + 8);
        var left = Subplots.Min(subplot => subplot.Area.X);
        Legend = spread with { X = Math.Max(Style.Padding, Math.Min(left, Width - Style.Padding - spread.Width)), Y = Height - Style.Padding - spread.Height };
    }

    void Arrange(double besides, double below)
    {
        // Margins depend on tick labels, those on the axes' lengths, those on the margins: the second and third rounds settle it.
        var sizes = subplots.Select(_ => (Width: 0.7 * NotebookWidth / columns, Height: PlotHeight)).ToArray();
        for (var round = 0; round < 3; round++)
            sizes = Arrange(sizes, besides, below);
    }

    (double Width, double Height)[] Arrange((double Width, double Height)[] sizes, double besides, double below)
    {
        var x = subplots.Select((subplot, i) => new PlacedAxis(subplot.X, domains[i].X, false, sizes[i].Width)).ToArray();
        var y = subplots.Select((subplot, i) => new PlacedAxis(subplot.Y, domains[i].Y, true, sizes[i].Height)).ToArray();
        var titles = subplots.Select((subplot, i) => subplot.Title is { Length: > 0 } title
            ? FontMetrics.Wrap(title, Style.SubplotTitleSize, sizes[i].Width + (AllImages ? 0 : 30), 3) : []).ToArray();
        var left = Widest(columns, i => subplots[i].Column, i => Math.Max(y[i].Depth, x[i].Overhang - Style.Padding / 2));
        var right = Widest(columns, i => subplots[i].Column, i => RightOf(i, x[i], sizes[i].Height));
        var top = Widest(rows, i => subplots[i].Row, i => TopOf(titles[i], x[i], y[i], subplots[i]));
        var bottom = Widest(rows, i => subplots[i].Row, i => x[i].Depth);
        var gap = AllImages ? ImageGap : Gap;

        var maxWidth = figure.Layout.Width ?? NotebookWidth;
        var roomX = maxWidth - 2 * Style.Padding - besides - left.Sum() - right.Sum() - gap * (columns - 1);
        var cellWidth = Math.Max(roomX / columns, 20);
        if (AllImages && figure.Layout.Width is null)
            cellWidth = Math.Min(cellWidth, subplots.Count == 1 ? SingleImage : GridImage);
        if (PixelsAcross is { } pixels && cellWidth * Figure.Scale >= pixels)
            cellWidth = Math.Floor(cellWidth * Figure.Scale / pixels) * pixels / Figure.Scale;
        Width = figure.Layout.Width ?? (AllImages
            ? Math.Ceiling(2 * Style.Padding + besides + left.Sum() + right.Sum() + gap * (columns - 1) + cellWidth * columns) : NotebookWidth);
        Wrap(left[0]);

        var fixedHeight = 2 * Style.Padding + TitleHeight + below + top.Sum() + bottom.Sum() + gap * (rows - 1);
        var cellHeights = Widest(rows, i => subplots[i].Row, i => Natural(i, cellWidth));
        if (figure.Layout.Height is { } height)
        {
            var scale = Math.Max(height - fixedHeight, 20 * rows) / cellHeights.Sum();
            cellHeights = [.. cellHeights.Select(cell => cell * scale)];
        }
        Height = figure.Layout.Height ?? Math.Ceiling(fixedHeight + cellHeights.Sum());

        var placed = new PlacedSubplot[subplots.Count];
        for (var i = 0; i < placed.Length; i++)
        {
            var (row, column) = (subplots[i].Row, subplots[i].Column);
            var cell = new Box(
                Style.Padding + left.Take(column + 1).Sum() + right.Take(column).Sum() + (cellWidth + gap) * column,
                Style.Padding + TitleHeight + top.Take(row + 1).Sum() + bottom.Take(row).Sum() + cellHeights.Take(row).Sum() + gap * row,
                cellWidth,
                cellHeights[row]);
            var area = Fitted(cell, subplots[i].Aspect);
            if (PixelsAcross is not null) area = area with { X = Whole(area.X), Y = Whole(area.Y) };
            placed[i] = new(subplots[i], i, area,
                x[i] with { Start = area.X, Length = area.Width }, y[i] with { Start = area.Y, Length = area.Height }, titles[i], cell.Y - top[row]);
        }
        Subplots = [.. placed.Select(plot => plot with { ColorBar = Beside(plot, placed) })];
        return [.. placed.Select(subplot => (subplot.Area.Width, subplot.Area.Height))];
    }

    void Wrap(double left)
    {
        TitleX = Style.Padding + (AllImages ? 0 : left);
        var width = Width - TitleX - Style.Padding;
        TitleLines = figure.Layout.Title is { Length: > 0 } title ? FontMetrics.Wrap(title, Style.TitleSize, width, 3, isBold: true) : [];
        SubtitleLines = figure.Layout.Subtitle is { Length: > 0 } subtitle ? FontMetrics.Wrap(subtitle, Style.SubtitleSize, width, 3) : [];
    }

    double Natural(int i, double cellWidth)
    {
        if (subplots[i].Aspect is { } aspect)
            return subplots.Count == 1 ? Math.Min(cellWidth / aspect, TallestSingle) : cellWidth / aspect;
        var plot = rows == 1 ? PlotHeight : GridPlotHeight;
        if (domains[i].Y.Categories is not { } names)
            return plot;
        return figure.Data.Any(trace => trace is HeatmapTrace && trace.Subplot == i)
            ? Math.Clamp(names.Count * 44, 150, 600)
            : Math.Clamp(names.Count * Math.Max(30, 17 * figure.Data.Count(trace => trace is BarTrace && trace.Subplot == i) + 8), 90, 900);
    }

    double RightOf(int i, PlacedAxis x, double height)
    {
        if (subplots[i].ColorBar is { } bar)
            return ColorBarGeometry.Gap + ColorBarGeometry.Thickness + ColorBarGeometry.Axis(bar, height * bar.Rows).Depth;
        // The last label of a numeric axis is centred on its tick and may stand over.
        return x.Axis.ShowTicks && x.Domain.Categories is null ? Math.Max(6, x.Ticks.LastWidth / 2) : 0;
    }

    static double TopOf(IReadOnlyList<string> title, PlacedAxis x, PlacedAxis y, Subplot subplot)
    {
        var text = title.Count * Style.SubplotTitleSize * Style.LineHeight;
        var factor = y.Axis.ShowTicks && y.Ticks.Factor is not null ? Style.TickSize * 1.6 : 0;
        var labels = ReferenceLabel.RowsAbove(subplot, x) * ReferenceLabel.Step;
        return (text > 0 ? text + 5 : 0) + Math.Max(factor + labels, y.Axis.ShowTicks ? 5 : 0);
    }

    // From the top of its own row to the bottom of the last row that it serves.
    static Box Beside(PlacedSubplot plot, IReadOnlyList<PlacedSubplot> all)
    {
        var rows = plot.Subplot.ColorBar?.Rows ?? 1;
        var bottom = all.Where(other => other.Subplot.Row >= plot.Subplot.Row && other.Subplot.Row < plot.Subplot.Row + rows).Max(other => other.Area.Bottom);
        return new(plot.Area.Right + ColorBarGeometry.Gap, plot.Area.Y, ColorBarGeometry.Thickness, bottom - plot.Area.Y);
    }

    double[] Widest(int count, Func<int, int> slot, Func<int, double> size)
    {
        var widest = new double[count];
        for (var i = 0; i < subplots.Count; i++)
            widest[slot(i)] = Math.Max(widest[slot(i)], size(i));
        return widest;
    }

    static Box Fitted(Box cell, double? aspect)
    {
        if (aspect is not { } ratio)
            return cell;
        var width = Math.Min(cell.Width, cell.Height * ratio);
        var height = width / ratio;
        return new(cell.X + (cell.Width - width) / 2, cell.Y + (cell.Height - height) / 2, width, height);
    }
}
