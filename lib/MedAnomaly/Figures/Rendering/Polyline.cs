namespace MedAnomaly.Figures.Rendering;

/// <summary>The points of a scatter trace, and fewer of them where more would not be seen.</summary>
static class Polyline
{
    const int Plenty = 2000;

    /// <summary>The points in pixels.</summary>
    public static IReadOnlyList<(double X, double Y)> Of(ScatterTrace scatter, PlacedSubplot plot)
    {
        var (x, y) = (plot.X.Domain.Place(scatter.X), plot.Y.Domain.Place(scatter.Y));
        var points = new (double, double)[x.Count];
        for (var i = 0; i < points.Length; i++)
            points[i] = (plot.X.Pixel(x[i]), plot.Y.Pixel(y[i]));
        return points;
    }

    /// <summary>
    /// The indices of the points worth keeping: all of a short line; of a long one the first, last, lowest and highest point in every half
    /// pixel's column, which draws the same picture; of a long cloud one point for every half pixel.
    /// </summary>
    public static IReadOnlyList<int> Visible(ScatterTrace scatter, PlacedSubplot plot)
    {
        var points = Of(scatter, plot);
        if (points.Count <= Plenty || scatter.Error is not null)
            return [.. Enumerable.Range(0, points.Count)];
        return scatter.Line is null && scatter.Fill == Fill.None ? Cloud(points) : Line(points);
    }

    static List<int> Line(IReadOnlyList<(double X, double Y)> points)
    {
        var kept = new List<int>();
        for (var start = 0; start < points.Count;)
        {
            var column = Half(points[start].X);
            var (end, lowest, highest) = (start, start, start);
            for (; end < points.Count && Half(points[end].X) == column && !double.IsNaN(points[end].Y); end++)
            {
                lowest = points[end].Y < points[lowest].Y ? end : lowest;
                highest = points[end].Y > points[highest].Y ? end : highest;
            }
            end = Math.Max(end, start + 1);
            kept.AddRange(new SortedSet<int> { start, lowest, highest, end - 1 });
            start = end;
        }
        return kept;
    }

    static IReadOnlyList<int> Cloud(IReadOnlyList<(double X, double Y)> points)
    {
        var seen = new HashSet<(long, long)>();
        return [.. Enumerable.Range(0, points.Count).Where(i => seen.Add((Half(points[i].X), Half(points[i].Y))))];
    }

    static long Half(double pixel) => double.IsNaN(pixel) ? long.MinValue : (long)Math.Floor(2 * pixel);
}
