using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>
/// JSON exactly as Jupyter writes notebooks: keys sorted, one space of indentation, nothing escaped that need not be. So a notebook that
/// Jupyter saved and we save differs only where it changed.
/// </summary>
static class CanonicalJson
{
    /// <summary><paramref name="node"/> as text, without a newline at its end.</summary>
    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Append(text, node, 0);
        return text.ToString();
    }

    static void Append(StringBuilder text, JsonNode? node, int depth)
    {
        switch (node)
        {
            case null: text.Append("null"); break;
            case JsonObject { Count: 0 }: text.Append("{}"); break;
            case JsonArray { Count: 0 }: text.Append("[]"); break;
            case JsonObject members: Append(text, members, depth); break;
            case JsonArray items: Append(text, items, depth); break;
            default: Append(text, (JsonValue)node); break;
        }
    }

    static void Append(StringBuilder text, JsonObject members, int depth)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, value) in members.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            Break(text, ref first, depth + 1);
            Append(text, key);
            text.Append(": ");
            Append(text, value, depth + 1);
        }
        text.Append('\n').Append(' ', depth).Append('}');
    }

    static void Append(StringBuilder text, JsonArray items, int depth)
    {
        text.Append('[');
        var first = true;
        foreach (var item in items)
        {
            Break(text, ref first, depth + 1);
            Append(text, item, depth + 1);
        }
        text.Append('\n').Append(' ', depth).Append(']');
    }

    static void Break(StringBuilder text, ref bool first, int depth)
    {
        if (!first) text.Append(',');
        first = false;
        text.Append('\n').Append(' ', depth);
    }

    static void Append(StringBuilder text, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String: Append(text, value.GetValue<string>()); break;
            case JsonValueKind.Number when value.TryGetValue<JsonElement>(out var element): text.Append(element.GetRawText()); break;
            case JsonValueKind.Number when value.TryGetValue<double>(out var number): text.Append(Number(number)); break;
            default: text.Append(value.ToJsonString()); break;
        }
    }

    // Python writes 1.0, not 1, for a float, and 1e-05, not 1E-05.
    static string Number(double number)
    {
        if (!double.IsFinite(number)) throw new ArgumentException($"JSON has no {number.ToString(CultureInfo.InvariantCulture)}; write it as text.");
        var digits = number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return digits.AsSpan().IndexOfAny('.', 'e') < 0 ? digits + ".0" : digits;
    }

    static void Append(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ': text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"); break;
                // Half a pair is no character: UTF-8 cannot carry it.
                case var _ when char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]): text.Append(c).Append(value[++i]); break;
                case var _ when char.IsSurrogate(c): text.Append('\ufffd'); break;
                default: text.Append(c); break;
            }
        }
        text.Append('"');
    }
}
