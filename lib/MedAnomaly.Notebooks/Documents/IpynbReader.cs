using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>Reads nbformat 4.0 to 4.5 and says exactly what is wrong with what it cannot read.</summary>
sealed partial class IpynbReader(string path)
{
    static readonly SearchValues<byte> Structure = SearchValues.Create("\",:[]{} "u8);
    static readonly JsonDocumentOptions Json = new() { AllowDuplicateProperties = false, MaxDepth = 512 };

    /// <summary>The notebook whose file holds <paramref name="text"/>.</summary>
    /// <exception cref="DataFormatException">The text is no notebook of nbformat 4.</exception>
    public Notebook Read(string text)
    {
        var root = Parse(text) as JsonObject ?? throw Fault("holds JSON, but no notebook: its top is not an object");
        CheckVersion(root);
        var notebook = new Notebook { MinorVersion = Math.Max(5, Whole(root["nbformat_minor"]) ?? 0) };
        notebook.Metadata = Take<JsonObject>(root, "metadata", "the notebook") ?? [];
        var cells = Take<JsonArray>(root, "cells", "the notebook") ?? throw Fault("has no \"cells\": it is no notebook, or it was cut");
        root.Remove("nbformat");
        root.Remove("nbformat_minor");
        notebook.Extra = root;
        for (var i = 0; i < cells.Count; i++) notebook.Cells.Add(ReadCell(cells[i], $"cell {i + 1}"));
        CheckIds(notebook);
        return notebook;
    }

    JsonNode? Parse(string text)
    {
        if (string.IsNullOrWhiteSpace(text)) throw Fault($"is empty ({text.Length} characters). A new notebook needs at least {{\"cells\": [], \"metadata\": {{}}, \"nbformat\": 4, \"nbformat_minor\": 5}}");
        try
        {
            return JsonNode.Parse(text, documentOptions: Json);
        }
        catch (JsonException fault)
        {
            if (ConflictMarker().Match(text) is { Success: true } marker)
                throw Fault($"holds the marks of an unfinished merge (line {LineOf(text, marker.Index)}: \"{marker.Value.TrimEnd()}\"). Finish the merge, or take one side with 'git checkout --ours' or '--theirs'", fault);
            var at = $"line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} of it";
            if (fault.Message.Contains("Duplicate", StringComparison.OrdinalIgnoreCase)) throw Fault($"is ambiguous: an object names one property twice ({at}: {fault.Message}). Remove one of them", fault);
            throw Fault(StoppedAtEnd(text, fault)
                ? $"is cut off: its JSON breaks off at {at}, after {text.Length} characters. Take it from a backup or from version control"
                : $"is not JSON: {at}: {fault.Message}", fault);
        }
        catch (ArgumentException fault)
        {
            throw Fault($"is ambiguous: an object names one property twice ({fault.Message}). Remove one of them", fault);
        }
    }

    void CheckVersion(JsonObject root)
    {
        var minor = Whole(root["nbformat_minor"]) ?? 0;
        switch (Whole(root["nbformat"]))
        {
            case 4: return;
            case null: throw Fault("has no \"nbformat\" number: it is JSON, but no notebook");
            case < 4 and var old: throw Fault($"is of nbformat {old}.{minor}, which IPython wrote until 2015; 4.0 to 4.5 are read. Convert it with 'jupyter nbconvert --to notebook --inplace'");
            case var future: throw Fault($"is of nbformat {future}.{minor}, which is newer than this program; 4.0 to 4.5 are read. Save it as nbformat 4 or update MedAnomaly");
        }
    }

