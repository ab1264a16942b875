namespace MedAnomaly.Figures.Rendering;

/// <summary>The legend's entries, in columns, and where it stands.</summary>
sealed record LegendBox(IReadOnlyList<(Trace Trace, IReadOnlyList<string> Lines)> Entries, int Columns, double X, double Y)
{
    public const double SymbolWidth = 26, SymbolGap = 7, ColumnGap = 18, Inset = 8;
    const double WidestText = 235, LineStep = Style.LegendSize * Style.LineHeight, EntryGap = 4;

    /// <summary>The room of one entry's column.</summary>
    public double ColumnWidth => SymbolWidth + SymbolGap
        + Entries.Max(entry => entry.Lines.Max(line => FontMetrics.Width(line, Style.LegendSize)));

    public double Width => Columns * ColumnWidth + (Columns - 1) * ColumnGap;

    public double Height => RowTops[^1];

    public Box Box => new(X, Y, Width, Height);

    /// <summary>True where it lies inside the plot and needs a ground of its own.</summary>
    public bool Inside { get; init; }

    /// <summary>True where its right edge is what stands fast, should it come out wider.</summary>
    public bool AtRight { get; init; }

    /// <summary>True where its lower edge is what stands fast, should it come out taller.</summary>
    public bool AtBottom { get; init; }

    /// <summary>True where it runs below the plot, row after row.</summary>
    public bool Horizontal { get; init; }

    /// <summary>The tops of its rows, and behind them its bottom.</summary>
    public IReadOnlyList<double> RowTops
    {
        get
        {
            var tops = new List<double> { 0 };
            foreach (var row in Entries.Chunk(Columns))
                tops.Add(tops[^1] + row.Max(entry => entry.Lines.Count) * LineStep + EntryGap);
            return tops;
        }
    }

    /// <summary>The legend of a figure in one column, not yet placed; null where nothing has a name or nobody wants one.</summary>
    public static LegendBox? Of(Figure figure)
    {
        if (figure.Layout.Legend == LegendPlace.Hidden)
            return null;
        var entries = figure.Data
            .Where(trace => trace is ScatterTrace or BarTrace && trace.ShowLegend && !string.IsNullOrEmpty(trace.Name))
            .DistinctBy(trace => trace.Name)
            .Select(trace => (trace, FontMetrics.Wrap(trace.Name!, Style.LegendSize, WidestText, 3)))
            .ToArray();
        return entries.Length == 0 ? null : new(entries, 1, 0, 0);
    }

    /// <summary>The same legend in as many columns as fit into <paramref name="width"/>.</summary>
    public LegendBox Spread(double width)
    {
        var columns = Math.Clamp((int)((width + ColumnGap) / (ColumnWidth + ColumnGap)), 1, Entries.Count);
        // Five entries in a room for four look better as three and two.
        var rows = (Entries.Count + columns - 1) / columns;
        return this with { Columns = (Entries.Count + rows - 1) / rows, Horizontal = true };
    }

    /// <summary>The legend in a corner of <paramref name="plot"/> where it covers nothing of what <paramref name="covers"/> tells, or null.</summary>
    public LegendBox? InCornerOf(Box plot, Func<Box, bool> covers)
    {
        if (Width > 0.6 * plot.Width || Height > 0.6 * plot.Height)
            return null;
        foreach (var (right, bottom) in new[] { (true, false), (false, false), (true, true), (false, true) })
        {
            var placed = this with
            {
                X = right ? plot.Right - Inset - Width : plot.X + Inset,
                Y = bottom ? plot.Bottom - Inset - Height : plot.Y + Inset,
                Inside = true,
                AtRight = right,
                AtBottom = bottom,
            };
            if (!covers(placed.Box.Grow(Inset - 2)))
                return placed;
        }
        return null;
    }
}
