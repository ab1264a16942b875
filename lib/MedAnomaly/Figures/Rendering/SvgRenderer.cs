namespace MedAnomaly.Figures.Rendering;

/// <summary>Draws a figure as SVG: white ground, thin axes, grid behind the data, labels that do not touch.</summary>
sealed class SvgRenderer
{
    readonly SvgWriter svg = new();
    readonly Figure figure;
    readonly FigureGeometry geometry;

    SvgRenderer(Figure figure) => (this.figure, geometry) = (figure, FigureGeometry.Of(figure));

    public static Drawing Draw(Figure figure) => new SvgRenderer(figure).Draw();

    Drawing Draw()
    {
        var (width, height) = (SvgWriter.Number(geometry.Width), SvgWriter.Number(geometry.Height));
        svg.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("width", width), ("height", height), ("viewBox", $"0 0 {width} {height}"),
            ("role", "img"), ("font-family", FontMetrics.Families));
        svg.Text("desc", figure.AltText);
        svg.Rectangle(new(0, 0, geometry.Width, geometry.Height), ("fill", Palette.Paper.ToString()));
        Titles();
        foreach (var plot in geometry.Subplots)
            Subplot(plot);
        if (geometry.Legend is { } legend)
            Legend(legend);
        svg.Close("svg");
        return new(svg.ToString(), geometry.Size.Width, geometry.Size.Height);
    }

    void Titles()
    {
        var y = Style.Padding;
        foreach (var line in geometry.TitleLines)
            y = Line(line, geometry.TitleX, y, new(Style.TitleSize, Palette.Ink, Bold: true));
        foreach (var line in geometry.SubtitleLines)
            y = Line(line, geometry.TitleX, y, new(Style.SubtitleSize, Palette.Muted));
    }

    double Line(string text, double x, double top, TextStyle style)
    {
        svg.Label(new(text), x, top + style.Size * Style.LineHeight / 2, style);
        return top + style.Size * Style.LineHeight;
    }

    void Subplot(PlacedSubplot plot)
    {
        var area = plot.Area;
        Grid(plot);
        var clip = $"plot{plot.Index}";
        svg.Open("clipPath", ("id", clip));
        // A line along the plot's edge keeps its full width.
        svg.Rectangle(area.Grow(plot.Subplot.Aspect is null || plot.X.Axis.ShowTicks ? 1.5 : 0));
        svg.Close("clipPath");
        svg.Open("g", ("clip-path", $"url(#{clip})"));
        var painter = new TracePainter(svg, figure, plot);
        foreach (var trace in figure.Data.Where(trace => trace.Subplot == plot.Index))
            painter.Draw(trace);
        svg.Close("g");
        References(plot);
        if (plot.X.Axis.ShowTicks)
            Horizontal(plot.X, area);
        AxisTitle(plot.X, area);
        if (plot.Y.Axis.ShowTicks)
            Vertical(plot.Y, area.X, area, left: true);
        AxisTitle(plot.Y, area);
        var y = plot.TitleTop;
        foreach (var line in plot.TitleLines)
            y = Line(line, area.MiddleX, y, new(Style.SubplotTitleSize, Palette.Ink, TextAnchor.Middle));
        if (plot.Subplot.ColorBar is { } bar)
            ColorBar(bar, plot);
    }

    void Grid(PlacedSubplot plot)
    {
        var area = plot.Area;
        if (plot.X.Axis is { ShowGrid: true, ShowTicks: true } && plot.X.Domain.Categories is null)
        {
            foreach (var mark in plot.X.Ticks.Marks.Where(mark => !mark.Minor))
                svg.Line(plot.X.Pixel(mark.Value), area.Y, plot.X.Pixel(mark.Value), area.Bottom, Palette.GridLine, Style.GridWidth);
        }
        if (plot.Y.Axis is { ShowGrid: true, ShowTicks: true } && plot.Y.Domain.Categories is null)
        {
            foreach (var mark in plot.Y.Ticks.Marks.Where(mark => !mark.Minor))
                svg.Line(area.X, plot.Y.Pixel(mark.Value), area.Right, plot.Y.Pixel(mark.Value), Palette.GridLine, Style.GridWidth);
        }
    }

    void Horizontal(PlacedAxis axis, Box area)
    {
        svg.Line(area.X, area.Bottom, area.Right, area.Bottom, Palette.Ink, Style.AxisWidth);
        var top = area.Bottom + Style.TickLength + 4;
        if (axis.Domain.Categories is { } categories)
        {
            for (var i = 0; i < categories.Count; i += axis.Every)
            {
                var x = axis.Pixel(i);
                if (axis.Angle != 0)
                {
                    svg.Label(new(axis.Names[i][0]), x + 3, top + 4, new(Style.TickSize, Palette.Ink, TextAnchor.End, Angle: axis.Angle));
                    continue;
                }
                var y = top;
                foreach (var line in axis.Names[i])
                    y = Line(line, x, y, new(Style.TickSize, Palette.Ink, TextAnchor.Middle));
            }
            if (axis.Domain.Min < 0 && figure.Data.OfType<BarTrace>().Any(bars => !bars.Horizontal))
                ZeroLine(area);
            return;
        }
        foreach (var mark in axis.Ticks.Marks)
        {
            var x = axis.Pixel(mark.Value);
            svg.Line(x, area.Bottom, x, area.Bottom + (mark.Minor ? 0.6 : 1) * Style.TickLength, Palette.Ink, Style.AxisWidth);
            if (!mark.Minor)
                svg.Label(mark.Label, x, top + Style.TickSize / 2, new(Style.TickSize, Palette.Ink, TextAnchor.Middle));
        }
        if (axis.Ticks.Factor is { } factor)
            svg.Label(factor, area.Right, area.Bottom + axis.LabelDepth + Style.TickSize, new(Style.TickSize, Palette.Ink, TextAnchor.End));
    }

    // Bars that reach below zero stand on a line of their own.
    void ZeroLine(Box area)
    {
        var y = geometry.Subplots.First(plot => plot.Area == area).Y;
        // The chart beside bars may be one of categories, whose place 0 is the middle of the first.
        if (y.Domain.Categories is null && !y.Domain.Log && y.Domain.Min < 0 && y.Domain.Max > 0)
            svg.Line(area.X, y.Pixel(0), area.Right, y.Pixel(0), Palette.Ink, Style.AxisWidth);
    }

    void Vertical(PlacedAxis axis, double x, Box area, bool left)
    {
        var out_ = left ? -1 : 1;
        var anchor = left ? TextAnchor.End : TextAnchor.Start;
        if (left)
            svg.Line(x, area.Y, x, area.Bottom, Palette.Ink, Style.AxisWidth);
        var at = x + out_ * (Style.TickLength + 4);
        if (axis.Domain.Categories is { } categories)
        {
            for (var i = 0; i < categories.Count; i += axis.Every)
            {
                var lines = axis.Names[i];
                var y = axis.Pixel(i) - lines.Count * Style.TickSize * Style.LineHeight / 2;
                foreach (var line in lines)
                    y = Line(line, at, y, new(Style.TickSize, Palette.Ink, anchor));
            }
            return;
        }
        foreach (var mark in axis.Ticks.Marks)
        {
            var y = axis.Pixel(mark.Value);
            svg.Line(x, y, x + out_ * (mark.Minor ? 0.6 : 1) * Style.TickLength, y, Palette.Ink, Style.AxisWidth);
            if (!mark.Minor)
                svg.Label(mark.Label, at, y, new(Style.TickSize, Palette.Ink, anchor));
        }
        if (axis.Ticks.Factor is { } factor)
            svg.Label(factor, x, area.Y - Style.TickSize * 0.9, new(Style.TickSize, Palette.Ink));
    }

    void AxisTitle(PlacedAxis axis, Box area)
    {
        var style = new TextStyle(Style.AxisTitleSize, Palette.Ink, TextAnchor.Middle);
        var step = Style.AxisTitleSize * Style.LineHeight;
        var lines = axis.TitleLines;
        for (var i = 0; i < lines.Count; i++)
        {
            if (axis.Vertical)
                svg.Label(new(lines[i]), area.X - axis.LabelDepth - 6 - (lines.Count - i - 0.5) * step, area.MiddleY, style with { Angle = -90 });
            else
                svg.Label(new(lines[i]), area.MiddleX, area.Bottom + axis.LabelDepth + 6 + (i + 0.5) * step, style);
        }
    }

    void References(PlacedSubplot plot)
    {
        var area = plot.Area;
        foreach (var line in plot.Subplot.ReferenceLines)
        {
            if (line.Vertical)
                svg.Line(plot.X.Pixel(line.At), area.Y, plot.X.Pixel(line.At), area.Bottom, line.Line.Color, line.Line.Width, line.Line.Dash);
            else
                svg.Line(area.X, plot.Y.Pixel(line.At), area.Right, plot.Y.Pixel(line.At), line.Line.Color, line.Line.Width, line.Line.Dash);
        }
        foreach (var label in plot.Labels)
            svg.Label(new(label.Line.Label!), label.X, label.Y, new(Style.NoteSize, label.Line.Line.Color, label.Anchor) { Halo = !label.Line.Vertical });
    }

    void ColorBar(ColorBar bar, PlacedSubplot plot)
    {
        var box = plot.ColorBar;
        var gradient = $"scale{plot.Index}";
        svg.Open("linearGradient", ("id", gradient), ("x1", "0"), ("y1", "1"), ("x2", "0"), ("y2", "0"));
        foreach (var (at, color) in bar.Scale.Stops)
            svg.Empty("stop", ("offset", SvgWriter.Number(at)), ("stop-color", color.ToString()));
        svg.Close("linearGradient");
        svg.Rectangle(box, ("fill", $"url(#{gradient})"));
        var axis = ColorBarGeometry.Axis(bar, box.Height) with { Start = box.Y };
        Vertical(axis, box.Right, box, left: false);
        var lines = axis.TitleLines;
        var step = Style.AxisTitleSize * Style.LineHeight;
        for (var i = 0; i < lines.Count; i++)
        {
            svg.Label(new(lines[i]), box.Right + axis.LabelDepth + 6 + (i + 0.5) * step, box.MiddleY,
                new(Style.AxisTitleSize, Palette.Ink, TextAnchor.Middle, Angle: -90));
        }
    }

    void Legend(LegendBox legend)
    {
        if (legend.Inside)
            svg.Rectangle(legend.Box.Grow(4), ("fill", Palette.Paper.WithOpacity(0.85).ToString()));
        var painter = new TracePainter(svg, figure, geometry.Subplots[0]);
        var tops = legend.RowTops;
        for (var i = 0; i < legend.Entries.Count; i++)
        {
            var (trace, lines) = legend.Entries[i];
            var x = legend.X + i % legend.Columns * (legend.ColumnWidth + LegendBox.ColumnGap);
            var y = legend.Y + tops[i / legend.Columns] + 2;
            Symbol(painter, trace, x, y + Style.LegendSize * Style.LineHeight / 2);
            foreach (var line in lines)
                y = Line(line, x + LegendBox.SymbolWidth + LegendBox.SymbolGap, y, new(Style.LegendSize, Palette.Ink));
        }
    }

    void Symbol(TracePainter painter, Trace trace, double x, double y)
    {
        switch (trace)
        {
            case ScatterTrace scatter:
                if (scatter.Fill != Fill.None)
                    svg.Rectangle(new(x, y - 5, LegendBox.SymbolWidth, 10), ("fill", scatter.FillColor.ToString()));
                if (scatter.Line is { } line)
                    svg.Line(x, y, x + LegendBox.SymbolWidth, y, line.Color, line.Width, line.Dash);
                if (scatter.Marker is { } marker)
                    painter.Marker(x + LegendBox.SymbolWidth / 2, y, marker);
                break;
            case BarTrace bars:
                svg.Rectangle(new(x + LegendBox.SymbolWidth - 14, y - 5, 14, 10), ("fill", bars.Color.ToString()));
                break;
        }
    }
}
