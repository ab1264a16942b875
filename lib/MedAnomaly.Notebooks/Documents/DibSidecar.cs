using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>
/// What an .ipynb says and a .dib cannot: ids, tags, other metadata, blank lines at a cell's ends. It travels in the head of the .dib and
/// finds its cells again by their text, also when others were added, removed or changed.
/// </summary>
static class DibSidecar
{
    public const string Key = "medanomaly";

    /// <summary>The cells as a .dib can hold them, and the notes that make them what they were; null where there is nothing to note.</summary>
    public static (IReadOnlyList<Cell> Cells, JsonObject? Notes) Of(Notebook notebook, DibLanguages languages)
    {
        var cells = notebook.Cells.Select(cell => Plain(cell, languages)).ToArray();
        var derived = new Notebook();
        derived.Cells.AddRange(notebook.Cells.Select(cell => new Cell(cell.Kind, cell.Source)));
        derived.EnsureIds();
        var entries = notebook.Cells.Select((cell, i) => Entry(cell, cells[i], derived.Cells[i].Id!)).ToArray();
        var metadata = Without(notebook.Metadata, DibLayout.Key);
        if (metadata["polyglot_notebook"] is JsonObject { Count: 1 } polyglot && polyglot.ContainsKey("kernelInfo")) metadata.Remove("polyglot_notebook");
        if (metadata.Count == 0 && notebook.Extra.Count == 0 && entries.All(entry => entry.Count == 0)) return (cells, null);
        for (var i = 0; i < entries.Length; i++) entries[i]["text"] = Digest(cells[i]);
        var notes = new JsonObject { ["cells"] = new JsonArray([.. entries]) };
        if (metadata.Count > 0) notes["metadata"] = metadata;
        if (notebook.Extra.Count > 0) notes["extra"] = notebook.Extra.DeepClone();
        return (cells, notes);
    }

    /// <summary>Gives the cells of <paramref name="notebook"/> back what was noted for them.</summary>
    public static void Apply(JsonObject notes, Notebook notebook)
    {
        foreach (var (key, value) in notes["metadata"] as JsonObject ?? []) notebook.Metadata[key] = value?.DeepClone();
        if (notes["extra"] is JsonObject extra) notebook.Extra = (JsonObject)extra.DeepClone();
        var entries = (notes["cells"] as JsonArray ?? []).OfType<JsonObject>().ToArray();
        foreach (var (cell, entry) in DibPairs.Of(notebook.Cells, Digest, entries, entry => DibLayout.Text(entry, "text"))) Apply(entry, cell);
        // Two cells of one id can only be somebody's edit.
        foreach (var twins in notebook.Cells.Where(cell => cell.Id is not null).GroupBy(cell => cell.Id, StringComparer.Ordinal))
        {
            foreach (var twin in twins.Skip(1)) twin.Id = null;
        }
    }

    // Blank lines at the ends go, and a first line that names a language becomes the cell's language.
    static Cell Plain(Cell cell, DibLanguages languages)
    {
        var source = cell.Source;
        var kind = cell.Kind;
        string? language = null;
        if (kind == CellKind.Code && languages.Started(FirstLine(source)) is { } named)
        {
            source = source[FirstLine(source).Length..].TrimStart('\n');
            kind = named switch { "markdown" => CellKind.Markdown, "raw" => CellKind.Raw, _ => CellKind.Code };
            language = named;
        }
        var start = DibLayout.BlankPrefix(source);
        var end = source.AsSpan().TrimEnd().Length;
        end = source.IndexOf('\n', end) is >= 0 and var at ? at : source.Length;
        var plain = new Cell(kind, string.IsNullOrWhiteSpace(source) ? "" : source[start..end]);
        if (kind == CellKind.Code && (language ?? cell.Language) is not Cell.DefaultLanguage and var other) plain.Language = other;
        if (cell.Metadata[DibLayout.Key] is { } layout) plain.Metadata[DibLayout.Key] = layout.DeepClone();
        return plain;
    }

    static JsonObject Entry(Cell cell, Cell plain, string derivedId)
    {
        var entry = new JsonObject();
        if (cell.Id is { } id && id != derivedId) entry["id"] = id;
        if (cell.Source != plain.Source)
        {
            var at = cell.Source.IndexOf(plain.Source, StringComparison.Ordinal);
            if (at > 0) entry["before"] = cell.Source[..at];
            if (at + plain.Source.Length < cell.Source.Length) entry["after"] = cell.Source[(at + plain.Source.Length)..];
        }
        if (cell.Kind != plain.Kind) entry["kind"] = cell.Kind.ToString();
        var metadata = Without(cell.Metadata, DibLayout.Key);
        if (!JsonNode.DeepEquals(metadata, Without(plain.Metadata, DibLayout.Key))) entry["metadata"] = metadata;
        if (cell.Attachments is { } attachments) entry["attachments"] = attachments.DeepClone();
        if (cell.Extra.Count > 0) entry["extra"] = cell.Extra.DeepClone();
        return entry;
    }

    static void Apply(JsonObject entry, Cell cell)
    {
        cell.Id = DibLayout.Text(entry, "id");
        cell.Source = DibLayout.Text(entry, "before") + cell.Source + DibLayout.Text(entry, "after");
        if (Enum.TryParse<CellKind>(DibLayout.Text(entry, "kind"), out var kind)) cell.Kind = kind;
        if (entry["metadata"] is JsonObject metadata)
        {
            var layout = cell.Metadata[DibLayout.Key]?.DeepClone();
            cell.Metadata = (JsonObject)metadata.DeepClone();
            if (layout is not null) cell.Metadata[DibLayout.Key] = layout;
        }
        if (entry["attachments"] is JsonObject attachments) cell.Attachments = (JsonObject)attachments.DeepClone();
        if (entry["extra"] is JsonObject extra) cell.Extra = (JsonObject)extra.DeepClone();
    }

    static string FirstLine(string text) => text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[..end] : text;

    static JsonObject Without(JsonObject metadata, string key)
    {
        var copy = (JsonObject)metadata.DeepClone();
        copy.Remove(key);
        return copy;
    }

    static string Digest(Cell cell) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cell.Source.Trim())).AsSpan(0, 6));
}
