using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages.Sanitizing;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A cell's outputs, each in the form that a page without scripts shows best.</summary>
/// <param name="body">Where they go.</param>
/// <param name="place">Where the page lies; null where nobody knows.</param>
sealed partial class OutputView(PageBody body, PagePlace? place)
{
    const string Widget = "application/vnd.jupyter.widget-view+json";

    // What a run said on the way is rarely what a reader looks for.
    const int FoldedLines = 8;

    static readonly string[] Pictures = [Mime.Png, "image/jpeg", "image/gif", "image/webp", Mime.Svg];
    static readonly string[] Texts = [Mime.Html, Mime.Markdown, Mime.Latex, "application/json", Mime.Text];
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Adds one output of <paramref name="cell"/>.</summary>
    public void Append(Output output, Cell cell)
    {
        body.Append("<div class=\"output\">");
        switch (output)
        {
            case StreamOutput stream: Append(stream); break;
            case ErrorOutput error: Append(error); break;
            case DisplayOutput display: Append(display, cell); break;
        }
        body.Append("</div>\n");
    }

    void Append(StreamOutput stream)
    {
        var text = stream.Text.TrimEnd('\n');
        var html = $"<pre>{AnsiText.ToHtml(text)}</pre>";
        if (stream.Name != "stderr")
        {
            body.Append($"<div class=\"stream stdout\" tabindex=\"0\">{html}</div>");
            return;
        }
        var lines = text.AsSpan().Count('\n') + 1;
        var label = FormattableString.Invariant($"stderr, {lines} {(lines == 1 ? "line" : "lines")}");
        body.Append($"<details class=\"stream stderr\"{(lines > FoldedLines ? "" : " open")}><summary>{label}</summary>{html}</details>");
    }

    void Append(ErrorOutput error)
    {
        // Many a traceback begins by what the heading says.
        var trace = error.Traceback.SkipWhile(line => AnsiText.Strip(line).Trim() == $"{error.Name}: {error.Message}").ToList();
        body.Append($"<div class=\"error\" role=\"group\" aria-label=\"Error\"><p><strong>{Encode(error.Name)}</strong> {Encode(error.Message)}</p>")
            .Append(trace.Count > 0 ? $"<pre>{AnsiText.ToHtml(string.Join('\n', trace))}</pre></div>" : "</div>");
    }

    void Append(DisplayOutput display, Cell cell)
    {
        var data = display.Data;
        if (Pictures.FirstOrDefault(data.ContainsKey) is { } picture) AppendFigure(display, picture, cell);
        else if (data[Mime.Plotly] is { } plotly) AppendFigure(Alt(display, cell), picture: null, plotly, size: "");
        else if (data.ContainsKey(Widget)) AppendNote("An interactive element, which works in a running notebook only.", data);
        else if (data.ContainsKey(Mime.JavaScript) && !data.ContainsKey(Mime.Html)) AppendNote("A script, which pages do not run.", data);
        else if (Texts.FirstOrDefault(data.ContainsKey) is { } text) AppendText(text, data);
        else if (data.Count > 0) AppendNote($"An output of the type {string.Join(", ", data.Select(form => form.Key))}, which pages do not show.", data);
    }

    void AppendFigure(DisplayOutput display, string type, Cell cell)
    {
        var content = Lines.Join(display.Data[type]);
        var picture = content is null ? null
            : type == Mime.Svg ? Picture.Of(System.Text.Encoding.UTF8.GetBytes(content)) : Picture.OfBase64(content);
        if (picture is null) AppendNote($"A picture ({type}) whose contents are damaged.", display.Data);
        else AppendFigure(Alt(display, cell), picture, display.Data[Mime.Plotly], Size(display.Metadata[type], picture));
    }

    void AppendFigure(string alt, Picture? picture, JsonNode? plotly, string size)
    {
        var interactive = plotly is null || place?.PlotlyFrame is not { } frame ? "" : InteractiveFigure.ToHtml(plotly, place.UrlOf(frame), alt);
        var image = picture is not null ? $"<img alt=\"{Encode(alt)}\"{size} src=\"{picture.Url}\">" : $"<p class=\"note\">{Encode(alt)}</p>";
        body.Append($"<figure>{image}{interactive}</figure>");
    }

    void AppendText(string type, JsonObject data)
    {
        var text = Lines.Join(data[type]) ?? data[type]!.ToJsonString(Indented);
        switch (type)
        {
            case Mime.Html:
                var tree = HtmlSanitizer.Sanitize(text, new(place));
                if (tree.QuerySelector("img, table, hr, math") is null && string.IsNullOrWhiteSpace(tree.TextContent)) AppendEmpty(text, data);
                else body.Append("<div class=\"html\">").Append(tree).Append("</div>");
                break;
            // Its formulae are in dollars, as in prose.
            case Mime.Markdown or Mime.Latex:
                body.Append("<div class=\"html\">").Append(Prose.ToTree(text, new(place))).Append("</div>");
                break;
            default:
                body.Append($"<pre class=\"value\" tabindex=\"0\">{AnsiText.ToHtml(text)}</pre>");
                break;
        }
    }

    // Style rules alone are meant to show nothing.
    void AppendEmpty(string html, JsonObject data)
    {
        if (Script().IsMatch(html)) AppendNote("An output that only a script shows, which pages do not run.", data);
    }

    void AppendNote(string note, JsonObject data)
    {
        var text = Lines.Join(data[Mime.Text]);
        body.Append($"<p class=\"note\">{Encode(note)}{(text is null ? "" : " In words:")}</p>");
        if (text is not null) body.Append($"<pre class=\"value\" tabindex=\"0\">{AnsiText.ToHtml(text)}</pre>");
    }

    /// <summary>What a figure shows, in words: its own, or that there are none.</summary>
    public static string Alt(DisplayOutput display, Cell cell)
    {
        var words = display.Metadata["alt"] is JsonValue noted && noted.TryGetValue<string>(out var alt) ? alt : Lines.Join(display.Data[Mime.Text]);
        words = words is null ? "" : AnsiText.Strip(words).Trim();
        // <Figure size 640x480 with 1 Axes>, or a form that says nothing but its size, describes no picture.
        if (words.Length > 0 && !NoDescription().IsMatch(words)) return words;
        return cell.ExecutionCount is { } count ? FormattableString.Invariant($"{References.NoDescription}, made by cell [{count}]") : References.NoDescription;
    }

    // A notebook says how large a picture is meant to be; its own pixels are finer.
    static string Size(JsonNode? about, Picture picture)
    {
        var (width, height) = (Length(about, "width"), Length(about, "height"));
        if (width is null && height is null) (width, height) = (picture.Width, picture.Height);
        return $"{Attribute("width", width)}{Attribute("height", height)}";
    }

    static int? Length(JsonNode? about, string side) => JsonNumber.Of((about as JsonObject)?[side]) is >= 1 and <= 10_000 and double length ? (int)length : null;

    static string Attribute(string name, int? value) => value is { } number ? FormattableString.Invariant($" {name}=\"{number}\"") : "";

    static string Encode(string text) => WebUtility.HtmlEncode(text);

    [GeneratedRegex("<script", RegexOptions.IgnoreCase)]
    private static partial Regex Script();

    [GeneratedRegex(@"^(<[^<>]*>|(PNG|SVG|JPEG) image, \d+ bytes)$")]
    private static partial Regex NoDescription();
}
