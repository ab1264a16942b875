using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>
/// Where a .dib file's blank lines and spellings are. A file as .NET Interactive writes it needs no notes; what another does otherwise is
/// kept in the metadata under <see cref="Key"/>.
/// </summary>
static class DibLayout
{
    public const string Key = "dib", MetaLine = "#!meta", NoNewline = "\u0000";

    public const char ByteOrderMark = '\ufeff';

    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The head as our writer makes it.</summary>
    public static string Head(JsonObject head) => $"{MetaLine}\n\n{head.ToJsonString(Compact)}\n\n";

    /// <summary>How many characters of <paramref name="text"/> are blank lines.</summary>
    public static int BlankPrefix(string text)
    {
        var blank = 0;
        while (text.IndexOf('\n', blank) is >= 0 and var end && string.IsNullOrWhiteSpace(text[blank..end])) blank = end + 1;
        return blank;
    }

    public static Cell ReadCell(string marker, string language, string body)
    {
        var lead = BlankPrefix(body);
        if (string.IsNullOrWhiteSpace(body)) lead = body.Length;
        var last = body.AsSpan(lead).TrimEnd().Length + lead;
        // Blanks behind the last word belong to its line.
        var end = last == lead ? lead : body.IndexOf('\n', last) is >= 0 and var at ? at : body.Length;
        var cell = new Cell(language switch { "markdown" => CellKind.Markdown, "raw" => CellKind.Raw, _ => CellKind.Code }, body[lead..end]);
        if (cell.Kind == CellKind.Code && language != Cell.DefaultLanguage) cell.Language = language;
        cell.Metadata[Key] = new JsonObject { ["marker"] = marker, ["lead"] = body[..lead], ["tail"] = body[end..] };
        return cell;
    }

    /// <summary>Removes the notes that say what our writer does anyway.</summary>
    public static void Tidy(Cell cell, bool isLast)
    {
        var notes = (JsonObject)cell.Metadata[Key]!;
        if (Text(notes, "marker") == Marker(cell)) notes.Remove("marker");
        if (cell.Source.Length == 0 && Text(notes, "lead") + Text(notes, "tail") == Lead + Tail(isLast))
        {
            notes.Remove("lead");
            notes.Remove("tail");
        }
        if (Text(notes, "lead") == Lead) notes.Remove("lead");
        if (Text(notes, "tail") == Tail(isLast)) notes.Remove("tail");
        if (notes.Count == 0) cell.Metadata.Remove(Key);
    }

    public static string Write(Cell cell, bool isLast)
    {
        var notes = cell.Metadata[Key] as JsonObject;
        var marker = Text(notes, "marker") ?? Marker(cell);
        var line = marker.Length == 0 ? "" : marker.EndsWith(NoNewline, StringComparison.Ordinal) ? marker[..^1] : marker + "\n";
        return line + (Text(notes, "lead") ?? Lead) + cell.Source + (Text(notes, "tail") ?? Tail(isLast));
    }

    public static string? Text(JsonObject? notes, string name) =>
        notes?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    const string Lead = "\n";

    static string Tail(bool isLast) => isLast ? "\n" : "\n\n";

    static string Marker(Cell cell) => "#!" + cell.Kind switch { CellKind.Markdown => "markdown", CellKind.Raw => "raw", _ => cell.Language };
}
