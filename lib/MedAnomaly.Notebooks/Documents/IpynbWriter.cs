using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>Writes a <see cref="Notebook"/> as nbformat 4.5, byte for byte as Jupyter would.</summary>
static class IpynbWriter
{
    public static string Write(Notebook notebook)
    {
        notebook.EnsureIds();
        var root = (JsonObject)notebook.Extra.DeepClone();
        root["cells"] = new JsonArray([.. notebook.Cells.Select(Cell)]);
        root["metadata"] = notebook.Metadata.DeepClone();
        root["nbformat"] = 4;
        root["nbformat_minor"] = notebook.MinorVersion;
        return CanonicalJson.Write(root) + "\n";
    }

    /// <summary>A cell's outputs as they stand in the file.</summary>
    public static JsonArray Outputs(Cell cell) => [.. cell.Outputs.Select(Output)];

    static JsonObject Cell(Cell cell)
    {
        var node = (JsonObject)cell.Extra.DeepClone();
        node["cell_type"] = cell.Kind switch { CellKind.Code => "code", CellKind.Markdown => "markdown", _ => "raw" };
        node["id"] = cell.Id;
        node["metadata"] = cell.Metadata.DeepClone();
        node["source"] = Lines.Split(cell.Source);
        if (cell.Attachments is not null)
        {
            node["attachments"] = new JsonObject(cell.Attachments.Select(attachment =>
                KeyValuePair.Create(attachment.Key, attachment.Value is JsonObject bundle ? (JsonNode?)Bundle(bundle) : attachment.Value?.DeepClone())));
        }
        if (cell.Kind == CellKind.Code)
        {
            node["execution_count"] = cell.ExecutionCount;
            node["outputs"] = Outputs(cell);
        }
        return node;
    }

    static JsonObject Output(Output output)
    {
        var node = (JsonObject)output.Extra.DeepClone();
        switch (output)
        {
            case StreamOutput stream:
                node["output_type"] = "stream";
                node["name"] = stream.Name;
                node["text"] = Lines.Split(stream.Text);
                break;
            case DisplayOutput display:
                node["output_type"] = display.IsResult ? "execute_result" : "display_data";
                node["data"] = Bundle(display.Data);
                node["metadata"] = display.Metadata.DeepClone();
                if (display.IsResult) node["execution_count"] = display.ExecutionCount;
                break;
            case ErrorOutput error:
                node["output_type"] = "error";
                node["ename"] = error.Name;
                node["evalue"] = error.Message;
                node["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]);
                break;
            default:
                throw new ArgumentException($"{output.GetType().Name} is no output of nbformat 4.");
        }
        return node;
    }

    static JsonObject Bundle(JsonObject data) => new(data.Select(form => KeyValuePair.Create(form.Key,
        Mime.IsLines(form.Key) && Lines.Join(form.Value) is { } text ? Lines.Split(text) : form.Value?.DeepClone())));
}
