using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MedAnomaly.Figures.Rendering;

/// <summary>
/// Writes a figure as plotly's JSON. Places are the pixels of <see cref="FigureGeometry"/> as fractions of the whole figure, with no
/// margin, so that the browser puts everything where the image has it.
/// </summary>
sealed class PlotlyJson
{
    static readonly JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Utf8JsonWriter json;
    readonly Figure figure;
    readonly FigureGeometry geometry;

    PlotlyJson(Utf8JsonWriter json, Figure figure) => (this.json, this.figure, geometry) = (json, figure, FigureGeometry.Of(figure));

    public static string Write(Figure figure)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
            new PlotlyJson(json, figure).Write();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    void Write()
    {
        json.WriteStartObject();
        json.WriteStartArray("data");
        var traces = new PlotlyTraces(json, figure, geometry);
        foreach (var trace in figure.Data)
            traces.Write(trace);
        foreach (var plot in geometry.Subplots.Where(plot => plot.Subplot.ColorBar is not null))
            traces.WriteColorBar(plot);
        json.WriteEndArray();
        Layout();
        json.WriteEndObject();
    }

    void Layout()
    {
        json.WriteStartObject("layout");
        json.WriteNumber("width", (int)geometry.Width);
        json.WriteNumber("height", (int)geometry.Height);
        Object("margin", () =>
        {
            foreach (var side in new[] { "l", "r", "t", "b", "pad" })
                json.WriteNumber(side, 0);
        });
        Font("font", Style.TickSize, Palette.Ink);
        json.WriteString("paper_bgcolor", Palette.Paper.ToString());
        json.WriteString("plot_bgcolor", Palette.Paper.ToString());
        json.WriteString("hovermode", "closest");
        // Keys that nothing uses would be errors to plotly's own validation, here and in the axes.
        if (figure.Data.Any(trace => trace is BarTrace))
        {
            json.WriteString("barmode", figure.Layout.BarMode == BarMode.Group ? "group" : "overlay");
            json.WriteNumber("bargap", 0.2);
        }
        json.WriteBoolean("showlegend", geometry.Legend is not null);
        if (geometry.Legend is { } legend)
            Legend(legend);
        foreach (var plot in geometry.Subplots)
        {
            AxisObject(plot, plot.X, plot.Area.X / geometry.Width, plot.Area.Right / geometry.Width);
            AxisObject(plot, plot.Y, 1 - plot.Area.Bottom / geometry.Height, 1 - plot.Area.Y / geometry.Height);
        }
        ReferenceShapes();
        Annotations();
        json.WriteEndObject();
    }

    void Legend(LegendBox legend) => Object("legend", () =>
    {
        Number("x", (legend.AtRight ? legend.Box.Right : legend.X) / geometry.Width);
        json.WriteString("xanchor", legend.AtRight ? "right" : "left");
        Number("y", 1 - (legend.AtBottom ? legend.Box.Bottom : legend.Y) / geometry.Height);
        json.WriteString("yanchor", legend.AtBottom ? "bottom" : "top");
        json.WriteString("orientation", legend.Horizontal ? "h" : "v");
        json.WriteString("bgcolor", Palette.Paper.WithOpacity(0.85).ToString());
        Font("font", Style.LegendSize, Palette.Ink);
    });

