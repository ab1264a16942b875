using System.Net;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A cell's outputs as HTML, each in the form that a page without scripts shows best.</summary>
static class OutputView
{
    // Plotly's JSON needs a script to be seen; a figure brings its picture along.
    static readonly string[] Preference = [Mime.Png, "image/jpeg", "image/gif", "image/webp", Mime.Svg, Mime.Html, Mime.Markdown, "text/latex", "application/json", Mime.Text];

    public static string ToHtml(Output output) => output switch
    {
        StreamOutput stream => $"<pre class=\"stream {(stream.Name == "stderr" ? "stderr" : "stdout")}\">{AnsiText.ToHtml(stream.Text.TrimEnd('\n'))}</pre>",
        ErrorOutput error => $"<pre class=\"error\">{AnsiText.ToHtml(error.Traceback.Count > 0 ? string.Join('\n', error.Traceback) : $"{error.Name}: {error.Message}")}</pre>",
        DisplayOutput display => Show(display.Data, display.Metadata),
        _ => "",
    };

    static string Show(JsonObject data, JsonObject metadata)
    {
        var type = Preference.FirstOrDefault(data.ContainsKey);
        var text = type is null ? null : Lines.Join(data[type]) ?? data[type]?.ToJsonString();
        var alt = WebUtility.HtmlEncode(Alt(data, metadata));
        return type switch
        {
            null or _ when text is null => "",
            Mime.Svg => $"<figure><img alt=\"{alt}\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}\"></figure>",
            Mime.Html => $"<div class=\"html\">{HtmlSanitizer.Sanitize(text)}</div>",
            // Its formulae are in dollars, as in prose.
            Mime.Markdown or "text/latex" => $"<div class=\"html\">{Prose.ToHtml(text)}</div>",
            _ when type!.StartsWith("image/", StringComparison.Ordinal) => $"<figure><img alt=\"{alt}\"{Width(metadata, type)} src=\"data:{type};base64,{Base64(text)}\"></figure>",
            _ => $"<pre class=\"value\">{AnsiText.ToHtml(text)}</pre>",
        };
    }

    static string Alt(JsonObject data, JsonObject metadata) =>
        (metadata["alt"] is JsonValue noted && noted.TryGetValue<string>(out var alt) ? alt : Lines.Join(data[Mime.Text])) is { Length: > 0 } text
            ? AnsiText.Strip(text).Trim() : "Figure";

    static string Width(JsonObject metadata, string type) =>
        metadata[type] is JsonObject about && about["width"] is JsonValue value && value.TryGetValue<int>(out var width) ? FormattableString.Invariant($" width=\"{width}\"") : "";

    static string Base64(string text) => string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '='));
}
