using System.Buffers;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>Text as nbformat keeps it in a file: a list of lines, so that a changed line is a changed line in a diff.</summary>
static class Lines
{
    static readonly SearchValues<char> Ends = SearchValues.Create("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

    /// <summary>The lines of <paramref name="text"/>, ends kept, cut where Python's <c>splitlines</c> cuts, since Jupyter writes with it.</summary>
    public static JsonArray Split(string text)
    {
        var lines = new JsonArray();
        var start = 0;
        while (start < text.Length)
        {
            var end = text.AsSpan(start).IndexOfAny(Ends);
            end = end < 0 ? text.Length : start + end + 1;
            if (end < text.Length && text[end - 1] == '\r' && text[end] == '\n') end++;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }

    /// <summary>A string, or a list of strings joined; null for anything else.</summary>
    public static string? Join(JsonNode? node)
    {
        if (node is JsonValue value) return value.TryGetValue<string>(out var text) ? text : null;
        if (node is not JsonArray array) return null;
        var parts = new string[array.Count];
        for (var i = 0; i < parts.Length; i++)
        {
            if (array[i] is not JsonValue item || !item.TryGetValue<string>(out var part)) return null;
            parts[i] = part;
        }
        return string.Concat(parts);
    }
}
