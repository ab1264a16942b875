namespace MedAnomaly.Figures.Rendering;

/// <summary>The label of a reference line and the middle of its text: above the plot for a vertical line, along the line for a horizontal one.</summary>
readonly record struct ReferenceLabel(ReferenceLine Line, double X, double Y, TextAnchor Anchor)
{
    public const double Step = Style.NoteSize * Style.LineHeight + 1;
    const double Apart = 8;

    /// <summary>How many rows of labels stand above the plot, so that none touches another.</summary>
    public static int RowsAbove(Subplot subplot, PlacedAxis x) => Above(subplot, x).Select(label => label.Row + 1).DefaultIfEmpty(0).Max();

    public static IReadOnlyList<ReferenceLabel> Of(Subplot subplot, PlacedAxis x, PlacedAxis y, Box area)
    {
        var labels = Above(subplot, x).Select(label => new ReferenceLabel(label.Line, label.X, area.Y - (label.Row + 0.5) * Step - 1, TextAnchor.Middle)).ToList();
        foreach (var line in subplot.ReferenceLines.Where(line => !line.Vertical && line.Label is not null))
        {
            var at = y.Pixel(line.At);
            labels.Add(new(line, area.Right - 4, at - Step > area.Y ? at - 8 : at + 8, TextAnchor.End));
        }
        return labels;
    }

    static IEnumerable<(ReferenceLine Line, double X, int Row)> Above(Subplot subplot, PlacedAxis x)
    {
        var ends = new List<double>();
        foreach (var line in subplot.ReferenceLines.Where(line => line.Vertical && line.Label is not null).OrderBy(line => x.Pixel(line.At)))
        {
            var half = FontMetrics.Width(line.Label!, Style.NoteSize) / 2;
            var middle = Math.Clamp(x.Pixel(line.At), Math.Min(x.Start + half, x.Start + x.Length / 2), Math.Max(x.Start + x.Length - half, x.Start + x.Length / 2));
            var row = ends.FindIndex(end => end + Apart <= middle - half);
            if (row < 0)
            {
                row = ends.Count;
                ends.Add(0);
            }
            ends[row] = middle + half;
            yield return (line, middle, row);
        }
    }
}