    void AxisObject(PlacedSubplot plot, PlacedAxis axis, double from, double to) => Object(Id(axis.Vertical ? "yaxis" : "xaxis", plot.Index), () =>
    {
        json.WriteString("anchor", Id(axis.Vertical ? "x" : "y", plot.Index));
        Numbers("domain", [from, to]);
        var domain = axis.Domain;
        json.WriteString("type", domain.Categories is not null ? "category" : domain.Log ? "log" : "linear");
        Numbers("range", domain.Reversed ? [domain.Max, domain.Min] : [domain.Min, domain.Max]);
        json.WriteBoolean("zeroline", false);
        Lines(axis);
        if (domain.Categories is { } categories)
        {
            Strings("categoryarray", categories);
            json.WriteString("tickmode", "array");
            var shown = Enumerable.Range(0, categories.Count).Where(i => i % axis.Every == 0).ToArray();
            Numbers("tickvals", [.. shown.Select(i => (double)i)]);
            Strings("ticktext", shown.Select(i => string.Join("<br>", axis.Names[i].Select(Escape))));
            Number("tickangle", axis.Angle);
        }
        if (axis.TitleLines.Count > 0)
        {
            Object("title", () =>
            {
                json.WriteString("text", string.Join("<br>", axis.TitleLines.Select(Escape)));
                Font("font", Style.AxisTitleSize, Palette.Ink);
                Number("standoff", 6);
            });
        }
        if (!axis.Vertical && plot.Subplot.Aspect is not null && figure.Data.Any(trace => trace is ImageTrace && trace.Subplot == plot.Index))
        {
            json.WriteString("scaleanchor", Id("y", plot.Index));
            json.WriteString("constrain", "domain");
        }
    });

    void Lines(PlacedAxis axis)
    {
        var ticks = axis.Axis.ShowTicks;
        var numeric = ticks && axis.Domain.Categories is null;
        json.WriteBoolean("showgrid", numeric && axis.Axis.ShowGrid);
        if (numeric && axis.Axis.ShowGrid)
        {
            json.WriteString("gridcolor", Palette.GridLine.ToString());
            Number("gridwidth", Style.GridWidth);
        }
        json.WriteBoolean("showline", ticks);
        if (ticks)
            json.WriteString("linecolor", Palette.Ink.ToString());
        json.WriteBoolean("showticklabels", ticks);
        json.WriteString("ticks", numeric ? "outside" : "");
        if (!numeric)
            return;
        Number("ticklen", Style.TickLength);
        NumberFormat(json);
        // One label a decade, as in the image; plotly would add small digits between.
        if (axis.Domain.Log && axis.Domain.Max - axis.Domain.Min >= 2)
            Number("dtick", axis.Ticks.Decades);
        else if (axis.Domain is { Whole: true, Log: false } && axis.Ticks.Marks is [var first, var second, ..] && second.Value - first.Value == 1)
            Number("dtick", 1);
    }

    public static void NumberFormat(Utf8JsonWriter json)
    {
        json.WriteString("exponentformat", "power");
        json.WriteNumber("minexponent", 5);
        json.WriteBoolean("separatethousands", true);
    }

    void ReferenceShapes()
    {
        json.WriteStartArray("shapes");
        foreach (var plot in geometry.Subplots)
        {
            foreach (var line in plot.Subplot.ReferenceLines)
            {
                Object(null, () =>
                {
                    json.WriteString("type", "line");
                    json.WriteString("xref", Id("x", plot.Index) + (line.Vertical ? "" : " domain"));
                    json.WriteString("yref", Id("y", plot.Index) + (line.Vertical ? " domain" : ""));
                    Number(line.Vertical ? "x0" : "y0", line.At);
                    Number(line.Vertical ? "x1" : "y1", line.At);
                    Number(line.Vertical ? "y0" : "x0", 0);
                    Number(line.Vertical ? "y1" : "x1", 1);
                    PlotlyTraces.Line(json, line.Line);
                });
            }
        }
        json.WriteEndArray();
    }

    void Annotations()
    {
        json.WriteStartArray("annotations");
        Title();
        foreach (var plot in geometry.Subplots)
        {
            foreach (var label in plot.Labels)
                Annotation(Escape(label.Line.Label!), label.X, label.Y, Style.NoteSize, label.Line.Line.Color, label.Anchor == TextAnchor.Middle ? "center" : "right", "middle");
            if (plot.TitleLines.Count > 0)
            {
                var text = string.Join("<br>", plot.TitleLines.Select(Escape));
                Annotation(text, plot.Area.MiddleX, plot.TitleTop, Style.SubplotTitleSize, Palette.Ink, "center", "top");
            }
            foreach (var map in figure.Data.OfType<HeatmapTrace>().Where(map => map.Subplot == plot.Index && map.Text is not null))
                CellTexts(map, plot);
        }
        json.WriteEndArray();
    }

