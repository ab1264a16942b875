using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Running;

/// <summary>
/// What a notebook's outputs were made from. It stands in the notebook's metadata under <c>medanomaly.run</c>, so that whoever has the file can
/// tell, without running it, whether its outputs belong to its code.
/// </summary>
/// <param name="Cells">A digest of each code cell that takes part in a run, first to last, the injected parameters among them.</param>
/// <param name="Library">A digest of the library's source: <see cref="Experiments.Provenance.Library"/>.</param>
/// <param name="Outputs">A digest of all outputs and counts; null until the run ends.</param>
/// <param name="Directory">A digest of the folder that the cells run in; null once all have run, since nothing is to be resumed then.</param>
sealed record RunStamp(IReadOnlyList<string> Cells, string Library, string? Outputs, string? Directory)
{
    const string Key = "run";

    /// <summary>The stamp of a run that begins now.</summary>
    public static RunStamp Begin(Notebook notebook, string library, string directory) => new(Digests(notebook), library, null, Digest(directory));

    /// <summary>The stamp that <paramref name="notebook"/> carries; null where it carries none.</summary>
    public static RunStamp? Of(Notebook notebook) =>
        notebook.Metadata[NotebookCleaner.Notes]?[Key] is JsonObject run && run["cells"] is JsonArray cells && Text(run, "library") is { } library
            ? new([.. cells.Select(cell => cell?.ToString() ?? "")], library, Text(run, "outputs"), Text(run, "directory")) : null;

    /// <summary>The code cells that take part in a run.</summary>
    public static IReadOnlyList<Cell> CellsOf(Notebook notebook) => [.. notebook.CodeCells.Where(cell => !cell.IsBlank)];

    /// <summary>A digest of each of <see cref="CellsOf"/>: text, language, and whether it is passed over.</summary>
    public static IReadOnlyList<string> Digests(Notebook notebook) =>
        [.. CellsOf(notebook).Select(cell => Digest($"{cell.Language}\n{cell.HasTag(CellTags.SkipExecution)}\n{cell.Source}"))];

    /// <summary>A digest of what <paramref name="notebook"/> shows.</summary>
    public static string OutputsOf(Notebook notebook) => Digest(CanonicalJson.Write(new JsonArray(
        [.. CellsOf(notebook).Select(cell => new JsonArray(cell.ExecutionCount, IpynbWriter.Outputs(cell)))])));

    /// <summary>This, when the run has ended, all cells having run or not.</summary>
    public RunStamp End(Notebook notebook, bool isComplete) => this with { Outputs = OutputsOf(notebook), Directory = isComplete ? null : Directory };

    /// <summary>Puts the stamp on <paramref name="notebook"/>, in place of an earlier one.</summary>
    public void Put(Notebook notebook)
    {
        if (notebook.Metadata[NotebookCleaner.Notes] is not JsonObject notes) notebook.Metadata[NotebookCleaner.Notes] = notes = [];
        var run = new JsonObject { ["cells"] = new JsonArray([.. Cells.Select(cell => JsonValue.Create(cell))]), ["library"] = Library };
        if (Outputs is not null) run["outputs"] = Outputs;
        if (Directory is not null) run["directory"] = Directory;
        notes[Key] = run;
    }

    static string? Text(JsonObject run, string name) => run[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
}
