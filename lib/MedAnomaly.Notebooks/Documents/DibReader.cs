using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>
/// Reads .dib, the text format of .NET Interactive: a line <c>#!language</c> starts a cell, <c>#!meta</c> and JSON may stand first. What a
/// file does otherwise than our writer would is noted in the metadata, so that writing it again gives the same bytes.
/// </summary>
sealed class DibReader(string path)
{
    /// <summary>The notebook whose file holds <paramref name="text"/>.</summary>
    /// <exception cref="DataFormatException">The head is no JSON.</exception>
    public Notebook Read(string text)
    {
        var notebook = new Notebook();
        var layout = new JsonObject();
        if (text.StartsWith(DibLayout.ByteOrderMark))
        {
            text = text[1..];
            layout["byteOrderMark"] = true;
        }
        if (text.Contains('\n', StringComparison.Ordinal) && text.AsSpan().Count('\n') == text.AsSpan().Count("\r\n"))
        {
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
            layout["newline"] = "\r\n";
        }
        var rest = ReadHead(text, notebook, layout, out var head);
        var languages = new DibLanguages(notebook.Metadata["polyglot_notebook"]?["kernelInfo"] as JsonObject);
        ReadCells(rest, languages, notebook, layout);
        if (layout.Count > 0) notebook.Metadata[DibLayout.Key] = layout;
        if (head?[DibSidecar.Key] is JsonObject sidecar) DibSidecar.Apply(sidecar, notebook);
        return notebook;
    }

    string ReadHead(string text, Notebook notebook, JsonObject layout, out JsonObject? head)
    {
        head = null;
        var blank = DibLayout.BlankPrefix(text);
        if (!text.AsSpan(blank).StartsWith(DibLayout.MetaLine)) return text;
        var start = blank + DibLayout.MetaLine.Length;
        var end = text.IndexOf("\n#!", start, StringComparison.Ordinal) is >= 0 and var at ? at + 1 : text.Length;
        try
        {
            head = JsonNode.Parse(text[start..end]) as JsonObject ?? throw new JsonException("an object is expected");
        }
        catch (JsonException fault)
        {
            throw new DataFormatException($"{path} has a {DibLayout.MetaLine} whose JSON cannot be read: {fault.Message} Mend it, or remove it down to the next line that starts with #!.", fault);
        }
        if (head["kernelInfo"] is JsonObject kernelInfo) notebook.Metadata["polyglot_notebook"] = new JsonObject { ["kernelInfo"] = kernelInfo.DeepClone() };
        // Our own notes are made anew at every write; the rest stands as it stood.
        if (!head.ContainsKey(DibSidecar.Key) && text[..end] != DibLayout.Head(head)) layout["head"] = text[..end];
        return text[end..];
    }

    static void ReadCells(string text, DibLanguages languages, Notebook notebook, JsonObject layout)
    {
        string? marker = null;
        var language = languages.Default;
        var start = 0;
        for (var line = 0; line < text.Length;)
        {
            var end = text.IndexOf('\n', line) is >= 0 and var at ? at : text.Length;
            if (languages.Started(text[line..end]) is { } next)
            {
                Add(text[start..line]);
                (marker, language, start) = (text[line..end], next, Math.Min(end + 1, text.Length));
                // A marker at the very end has no newline to give back.
                if (end == text.Length) marker += DibLayout.NoNewline;
            }
            line = end + 1;
        }
        Add(text[start..]);
        // The last cell's end is written differently from the others'.
        for (var i = 0; i < notebook.Cells.Count; i++) DibLayout.Tidy(notebook.Cells[i], isLast: i == notebook.Cells.Count - 1);

        void Add(string body)
        {
            if (marker is null && string.IsNullOrWhiteSpace(body))
            {
                if (body.Length > 0) layout["preamble"] = body;
                return;
            }
            notebook.Cells.Add(DibLayout.ReadCell(marker ?? "", language, body));
        }
    }
}
