using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Running;

/// <summary>
/// What a run takes over from an earlier one that was cut off. Variables end with the process that held them, and no copy of them could be
/// trusted: so the cells that ran before run again. Only a cell tagged <c>resumable</c>, whose author says that it leaves files behind and
/// nothing in memory, is passed over with its outputs kept; and only where nothing that it depends on has changed and no cell that runs
/// names what it declares.
/// </summary>
/// <param name="Kept">Cells to pass over, with the cells of the earlier run that hold their outputs.</param>
/// <param name="IsFinished">True where the earlier run ended well and nothing has changed: there is nothing to run.</param>
/// <param name="Words">What is done and why, in words for people.</param>
sealed record ResumePlan(IReadOnlyDictionary<Cell, Cell> Kept, bool IsFinished, string Words)
{
    /// <summary>The plan of a run that is not resumed.</summary>
    public static ResumePlan None { get; } = Anew("");

    /// <summary>Compares what is to run with what ran.</summary>
    /// <param name="notebook">The notebook as it is to run, parameters and all.</param>
    /// <param name="stamp">Its stamp.</param>
    /// <param name="path">Where the earlier run left its notebook.</param>
    /// <exception cref="DataFormatException">What lies there is no notebook.</exception>
    public static ResumePlan Of(Notebook notebook, RunStamp stamp, string path)
    {
        if (!File.Exists(path)) return Anew($"there is no earlier run at {path}");
        var earlier = NotebookFile.Load(path);
        if (RunStamp.Of(earlier) is not { } before) return Anew($"{path} carries no stamp of the run that made it");
        if (before.Library != stamp.Library) return Anew("the library has changed since");
        if (before.Directory is not null && before.Directory != stamp.Directory) return Anew("it ran in another folder");

        var (cells, old) = (RunStamp.CellsOf(notebook), RunStamp.CellsOf(earlier));
        var same = stamp.Cells.Zip(before.Cells).TakeWhile(pair => pair.First == pair.Second).Count();
        if (before.Directory is null && before.Outputs is not null && same == cells.Count && same == before.Cells.Count)
            return new(new Dictionary<Cell, Cell>(), true, "the earlier run had finished and nothing has changed since: nothing runs");
        // A cell that finished under the same code above it stays finished, also where a resumed run was cut off before it came to it again.
        var finished = Enumerable.Range(0, Math.Min(same, old.Count)).Where(i => HasFinished(old[i])).ToHashSet();
        var (kept, refusals) = Keep(notebook, cells, old, finished);
        if (same < cells.Count && old.Skip(same).Any(HasFinished))
            refusals.Insert(0, $"Cell {Number(notebook, cells[same])} is not what ran; it and what follows are new.");
        return new(kept, false, string.Join(' ', [.. refusals, Told(finished.Count, kept.Count)]));
    }

    static ResumePlan Anew(string reason) => new(new Dictionary<Cell, Cell>(), false, $"{reason}: running from the first cell");

    static bool HasFinished(Cell cell) =>
        cell.Metadata["papermill"]?["status"] is JsonValue value && value.TryGetValue<string>(out var status) && status is "completed" or "skipped";

    static (Dictionary<Cell, Cell> Kept, List<string> Refusals) Keep(
        Notebook notebook, IReadOnlyList<Cell> cells, IReadOnlyList<Cell> old, HashSet<int> finished)
    {
        var (kept, refusals) = (new Dictionary<Cell, Cell>(), new List<string>());
        var usedLater = new Dictionary<string, int>(StringComparer.Ordinal);
        var importer = 0;
        for (var i = cells.Count - 1; i >= 0; i--)
        {
            var names = CellNames.Read(cells[i].Source);
            if (finished.Contains(i) && cells[i].HasTag(CellTags.Resumable) && !cells[i].HasTag(CellTags.SkipExecution))
            {
                var reason = names is null ? null
                    : names.OpensSomething ? "opens namespaces, assemblies or files to later cells"
                    : names.Changes is { } changed ? $"changes \"{changed}\", which it did not make"
                    : names.Declared.FirstOrDefault(usedLater.ContainsKey) is { } named ? $"declares \"{named}\", which cell {usedLater[named]} names"
                    : names.Declared.Count > 0 && importer > 0 ? $"declares names, and the file that cell {importer} imports may use them"
                    : null;
                if (reason is null)
                {
                    kept[cells[i]] = old[i];
                    continue;
                }
                refusals.Insert(0, $"Cell {Number(notebook, cells[i])} is tagged \"{CellTags.Resumable}\", but it {reason}; so it runs again.");
            }
            if (names?.RunsOthers == true) importer = Number(notebook, cells[i]);
            foreach (var name in names?.Used ?? []) usedLater[name] = Number(notebook, cells[i]);
        }
        return (kept, refusals);
    }

    static int Number(Notebook notebook, Cell cell) => notebook.Cells.IndexOf(cell) + 1;

    static string Told(int finished, int kept) => (finished, kept) switch
    {
        (0, _) => "no code cell had finished: running from the first cell",
        (_, 0) => $"{finished} finished code cells run again, for their variables ended with the process.",
        _ => $"Of {finished} finished code cells {kept} stand as they were and {finished - kept} run again, for their variables ended with the process.",
    };
}