    // plotly's own title would cut off the first of several lines.
    void Title()
    {
        var lines = geometry.TitleLines.Select(line => $"<b>{Escape(line)}</b>")
            .Concat(geometry.SubtitleLines.Select(line => $"<span style=\"font-size:{Style.SubtitleSize}px;color:{Palette.Muted}\">{Escape(line)}</span>"));
        if (string.Join("<br>", lines) is { Length: > 0 } text)
            Annotation(text, geometry.TitleX, Style.Padding - 2, Style.TitleSize, Palette.Ink, "left", "top");
    }

    void CellTexts(HeatmapTrace map, PlacedSubplot plot)
    {
        for (var row = 0; row < map.Rows; row++)
        {
            for (var column = 0; column < map.Columns; column++)
            {
                var ink = Raster.ColorOf(map.Z[row, column], map.Scale, map.ZMin, map.ZMax).Ink;
                var lines = map.Text![row, column].Split('\n').Select(Escape).ToArray();
                var text = lines.Length == 1 ? lines[0] : $"<b>{lines[0]}</b><br>{string.Join("<br>", lines[1..])}";
                Annotation(text, plot.X.Pixel(column), plot.Y.Pixel(row), Style.SubplotTitleSize, ink, "center", "middle");
            }
        }
    }

    void Annotation(string text, double x, double y, double size, Color color, string xanchor, string yanchor) => Object(null, () =>
    {
        json.WriteString("text", text);
        json.WriteString("xref", "paper");
        json.WriteString("yref", "paper");
        Number("x", x / geometry.Width);
        Number("y", 1 - y / geometry.Height);
        json.WriteString("xanchor", xanchor);
        json.WriteString("yanchor", yanchor);
        json.WriteString("align", xanchor);
        json.WriteBoolean("showarrow", false);
        Font("font", size, color);
    });

    void Font(string name, double size, Color color) => Font(json, name, size, color);

    public static void Font(Utf8JsonWriter json, string name, double size, Color color)
    {
        json.WriteStartObject(name);
        json.WriteString("family", FontMetrics.Families);
        json.WriteNumber("size", size);
        json.WriteString("color", color.ToString());
        json.WriteEndObject();
    }

    void Object(string? name, Action content)
    {
        if (name is null)
            json.WriteStartObject();
        else
            json.WriteStartObject(name);
        content();
        json.WriteEndObject();
    }

    void Number(string name, double value) => json.WriteNumber(name, value);

    void Numbers(string name, IReadOnlyList<double> values) => Numbers(json, name, values);

    /// <summary>Numbers with as many digits as tell them apart on an axis, at least six; null for NaN.</summary>
    public static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<double> values)
    {
        json.WriteStartArray(name);
        Numbers(json, values);
        json.WriteEndArray();
    }

    /// <summary>The elements of an array, as <see cref="Numbers(Utf8JsonWriter, string, IReadOnlyList{double})"/> writes them.</summary>
    public static void Numbers(Utf8JsonWriter json, IReadOnlyList<double> values)
    {
        var (least, greatest) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(double.IsFinite))
            (least, greatest) = (Math.Min(least, value), Math.Max(greatest, value));
        var size = Math.Max(Math.Abs(least), Math.Abs(greatest));
        var digits = greatest > least ? (int)Math.Clamp(Math.Ceiling(Math.Log10(size / (greatest - least))) + 5, 6, 17) : 15;
        var format = $"G{digits.ToString(CultureInfo.InvariantCulture)}";
        foreach (var value in values)
            json.WriteRawValue(double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "null", skipInputValidation: true);
    }

    void Strings(string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>plotly numbers its axes x, x2, x3…</summary>
    public static string Id(string prefix, int subplot) => subplot == 0 ? prefix : prefix + (subplot + 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>plotly reads a few HTML tags in texts; what a user wrote stays text.</summary>
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
