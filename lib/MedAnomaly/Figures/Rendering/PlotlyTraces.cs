using System.Text.Json;
using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Writes traces as plotly's JSON.</summary>
sealed class PlotlyTraces(Utf8JsonWriter json, Figure figure, FigureGeometry geometry)
{
    // All images of a figure together; base64 makes 4 bytes of 3.
    const int ImageBytes = 50_000, LargestSide = 512, SmallestSide = 48, Colors = 64, MostCells = 96;

    readonly HashSet<string> named = new(StringComparer.Ordinal);
    readonly Dictionary<ImageTrace, (byte[] Png, int Width, int Height)> images = Images(figure);

    public void Write(Trace trace)
    {
        json.WriteStartObject();
        switch (trace)
        {
            case ScatterTrace scatter: Scatter(scatter); break;
            case BarTrace bars: Bars(bars); break;
            case BoxTrace box: Box(box); break;
            case HeatmapTrace map: Heatmap(map); break;
            case ImageTrace image: Image(image); break;
            default: throw new ArgumentException($"{trace.GetType().Name} has no plotly form.", nameof(trace));
        }
        if (trace.Name is { Length: > 0 } name)
            json.WriteString("name", LegendName(name));
        if (trace is ScatterTrace or BarTrace)
            json.WriteBoolean("showlegend", trace.ShowLegend && trace.Name is { Length: > 0 } legend && named.Add(legend));
        json.WriteString("xaxis", PlotlyJson.Id("x", trace.Subplot));
        json.WriteString("yaxis", PlotlyJson.Id("y", trace.Subplot));
        json.WriteEndObject();
    }

    string LegendName(string name)
    {
        var lines = geometry.Legend?.Entries.FirstOrDefault(entry => entry.Trace.Name == name).Lines ?? name.Split('\n');
        return string.Join("<br>", lines.Select(PlotlyJson.Escape));
    }

    void Scatter(ScatterTrace scatter)
    {
        json.WriteString("type", "scatter");
        var kept = Polyline.Visible(scatter, geometry.Subplots[scatter.Subplot]);
        Values("x", scatter.X, kept);
        Values("y", scatter.Y, kept);
        json.WriteString("mode", (scatter.Line, scatter.Marker) switch { (null, null) => "none", (_, null) => "lines", (null, _) => "markers", _ => "lines+markers" });
        if (scatter.Line is { } line)
            Line(json, line);
        if (scatter.Marker is { } marker)
        {
            json.WriteStartObject("marker");
            json.WriteString("color", marker.Color.ToString());
            json.WriteNumber("size", marker.Size);
            json.WriteString("symbol", marker.Symbol switch
            {
                MarkerSymbol.Circle => "circle",
                MarkerSymbol.Square => "square",
                MarkerSymbol.Diamond => "diamond",
                MarkerSymbol.TriangleUp => "triangle-up",
                _ => "x-thin-open",
            });
            json.WriteEndObject();
        }
        if (scatter.Fill != Fill.None)
        {
            json.WriteString("fill", scatter.Fill == Fill.ToSelf ? "toself" : "tozeroy");
            json.WriteString("fillcolor", scatter.FillColor.ToString());
            json.WriteString("hoverinfo", "skip");
        }
        if (scatter.Error is { } error)
            Error("error_y", error, scatter.Line?.Color ?? scatter.Marker?.Color ?? Palette.Ink);
    }

    void Bars(BarTrace bars)
    {
        json.WriteString("type", "bar");
        json.WriteString("orientation", bars.Horizontal ? "h" : "v");
        Values(bars.Horizontal ? "y" : "x", bars.Keys, [.. Enumerable.Range(0, bars.Keys.Count)]);
        Numbers(bars.Horizontal ? "x" : "y", bars.Values);
        json.WriteStartObject("marker");
        json.WriteString("color", bars.Color.ToString());
        json.WriteEndObject();
        if (bars.Width is { } width)
            json.WriteNumber("width", width);
        if (bars.Error is { } error)
            Error(bars.Horizontal ? "error_x" : "error_y", error, Palette.Ink);
        if (bars.Text is not { } texts)
            return;
        json.WriteStartArray("text");
        foreach (var text in texts)
            json.WriteStringValue(PlotlyJson.Escape(text));
        json.WriteEndArray();
        json.WriteString("textposition", "outside");
    }

