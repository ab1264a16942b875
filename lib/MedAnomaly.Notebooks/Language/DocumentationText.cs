using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MedAnomaly.Notebooks.Language;

/// <summary>A documentation comment, to be read by people.</summary>
sealed partial class DocumentationText(XElement member)
{
    /// <summary>As plain text.</summary>
    public string ToPlain() => Write("{0}", "{0}");

    /// <summary>As Markdown.</summary>
    public string ToMarkdown() => Write("**{0}**", "`{0}`");

    string Write(string heading, string code)
    {
        var text = new StringBuilder();
        void Paragraph(string? content)
        {
            if (string.IsNullOrWhiteSpace(content)) return;
            if (text.Length > 0) text.Append("\n\n");
            text.Append(content);
        }
        void Section(string title, string name, string key)
        {
            var lines = member.Elements(name).Select(entry => $"- {string.Format(null, code, Name(entry.Attribute(key)?.Value ?? ""))}: {Flow(entry, code)}");
            var body = string.Join('\n', lines);
            if (body.Length > 0) Paragraph($"{string.Format(null, heading, title)}\n{body}");
        }

        Paragraph(Flow(member.Element("summary"), code));
        Section("Parameters", "param", "name");
        if (Flow(member.Element("returns"), code) is { Length: > 0 } returns) Paragraph($"{string.Format(null, heading, "Returns")}: {returns}");
        Section("Throws", "exception", "cref");
        Paragraph(Flow(member.Element("remarks"), code));
        return text.ToString();
    }

    static string Flow(XElement? element, string code)
    {
        if (element is null) return "";
        var text = new StringBuilder();
        Append(element, text, code);
        return BlankLines().Replace(Spaces().Replace(text.ToString(), " "), "\n").Trim();
    }

    static void Append(XElement element, StringBuilder text, string code)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText words: text.Append(Lines().Replace(words.Value, " ")); break;
                case XElement { Name.LocalName: "para" or "item" or "list" } block:
                    text.Append('\n');
                    Append(block, text, code);
                    text.Append('\n');
                    break;
                case XElement { Name.LocalName: "c" or "code" } sample: text.AppendFormat(null, code, sample.Value.Trim()); break;
                case XElement reference when Target(reference) is { } target: text.AppendFormat(null, code, target); break;
                case XElement other: Append(other, text, code); break;
            }
        }
    }

    static string? Target(XElement element) => element.Name.LocalName is "see" or "seealso" or "paramref" or "typeparamref" && element.IsEmpty
        ? (element.Attribute("cref") ?? element.Attribute("langword") ?? element.Attribute("name") ?? element.Attribute("href"))?.Value is { } value ? Name(value) : null
        : null;

    // 'M:System.Console.Write(System.String)' is read as 'Console.Write', 'T:System.String' as 'String'.
    static string Name(string reference)
    {
        if (reference is not [_, ':', .. var name]) return reference;
        var parts = Arity().Replace(name.Split('(')[0], "").Split('.');
        var take = reference[0] is 'T' or '!' or 'N' ? 1 : 2;
        return string.Join('.', parts[Math.Max(0, parts.Length - take)..]);
    }

    [GeneratedRegex("`+\\d+")]
    private static partial Regex Arity();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex Lines();

    [GeneratedRegex("[ \\t]+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex BlankLines();
}
