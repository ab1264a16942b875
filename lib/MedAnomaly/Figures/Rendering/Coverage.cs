namespace MedAnomaly.Figures.Rendering;

/// <summary>Whether a subplot's data lie where something else would like to stand.</summary>
static class Coverage
{
    const double Step = 3;

    /// <summary>True if a line, marker, bar or box of <paramref name="plot"/> reaches into <paramref name="box"/>.</summary>
    public static bool Touches(Figure figure, PlacedSubplot plot, Box box) =>
        figure.Data.Any(trace => trace.Subplot == plot.Index && Touches(figure, trace, plot, box))
        || plot.Subplot.ReferenceLines.Any(line => line.Vertical
            ? plot.X.Pixel(line.At) is var x && x >= box.X && x <= box.Right
            : plot.Y.Pixel(line.At) is var y && y >= box.Y && y <= box.Bottom);

    static bool Touches(Figure figure, Trace trace, PlacedSubplot plot, Box box) => trace switch
    {
        ScatterTrace scatter => Touches(scatter, plot, box),
        BarTrace bars => BarGeometry.Of(figure, bars, plot).Any(bar => Overlap(bar.WithWhisker, box)),
        // A box plot, a heat map or an image leaves no corner that is surely free.
        _ => true,
    };

    static bool Overlap(Box a, Box b) => a.X < b.Right && b.X < a.Right && a.Y < b.Bottom && b.Y < a.Bottom;

    static bool Touches(ScatterTrace scatter, PlacedSubplot plot, Box box)
    {
        var points = Polyline.Of(scatter, plot);
        for (var i = 0; i < points.Count; i++)
        {
            var (x, y) = points[i];
            if (double.IsNaN(x) || double.IsNaN(y))
                continue;
            var reach = box.Grow((scatter.Marker?.Size ?? 0) / 2);
            var (low, high) = scatter.Error is { } error
                ? (plot.Y.Pixel(scatter.Y.Numbers[i] - error.Below[i]), plot.Y.Pixel(scatter.Y.Numbers[i] + error.Above[i])) : (y, y);
            if (reach.Contains(x, y) || Overlap(new(x - 3, high, 6, low - high), box))
                return true;
            if (scatter.Fill == Fill.ToZeroY && x >= box.X && x <= box.Right && Overlap(new(x, Math.Min(y, plot.Y.Pixel(0)), 1, Math.Abs(plot.Y.Pixel(0) - y)), box))
                return true;
            if (i == 0 || scatter.Line is null && scatter.Fill == Fill.None || double.IsNaN(points[i - 1].X) || double.IsNaN(points[i - 1].Y))
                continue;
            var (fromX, fromY) = points[i - 1];
            var steps = (int)(Math.Max(Math.Abs(x - fromX), Math.Abs(y - fromY)) / Step);
            for (var k = 1; k <= steps; k++)
            {
                var t = k / (steps + 1.0);
                if (box.Contains(fromX + t * (x - fromX), fromY + t * (y - fromY)))
                    return true;
            }
        }
        return false;
    }
}
