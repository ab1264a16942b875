using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Running;

/// <summary>Whether an executed notebook's outputs still belong to its code, told from the file alone.</summary>
/// <param name="Faults">Why they do not, in words for people; none where they do or where there are no outputs.</param>
/// <param name="IsLibraryOther">
/// True where the library's source was another when the notebook ran. Its outputs may or may not be what they would be now; only a run can say.
/// </param>
public sealed record Staleness(IReadOnlyList<string> Faults, bool IsLibraryOther)
{
    /// <summary>Judges <paramref name="notebook"/>.</summary>
    /// <param name="notebook">The notebook as its file has it.</param>
    /// <param name="library">The digest of the library's source as it is now.</param>
    public static Staleness Of(Notebook notebook, string library)
    {
        if (notebook.CodeCells.All(cell => cell.Outputs.Count == 0 && cell.ExecutionCount is null)) return new([], false);
        if (RunStamp.Of(notebook) is not { } stamp)
            return new(["its outputs carry no stamp of the run that made them: it ran in a front end, or under an earlier version"], false);
        var faults = new List<string>();
        var changed = Changed(notebook, stamp);
        if (changed is not null) faults.Add(changed);
        else if (notebook.Metadata["papermill"] is not JsonObject record || record["end_time"] is null) faults.Add("its run was cut off before it ended");
        else if (record["exception"] is JsonValue) faults.Add("its run ended early, with an error");
        else if (stamp.Outputs != RunStamp.OutputsOf(notebook)) faults.Add("its outputs are not those of its run: a front end, a merge or an edit has changed them since");
        return new(faults, stamp.Library != library);
    }

    static string? Changed(Notebook notebook, RunStamp stamp)
    {
        var (cells, digests) = (RunStamp.CellsOf(notebook), RunStamp.Digests(notebook));
        var same = digests.Zip(stamp.Cells).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == digests.Count && same == stamp.Cells.Count) return null;
        return same == digests.Count ? $"a code cell was removed from its end since it ran (it had {stamp.Cells.Count})"
            : $"cell {notebook.Cells.IndexOf(cells[same]) + 1} was changed, added, moved or removed since it ran: {Title(cells[same])}";
    }

    static string Title(Cell cell) => cell.Source.Split('\n').First(line => line.Trim().Length > 0).Trim();
}
