using System.Text;
using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Draws the traces of one subplot.</summary>
sealed class TracePainter(SvgWriter svg, Figure figure, PlacedSubplot plot)
{
    public void Draw(Trace trace)
    {
        switch (trace)
        {
            case ScatterTrace scatter: Scatter(scatter); break;
            case BarTrace bars: Bars(bars); break;
            case BoxTrace box: Boxes(box); break;
            case HeatmapTrace map: Heatmap(map); break;
            case ImageTrace image: Image(image); break;
            default: throw new ArgumentException($"{trace.GetType().Name} cannot be drawn.", nameof(trace));
        }
    }

    void Scatter(ScatterTrace scatter)
    {
        var all = Polyline.Of(scatter, plot);
        var kept = Polyline.Visible(scatter, plot);
        var points = kept.Select(i => all[i]).ToArray();
        if (scatter.Fill != Fill.None && points.Length > 1)
            svg.Empty("path", ("d", Area(points, scatter.Fill)), ("fill", scatter.FillColor.ToString()), ("stroke", "none"));
        if (scatter.Line is { } line && Path(points) is { Length: > 0 } path)
            svg.Empty("path", [("d", path), .. SvgWriter.Stroke(line.Color, line.Width, line.Dash), ("stroke-linejoin", "round")]);
        if (scatter.Error is { } error)
        {
            var color = scatter.Line?.Color ?? scatter.Marker?.Color ?? Palette.Ink;
            for (var i = 0; i < all.Count; i++)
            {
                var value = scatter.Y.Numbers[i];
                Whisker(all[i].X, plot.Y.Pixel(value - error.Below[i]), plot.Y.Pixel(value + error.Above[i]), false, color);
            }
        }
        if (scatter.Marker is { } marker)
        {
            foreach (var (x, y) in points.Where(point => !double.IsNaN(point.X) && !double.IsNaN(point.Y)))
                Marker(x, y, marker);
        }
    }

    static string Path(IReadOnlyList<(double X, double Y)> points)
    {
        var path = new StringBuilder();
        var pen = false;
        foreach (var (x, y) in points)
        {
            if (double.IsNaN(x) || double.IsNaN(y))
            {
                pen = false;
                continue;
            }
            path.Append(pen ? 'L' : 'M').Append(SvgWriter.Number(x)).Append(' ').Append(SvgWriter.Number(y));
            pen = true;
        }
        return path.ToString();
    }

    string Area((double X, double Y)[] points, Fill fill)
    {
        if (fill == Fill.ToSelf)
            return Path(points) + "Z";
        var ground = plot.Y.Domain.Log ? plot.Area.Bottom : plot.Y.Pixel(0);
        return Path([(points[0].X, ground), .. points, (points[^1].X, ground)]) + "Z";
    }

    public void Marker(double x, double y, MarkerStyle marker)
    {
        var half = marker.Size / 2;
        var fill = ("fill", marker.Color.ToString());
        switch (marker.Symbol)
        {
            case MarkerSymbol.Circle:
                svg.Empty("circle", ("cx", SvgWriter.Number(x)), ("cy", SvgWriter.Number(y)), ("r", SvgWriter.Number(half)), fill);
                break;
            case MarkerSymbol.Square:
                svg.Rectangle(new(x - half, y - half, marker.Size, marker.Size), fill);
                break;
            case MarkerSymbol.Diamond:
                svg.Empty("path", ("d", Path([(x, y - 1.25 * half), (x + 1.25 * half, y), (x, y + 1.25 * half), (x - 1.25 * half, y)]) + "Z"), fill);
                break;
            case MarkerSymbol.TriangleUp:
                svg.Empty("path", ("d", Path([(x, y - 1.2 * half), (x + 1.15 * half, y + 0.8 * half), (x - 1.15 * half, y + 0.8 * half)]) + "Z"), fill);
                break;
            default:
                svg.Line(x - half, y - half, x + half, y + half, marker.Color, 1.75);
                svg.Line(x - half, y + half, x + half, y - half, marker.Color, 1.75);
                break;
        }
    }

    void Bars(BarTrace bars)
    {
        var geometry = BarGeometry.Of(figure, bars, plot);
        if (bars.Width is not null)
            Steps(bars, geometry);
        for (var i = 0; i < geometry.Count; i++)
        {
            var bar = geometry[i];
            if (double.IsNaN(bar.End))
                continue;
            if (bars.Width is null)
                svg.Rectangle(bar.Box, ("fill", bars.Color.ToString()));
            Whisker(bars.Horizontal ? bar.Box.MiddleY : bar.Box.MiddleX, bar.Low, bar.High, bars.Horizontal, Palette.Ink);
            if (bars.Text is not { } texts)
                continue;
            var reach = bar.WithWhisker;
            var down = bars.Values[i] < 0;
            if (bars.Horizontal)
                svg.Label(new(texts[i]), down ? reach.X - 4 : reach.Right + 4, reach.MiddleY, new(Style.NoteSize, Palette.Ink, down ? TextAnchor.End : TextAnchor.Start));
            else
                svg.Label(new(texts[i]), reach.MiddleX, down ? reach.Bottom + 9 : reach.Y - 8, new(Style.NoteSize, Palette.Ink, TextAnchor.Middle));
        }
    }

