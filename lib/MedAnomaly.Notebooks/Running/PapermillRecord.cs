using System.Globalization;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Running;

/// <summary>The record of a run in a notebook's metadata, under the names that papermill made customary.</summary>
sealed class PapermillRecord
{
    const string Key = "papermill";
    const string Anchor = "papermill-error-cell";

    readonly Notebook notebook;
    readonly JsonObject record;
    readonly DateTime start = DateTime.UtcNow;

    public PapermillRecord(Notebook notebook, RunRequest request, JsonObject parameters)
    {
        this.notebook = notebook;
        notebook.Cells.RemoveAll(cell => cell.HasTag(CellTags.ErrorBanner));
        record = new()
        {
            ["duration"] = null,
            ["end_time"] = null,
            ["environment_variables"] = new JsonObject(),
            ["exception"] = null,
            ["input_path"] = request.Input,
            ["output_path"] = request.Output,
            ["parameters"] = parameters,
            ["start_time"] = Stamp(start),
            ["version"] = "medanomaly " + typeof(PapermillRecord).Assembly.GetName().Version?.ToString(3),
        };
        notebook.Metadata[Key] = record;
        foreach (var cell in notebook.Cells) cell.Metadata[Key] = Entry("pending", null, null, null);
    }

    /// <summary>The parameters that an earlier run noted.</summary>
    public static JsonObject ParametersOf(Notebook notebook) => notebook.Metadata[Key]?["parameters"] is JsonObject noted ? (JsonObject)noted.DeepClone() : [];

    public static void Begin(Cell cell) => cell.Metadata[Key] = Entry("running", DateTime.UtcNow, null, null);

    public static void Skip(Cell cell) => cell.Metadata[Key] = Entry("skipped", null, null, null);

    /// <summary>Lets <paramref name="cell"/> stand as an earlier run left it.</summary>
    public static void Keep(Cell cell, Cell earlier)
    {
        (cell.Outputs, cell.ExecutionCount) = (earlier.Outputs, earlier.ExecutionCount);
        cell.Metadata[Key] = earlier.Metadata[Key]?.DeepClone();
    }

    public static void End(Cell cell, TimeSpan duration, bool failed)
    {
        var end = DateTime.UtcNow;
        cell.Metadata[Key] = Entry(failed ? "failed" : "completed", end - duration, end, failed);
    }

    /// <summary>Notes how the run ended; a cell that failed gets a banner above it and one at the notebook's top.</summary>
    public void End(Cell? failed, string? reason)
    {
        var end = DateTime.UtcNow;
        record["end_time"] = Stamp(end);
        record["duration"] = Math.Round((end - start).TotalSeconds, 6);
        if (failed is null) return;
        record["exception"] = true;
        var name = failed.ExecutionCount is { } count ? FormattableString.Invariant($"In [{count}]") : "the marked cell";
        notebook.Cells.Insert(notebook.Cells.IndexOf(failed), Banner($"<span id=\"{Anchor}\" style=\"color:red\">This cell ended the run: {Encode(reason)}</span>"));
        notebook.Cells.Insert(0, Banner($"<span style=\"color:red\">**The run ended early, at <a href=\"#{Anchor}\">{name}</a>:** {Encode(reason)}</span>"));
    }

    static string Encode(string? text) => System.Net.WebUtility.HtmlEncode(text?.ReplaceLineEndings(" ") ?? "");

    static Cell Banner(string markdown)
    {
        var cell = new Cell(CellKind.Markdown, markdown);
        cell.AddTag(CellTags.ErrorBanner);
        return cell;
    }

    static JsonObject Entry(string status, DateTime? start, DateTime? end, bool? exception) => new()
    {
        ["duration"] = start is not null && end is not null ? Math.Round((end - start).Value.TotalSeconds, 6) : null,
        ["end_time"] = Stamp(end),
        ["exception"] = exception,
        ["start_time"] = Stamp(start),
        ["status"] = status,
    };

    static string? Stamp(DateTime? time) => time?.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