    Cell ReadCell(JsonNode? node, string where)
    {
        var fields = node as JsonObject ?? throw Fault($"{where} is not an object");
        var kind = Text(Take(fields, "cell_type")) switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            "raw" => CellKind.Raw,
            var other => throw Fault($"{where} is of cell_type \"{other}\"; code, markdown and raw are known"),
        };
        var source = Lines.Join(Take(fields, "source")) ?? throw Fault($"{where} has no \"source\" that is text or a list of lines");
        var cell = new Cell(kind, source, ReadId(Take(fields, "id"), where))
        {
            Metadata = Take<JsonObject>(fields, "metadata", where) ?? [],
            Attachments = Take<JsonObject>(fields, "attachments", where),
        };
        if (kind == CellKind.Code)
        {
            cell.ExecutionCount = Whole(Take(fields, "execution_count"));
            var outputs = Take<JsonArray>(fields, "outputs", where) ?? [];
            for (var i = 0; i < outputs.Count; i++) cell.Outputs.Add(ReadOutput(outputs[i], $"{where}, output {i + 1}"));
        }
        cell.Extra = fields;
        return cell;
    }

    string? ReadId(JsonNode? node, string where)
    {
        if (node is null) return null;
        return Text(node) is { } id && IdPattern().IsMatch(id) ? id
            : throw Fault($"{where} has the id {node.ToJsonString()}; an id has 1 to 64 letters, digits, '-' and '_'. Remove it and it gets a new one");
    }

    Output ReadOutput(JsonNode? node, string where)
    {
        var fields = node as JsonObject ?? throw Fault($"{where} is not an object");
        var type = Text(Take(fields, "output_type"));
        switch (type)
        {
            case "stream":
                return new StreamOutput(Text(Take(fields, "name")) ?? "stdout",
                    Lines.Join(Take(fields, "text")) ?? throw Fault($"{where} has no \"text\" that is text or a list of lines")) { Extra = fields };
            case "display_data" or "execute_result":
                var data = Take<JsonObject>(fields, "data", where) ?? throw Fault($"{where} has no \"data\"");
                var joined = new JsonObject(data.Select(form => KeyValuePair.Create(form.Key,
                    !Mime.IsJson(form.Key) && Lines.Join(form.Value) is { } text ? JsonValue.Create(text) : form.Value?.DeepClone())));
                var metadata = Take<JsonObject>(fields, "metadata", where) ?? [];
                var count = type == "execute_result" ? Whole(Take(fields, "execution_count")) : null;
                return new DisplayOutput(joined, metadata, count) { IsResult = type == "execute_result", Extra = fields };
            case "error":
                var traceback = Take<JsonArray>(fields, "traceback", where) ?? [];
                return new ErrorOutput(Text(Take(fields, "ename")) ?? "", Text(Take(fields, "evalue")) ?? "",
                    [.. traceback.Select(line => Text(line) ?? "")]) { Extra = fields };
            default:
                throw Fault($"{where} is of output_type \"{type}\"; stream, display_data, execute_result and error are known");
        }
    }

    void CheckIds(Notebook notebook)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            if (notebook.Cells[i].Id is not { } id || seen.TryAdd(id, i + 1)) continue;
            throw Fault($"has two cells with the id \"{id}\" (cells {seen[id]} and {i + 1}); an id names one cell. Remove the \"id\" line of one of them and it gets a new one");
        }
    }

    static JsonNode? Take(JsonObject fields, string name)
    {
        fields.Remove(name, out var node);
        return node;
    }

    T? Take<T>(JsonObject fields, string name, string where)
        where T : JsonNode
    {
        var node = Take(fields, name);
        return node is null or T ? (T?)node
            : throw Fault($"{where} has a \"{name}\" that is {node.GetValueKind()}, not {(typeof(T) == typeof(JsonArray) ? "a list" : "an object")}");
    }

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    static int? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    static int LineOf(string text, int index) => 1 + text.AsSpan(0, index).Count('\n');

    // True where the parser stopped at the end of what is there, or in the word that is the last: the rest was never written.
    static bool StoppedAtEnd(string text, JsonException fault)
    {
        var written = text.AsSpan().TrimEnd();
        var lastLine = written[(written.LastIndexOf('\n') + 1)..];
        if (fault.Message.Contains("end of data", StringComparison.Ordinal)) return true;
        var bytes = Encoding.UTF8.GetBytes(lastLine.ToString()); // The parser counts bytes in a line.
        return fault.LineNumber > written.Count('\n')
            || fault.LineNumber == written.Count('\n') && fault.BytePositionInLine is { } position
                && !bytes.AsSpan((int)Math.Min(position, bytes.Length)).ContainsAny(Structure);
    }

    DataFormatException Fault(string what, Exception? inner = null) => new($"{path} {what}.", inner);

    [GeneratedRegex("^(<{7} .*|={7}|>{7} .*)$", RegexOptions.Multiline)]
    private static partial Regex ConflictMarker();

    [GeneratedRegex("^[A-Za-z0-9_-]{1,64}$")]
    private static partial Regex IdPattern();
}