    void Box(BoxTrace box)
    {
        var statistics = box.Statistics;
        json.WriteString("type", "box");
        json.WriteStartArray("x");
        json.WriteStringValue(box.Name ?? "");
        json.WriteEndArray();
        Numbers("q1", [statistics.Q1]);
        Numbers("median", [statistics.Median]);
        Numbers("q3", [statistics.Q3]);
        Numbers("lowerfence", [statistics.LowerFence]);
        Numbers("upperfence", [statistics.UpperFence]);
        if (statistics.Outliers.Count > 0)
        {
            json.WriteStartArray("y");
            json.WriteStartArray();
            PlotlyJson.Numbers(json, statistics.Outliers);
            json.WriteEndArray();
            json.WriteEndArray();
            json.WriteString("boxpoints", "outliers");
            json.WriteStartObject("marker");
            json.WriteString("color", box.Color.WithOpacity(0.7).ToString());
            json.WriteNumber("size", 5);
            json.WriteEndObject();
        }
        json.WriteBoolean("showlegend", false);
        json.WriteString("fillcolor", Color.Mix(Palette.Paper, box.Color, 0.3).ToString());
        Line(json, new(box.Color, 1.25));
    }

    void Heatmap(HeatmapTrace map)
    {
        json.WriteString("type", "heatmap");
        // A matrix of many values is sent as the means of its blocks; the image has them all.
        var (down, across) = ((map.Rows + MostCells - 1) / MostCells, (map.Columns + MostCells - 1) / MostCells);
        json.WriteStartArray("z");
        for (var row = 0; row < map.Rows; row += down)
        {
            json.WriteStartArray();
            PlotlyJson.Numbers(json, [.. Enumerable.Range(0, (map.Columns + across - 1) / across).Select(column => map.Mean(row, column * across, down, across))]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        Spacing("x", across);
        Spacing("y", down);
        Names("x", map.X);
        Names("y", map.Y);
        json.WriteNumber("zmin", map.ZMin);
        json.WriteNumber("zmax", map.ZMax);
        Scale("colorscale", map.Scale);
        json.WriteBoolean("showscale", false);
        if (!map.HasCells)
            return;
        json.WriteNumber("xgap", 1);
        json.WriteNumber("ygap", 1);
    }

    void Spacing(string axis, int step)
    {
        if (step == 1)
            return;
        json.WriteNumber($"{axis}0", (step - 1) / 2.0);
        json.WriteNumber($"d{axis}", step);
    }

    void Names(string axis, IReadOnlyList<string>? names)
    {
        if (names is null)
            return;
        json.WriteStartArray(axis);
        foreach (var name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    void Image(ImageTrace image)
    {
        var (png, width, height) = images[image];
        json.WriteString("type", "image");
        json.WriteString("source", Raster.DataUri(png));
        var (dx, dy) = (image.Width / (double)width, image.Height / (double)height);
        json.WriteNumber("dx", dx);
        json.WriteNumber("dy", dy);
        json.WriteNumber("x0", dx / 2 - 0.5);
        json.WriteNumber("y0", dy / 2 - 0.5);
        if (image.Smooth)
            json.WriteString("zsmooth", "fast");
        json.WriteString("hoverinfo", "x+y");
    }

    // All images of a figure share a budget. If they exceed it at their first size, how much tells by how much to reduce them.
    static Dictionary<ImageTrace, (byte[] Png, int Width, int Height)> Images(Figure figure)
    {
        var traces = figure.Data.OfType<ImageTrace>().ToArray();
        double side = LargestSide;
        for (; ; )
        {
            var encoded = new Dictionary<ImageTrace, (byte[] Png, int Width, int Height)>(ReferenceEqualityComparer.Instance);
            foreach (var trace in traces)
                encoded[trace] = Encoded(trace.Pixels, side);
            var bytes = encoded.Values.Sum(image => image.Png.Length);
            if (bytes <= ImageBytes || side <= SmallestSide)
                return encoded;
            var largest = encoded.Values.Max(image => Math.Max(image.Width, image.Height));
            side = Math.Max(SmallestSide, Math.Floor(0.95 * largest * Math.Sqrt(ImageBytes / (double)bytes)));
        }
    }

    static (byte[] Png, int Width, int Height) Encoded(Image<Rgba32> pixels, double side)
    {
        var scale = Math.Min(1, side / Math.Max(pixels.Width, pixels.Height));
        var reduced = Raster.Within(pixels, (int)Math.Round(pixels.Width * scale), (int)Math.Round(pixels.Height * scale));
        return (Png.EncodeIndexed(reduced, Colors), reduced.Width, reduced.Height);
    }

    /// <summary>A colour bar hangs on a trace; this one has no points.</summary>
    public void WriteColorBar(PlacedSubplot plot)
    {
        var bar = plot.Subplot.ColorBar!;
        json.WriteStartObject();
        json.WriteString("type", "scatter");
        json.WriteString("mode", "markers");
        Numbers("x", [double.NaN]);
        Numbers("y", [double.NaN]);
        json.WriteStartObject("marker");
        Numbers("color", [bar.Min]);
        json.WriteNumber("cmin", bar.Min);
        json.WriteNumber("cmax", bar.Max);
        Scale("colorscale", bar.Scale);
        json.WriteBoolean("showscale", true);
        json.WriteStartObject("colorbar");
        json.WriteNumber("x", plot.ColorBar.X / geometry.Width);
        json.WriteString("xanchor", "left");
        json.WriteNumber("y", 1 - plot.ColorBar.Bottom / geometry.Height);
        json.WriteString("yanchor", "bottom");
        json.WriteString("lenmode", "pixels");
        json.WriteNumber("len", plot.ColorBar.Height);
        json.WriteNumber("thickness", plot.ColorBar.Width);
        json.WriteNumber("xpad", 0);
        json.WriteNumber("ypad", 0);
        json.WriteNumber("outlinewidth", 0);
        json.WriteString("ticks", "outside");
        json.WriteNumber("ticklen", Style.TickLength);
        PlotlyJson.NumberFormat(json);
        if (bar.Title is { Length: > 0 } title)
        {
            json.WriteStartObject("title");
            json.WriteString("text", PlotlyJson.Escape(title));
            json.WriteString("side", "right");
            PlotlyJson.Font(json, "font", Style.AxisTitleSize, Palette.Ink);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteBoolean("showlegend", false);
        json.WriteString("hoverinfo", "skip");
        json.WriteString("xaxis", PlotlyJson.Id("x", plot.Index));
        json.WriteString("yaxis", PlotlyJson.Id("y", plot.Index));
        json.WriteEndObject();
    }

    void Values(string name, Column column, IReadOnlyList<int> kept)
    {
        if (column.Categories is not { } categories)
        {
            Numbers(name, [.. kept.Select(i => column.Numbers[i])]);
            return;
        }
        json.WriteStartArray(name);
        foreach (var i in kept)
            json.WriteStringValue(categories[i]);
        json.WriteEndArray();
    }

    void Numbers(string name, IReadOnlyList<double> values) => PlotlyJson.Numbers(json, name, values);

    void Error(string name, ErrorBars error, Color color)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "data");
        Numbers("array", error.Above);
        Numbers("arrayminus", error.Below);
        json.WriteString("color", color.ToString());
        json.WriteNumber("thickness", Style.ErrorWidth);
        json.WriteNumber("width", Style.ErrorCap);
        json.WriteEndObject();
    }

    void Scale(string name, ColorScale scale)
    {
        json.WriteStartArray(name);
        foreach (var (at, color) in scale.Stops)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round(at, 6));
            json.WriteStringValue(color.ToString());
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    public static void Line(Utf8JsonWriter json, LineStyle line)
    {
        json.WriteStartObject("line");
        json.WriteString("color", line.Color.ToString());
        json.WriteNumber("width", line.Width);
        if (SvgWriter.DashLengths(line.Width, line.Dash) is { Length: > 0 } lengths)
            json.WriteString("dash", string.Join(",", lengths.Select(length => SvgWriter.Number(length) + "px")));
        json.WriteEndObject();
    }
}
