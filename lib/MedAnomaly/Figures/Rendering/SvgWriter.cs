using System.Globalization;
using System.Text;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Writes SVG elements; every number has at most two decimals and a point, in every culture.</summary>
sealed class SvgWriter
{
    readonly StringBuilder svg = new();

    /// <summary>A number as SVG writes it.</summary>
    public static string Number(double value) => Math.Round(value, 2) is var rounded && rounded == 0
        ? "0"
        : rounded.ToString("0.##", CultureInfo.InvariantCulture);

    public void Open(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(element, attributes);
        svg.Append(">\n");
    }

    public void Close(string element) => svg.Append("</").Append(element).Append(">\n");

    public void Empty(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(element, attributes);
        svg.Append("/>\n");
    }

    /// <summary>An element that holds text.</summary>
    public void Text(string element, string content, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(element, attributes);
        svg.Append('>');
        Escape(content);
        Close(element);
    }

    public void Rectangle(Box box, params ReadOnlySpan<(string Name, string Value)> attributes) => Empty("rect",
        [("x", Number(box.X)), ("y", Number(box.Y)), ("width", Number(box.Width)), ("height", Number(box.Height)), .. attributes]);

    public void Line(double x1, double y1, double x2, double y2, Color color, double width, Dash dash = Dash.Solid) => Empty("path",
        [("d", $"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}"), .. Stroke(color, width, dash)]);

    /// <summary>A label whose text may end in a superscript; <paramref name="y"/> is the middle of its capitals.</summary>
    public void Label(Label label, double x, double y, TextStyle style)
    {
        var baseline = y + FontMetrics.CapHeight / 2 * style.Size;
        Start("text",
        [
            ("x", Number(x)), ("y", Number(baseline)), ("font-size", Number(style.Size)), ("fill", style.Color.ToString()),
            .. style.Anchor == TextAnchor.Start ? [] : new[] { ("text-anchor", style.Anchor == TextAnchor.Middle ? "middle" : "end") },
            .. style.Bold ? [("font-weight", "bold")] : Array.Empty<(string, string)>(),
            .. style.Halo ? [("stroke", Palette.Paper.ToString()), ("stroke-width", "3"), ("stroke-linejoin", "round"), ("paint-order", "stroke")] : Array.Empty<(string, string)>(),
            .. style.Angle == 0 ? [] : new[] { ("transform", $"rotate({Number(style.Angle)} {Number(x)} {Number(y)})") },
        ]);
        svg.Append('>');
        Escape(label.Text);
        if (label.Superscript.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<tspan font-size=\"{Number(Rendering.Label.SuperscriptScale * style.Size)}\" dy=\"{Number(-0.38 * style.Size)}\">");
            Escape(label.Superscript);
            svg.Append("</tspan>");
        }
        svg.Append("</text>\n");
    }

    public static (string, string)[] Stroke(Color color, double width, Dash dash = Dash.Solid)
    {
        var stroke = new[] { ("fill", "none"), ("stroke", color.ToString()), ("stroke-width", Number(width)) };
        return dash == Dash.Solid ? stroke : [.. stroke, ("stroke-dasharray", string.Join(' ', DashLengths(width, dash).Select(Number)))];
    }

    /// <summary>The lengths of dashes and gaps in turn; none for a solid line.</summary>
    public static double[] DashLengths(double width, Dash dash) => dash switch
    {
        Dash.Solid => [],
        Dash.Dot => [width, 2 * width],
        Dash.Dash => [4 * width, 2.5 * width],
        _ => [5 * width, 2 * width, width, 2 * width],
    };

    public override string ToString() => svg.ToString();

    void Start(string element, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        svg.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            svg.Append(' ').Append(name).Append("=\"");
            Escape(value);
            svg.Append('"');
        }
    }

    // Control characters and lone surrogates are no XML, escaped or not: they become the replacement character.
    void Escape(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&': svg.Append("&amp;"); break;
                case '<': svg.Append("&lt;"); break;
                case '>': svg.Append("&gt;"); break;
                case '"': svg.Append("&quot;"); break;
                case < 0x20 and not '\t' or 0xfffe or 0xffff: svg.Append('\ufffd'); break;
                default: svg.Append(rune); break;
            }
        }
    }
}