    // The bars of a histogram touch: drawn as one area they show no seams, and keep an edge where two histograms overlap.
    void Steps(BarTrace bars, IReadOnlyList<BarGeometry> geometry)
    {
        var path = new StringBuilder();
        foreach (var bar in geometry.Select(bar => bar.Box))
            path.Append($"{(path.Length == 0 ? $"M{N(bar.X)} {N(bar.Bottom)}" : $"H{N(bar.X)}")}V{N(bar.Y)}H{N(bar.Right)}");
        path.Append($"V{N(geometry[^1].Box.Bottom)}");
        svg.Empty("path", ("d", path.ToString()), ("fill", bars.Color.ToString()), ("stroke", bars.Color.WithOpacity(1).ToString()), ("stroke-width", "1"));
    }

    void Whisker(double across, double from, double to, bool horizontal, Color color)
    {
        if (double.IsNaN(from) || double.IsNaN(to) || double.IsNaN(across))
            return;
        var path = horizontal
            ? $"M{N(from)} {N(across)}H{N(to)}M{N(from)} {N(across - Style.ErrorCap)}V{N(across + Style.ErrorCap)}M{N(to)} {N(across - Style.ErrorCap)}V{N(across + Style.ErrorCap)}"
            : $"M{N(across)} {N(from)}V{N(to)}M{N(across - Style.ErrorCap)} {N(from)}H{N(across + Style.ErrorCap)}M{N(across - Style.ErrorCap)} {N(to)}H{N(across + Style.ErrorCap)}";
        svg.Empty("path", [("d", path), .. SvgWriter.Stroke(color, Style.ErrorWidth)]);
    }

    void Boxes(BoxTrace box)
    {
        var place = plot.X.Domain.Categories!.ToList().IndexOf(box.Name ?? "");
        var (left, right) = (plot.X.Pixel(place - 0.28), plot.X.Pixel(place + 0.28));
        var half = Math.Min((right - left) / 2, 36);
        var middle = (left + right) / 2;
        var statistics = box.Statistics;
        var (top, bottom) = (plot.Y.Pixel(statistics.Q3), plot.Y.Pixel(statistics.Q1));
        svg.Line(middle, plot.Y.Pixel(statistics.LowerFence), middle, bottom, box.Color, 1.25);
        svg.Line(middle, top, middle, plot.Y.Pixel(statistics.UpperFence), box.Color, 1.25);
        foreach (var fence in new[] { statistics.LowerFence, statistics.UpperFence })
            svg.Line(middle - half / 2, plot.Y.Pixel(fence), middle + half / 2, plot.Y.Pixel(fence), box.Color, 1.25);
        svg.Rectangle(new(middle - half, top, 2 * half, bottom - top),
            ("fill", Color.Mix(Palette.Paper, box.Color, 0.3).ToString()), ("stroke", box.Color.ToString()), ("stroke-width", "1.25"));
        svg.Line(middle - half, plot.Y.Pixel(statistics.Median), middle + half, plot.Y.Pixel(statistics.Median), box.Color, 2.25);
        foreach (var outlier in statistics.Outliers)
            Marker(middle, plot.Y.Pixel(outlier), new(box.Color.WithOpacity(0.7), 5));
    }

    void Heatmap(HeatmapTrace map)
    {
        var (rows, columns) = (map.Rows, map.Columns);
        if (!map.HasCells)
        {
            Pixels(Raster.Colored(map.Z, map.Scale, map.ZMin, map.ZMax), plot.Area, smooth: false);
            return;
        }
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var color = Raster.ColorOf(map.Z[row, column], map.Scale, map.ZMin, map.ZMax);
                var (x, y) = (plot.X.Pixel(column - 0.5), plot.Y.Pixel(row - 0.5));
                var cell = new Box(x, y, plot.X.Pixel(column + 0.5) - x, plot.Y.Pixel(row + 0.5) - y);
                svg.Rectangle(cell, ("fill", color.ToString()), ("stroke", Palette.Paper.ToString()), ("stroke-width", "1"));
                if (map.Text is not { } text)
                    continue;
                var lines = text[row, column].Split('\n');
                for (var i = 0; i < lines.Length; i++)
                {
                    var size = i == 0 ? Style.AxisTitleSize : Style.NoteSize;
                    svg.Label(new(lines[i]), cell.MiddleX, cell.MiddleY + (i - (lines.Length - 1) / 2.0) * 17, new(size, color.Ink, TextAnchor.Middle, Bold: i == 0 && lines.Length > 1));
                }
            }
        }
    }

    void Image(ImageTrace image)
    {
        var (left, top) = (plot.X.Pixel(-0.5), plot.Y.Pixel(-0.5));
        var box = new Box(left, top, plot.X.Pixel(image.Width - 0.5) - left, plot.Y.Pixel(image.Height - 0.5) - top);
        Pixels(image.Pixels, box, image.Smooth);
    }

    void Pixels(Image<Rgba32> pixels, Box box, bool smooth)
    {
        // Pixels that the screen cannot show only make the file larger; pixels that are to be seen as squares are enlarged here, since
        // viewers differ in whether they blur them.
        var (width, height) = ((int)Math.Ceiling(box.Width * Figure.Scale), (int)Math.Ceiling(box.Height * Figure.Scale));
        var shown = smooth ? Raster.Within(pixels, width, height) : pixels.Clone(x => x.Resize(width, height, KnownResamplers.NearestNeighbor));
        svg.Empty("image", ("x", N(box.X)), ("y", N(box.Y)), ("width", N(box.Width)), ("height", N(box.Height)), ("preserveAspectRatio", "none"),
            ("href", Raster.DataUri(Png.Encode(shown))));
    }

    static string N(double value) => SvgWriter.Number(value);
}
