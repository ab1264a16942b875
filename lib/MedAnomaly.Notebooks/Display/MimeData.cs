using System.Text.Json;
using System.Text.Json.Nodes;
using MedAnomaly.Figures;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Display;

/// <summary>A value as a front end receives it: its forms by MIME type, and metadata about them.</summary>
/// <param name="Data">Text, or JSON for JSON types; always with <c>text/plain</c>.</param>
/// <param name="Metadata">What a front end wants to know, such as an image's size.</param>
public sealed record MimeData(JsonObject Data, JsonObject Metadata)
{
    /// <summary>One form and its plain text.</summary>
    public static MimeData Of(string mime, string content, string plain)
    {
        var data = new JsonObject { [mime] = Node(mime, content) };
        data[Mime.Text] ??= plain;
        return new(data, []);
    }

    /// <summary>What a figure, table or image of the library shows.</summary>
    public static MimeData Of(IMimeBundle bundle)
    {
        var forms = bundle.MimeBundle();
        if (!forms.ContainsKey(Mime.Text)) throw new ArgumentException($"{bundle.GetType()} shows no {Mime.Text}; IMimeBundle demands it.");
        var metadata = bundle.DisplaySize is { } size && forms.ContainsKey(Mime.Png)
            ? new JsonObject { [Mime.Png] = new JsonObject { ["height"] = size.Height, ["width"] = size.Width } }
            : [];
        return new(new(forms.Select(form => KeyValuePair.Create(form.Key, Node(form.Key, form.Value)))), metadata);
    }

    internal static JsonNode? Node(string mime, string content)
    {
        if (!Mime.IsJson(mime)) return JsonValue.Create(content);
        try
        {
            return JsonNode.Parse(content);
        }
        catch (JsonException fault)
        {
            throw new ArgumentException($"A value shows {mime} that is not JSON: {fault.Message}", fault);
        }
    }
}
