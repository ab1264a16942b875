using MedAnomaly.Images;

namespace MedAnomaly.Figures;

/// <summary>The outlines of a mask, by marching squares (Lorensen and Cline, 1987, in two dimensions).</summary>
static class Contour
{
    /// <summary>
    /// Closed outlines in pixel coordinates, halfway between pixels inside and outside; NaN stands between one outline and the next. A
    /// region that touches the edge is closed outside of it, and pixels that meet at a corner only are kept apart.
    /// </summary>
    public static (double[] X, double[] Y) Of(Mask mask)
    {
        var next = Segments(mask);
        List<double> x = [], y = [];
        while (next.Count > 0)
        {
            var start = next.Keys.First();
            var outline = new List<(int X, int Y)>();
            for (var at = start; next.Remove(at, out var to); at = to)
                outline.Add(at);
            foreach (var (column, row) in Corners(outline))
            {
                x.Add(column / 2.0);
                y.Add(row / 2.0);
            }
            x.Add(double.NaN);
            y.Add(double.NaN);
        }
        if (x.Count > 0)
        {
            x.RemoveAt(x.Count - 1);
            y.RemoveAt(y.Count - 1);
        }
        return ([.. x], [.. y]);
    }

    // Coordinates are doubled, so that places halfway between pixels are whole. Each segment keeps the inside on its right.
    static Dictionary<(int X, int Y), (int X, int Y)> Segments(Mask mask)
    {
        var (height, width) = (mask.Height, mask.Width);
        var next = new Dictionary<(int, int), (int, int)>();
        for (var row = -1; row < height; row++)
        {
            for (var column = -1; column < width; column++)
            {
                var (topLeft, topRight, bottomLeft, bottomRight) = (Inside(column, row), Inside(column + 1, row), Inside(column, row + 1), Inside(column + 1, row + 1));
                var (x, y) = (2 * column + 1, 2 * row + 1);
                (int, int) top = (x, y - 1), right = (x + 1, y), bottom = (x, y + 1), left = (x - 1, y);
                // One corner on its own side cuts off that corner; two neighbours are cut off by a straight line.
                if (topLeft == bottomRight && topRight == bottomLeft && topLeft != topRight)
                {
                    if (topLeft)
                    {
                        next[top] = left;
                        next[bottom] = right;
                    }
                    else
                    {
                        next[right] = top;
                        next[left] = bottom;
                    }
                    continue;
                }
                // Walking along the border of the cell, the outline enters where inside turns to outside and leaves where it turns back.
                (bool From, bool To, (int, int) Edge)[] border = [(topLeft, topRight, top), (topRight, bottomRight, right), (bottomRight, bottomLeft, bottom), (bottomLeft, topLeft, left)];
                if (topLeft == topRight && topRight == bottomLeft && bottomLeft == bottomRight)
                    continue;
                next[border.Single(edge => edge.From && !edge.To).Edge] = border.Single(edge => !edge.From && edge.To).Edge;
            }
        }
        return next;

        bool Inside(int column, int row) => column >= 0 && column < width && row >= 0 && row < height && mask[column, row];
    }

    // Only where the outline turns is a point needed.
    static IEnumerable<(int X, int Y)> Corners(List<(int X, int Y)> outline)
    {
        var corners = outline.Where((point, i) =>
        {
            var (before, after) = (outline[(i + outline.Count - 1) % outline.Count], outline[(i + 1) % outline.Count]);
            return (point.X - before.X) * (after.Y - point.Y) != (point.Y - before.Y) * (after.X - point.X);
        }).ToList();
        return [.. corners, corners[0]];
    }
}
