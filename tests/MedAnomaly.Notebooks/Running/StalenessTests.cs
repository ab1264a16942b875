using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Running;

public sealed class StalenessTests : IDisposable
{
    const string Library = "library";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // As a run leaves it, and as it comes from its file.
    Notebook Executed()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Markdown, "# Title"));
        notebook.Cells.Add(new(CellKind.Code, "var n = 1;\nn") { ExecutionCount = 1 });
        notebook.Cells.Add(new(CellKind.Code, "  "));
        notebook.Cells.Add(new(CellKind.Code, "n") { ExecutionCount = 2 });
        notebook.Cells[1].Outputs = [new StreamOutput("stdout", "a\nb\ud83d"), new DisplayOutput(new() { [Mime.Text] = "1\n2", ["application/json"] = new JsonObject { ["x"] = 1.0 } }, [], 1)];
        notebook.Metadata["papermill"] = new JsonObject { ["end_time"] = "then", ["exception"] = null };
        RunStamp.Begin(notebook, Library, "/somewhere").End(notebook, isComplete: true).Put(notebook);
        NotebookFile.Save(notebook, folder.File("a.ipynb"));
        return NotebookFile.Load(folder.File("a.ipynb"));
    }

    static string? Fault(Notebook notebook) => Staleness.Of(notebook, Library).Faults.SingleOrDefault();

    [Fact]
    public void What_a_run_left_is_fresh_and_stays_so_through_prose_and_ids()
    {
        var notebook = Executed();
        Assert.False(Staleness.Of(notebook, Library).IsLibraryOther);
        Assert.Null(Fault(notebook));
        notebook.Cells[0].Source = "# Another title";
        notebook.Cells[1].Id = "renamed";
        notebook.Cells.Add(new(CellKind.Markdown, "More"));
        Assert.Null(Fault(notebook));
    }

    [Fact]
    public void A_library_that_changed_is_told_apart() => Assert.True(Staleness.Of(Executed(), "another") is { IsLibraryOther: true, Faults: [] });

    [Fact]
    public void A_notebook_without_outputs_has_none_that_could_be_stale()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Code, "1"));
        Assert.Null(Fault(notebook));
    }

    [Fact]
    public void Changed_code_is_told_by_its_cell()
    {
        var changed = Executed();
        changed.Cells[3].Source = "\nn + 1";
        Assert.Equal("cell 4 was changed, added, moved or removed since it ran: n + 1", Fault(changed));
        var added = Executed();
        added.Cells.Insert(1, new(CellKind.Code, "var m = 1;"));
        Assert.Equal("cell 2 was changed, added, moved or removed since it ran: var m = 1;", Fault(added));
        var removed = Executed();
        removed.Cells.RemoveAt(3);
        Assert.Equal("a code cell was removed from its end since it ran (it had 2)", Fault(removed));
        var passed = Executed();
        passed.Cells[3].AddTag("skip-execution");
        Assert.StartsWith("cell 4 was changed", Fault(passed), StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_outputs_are_told()
    {
        var edited = Executed();
        edited.Cells[1].Outputs[0] = new StreamOutput("stdout", "better");
        Assert.StartsWith("its outputs are not those of its run", Fault(edited), StringComparison.Ordinal);
        var stripped = Executed();
        stripped.Cells[1].Outputs.Clear();
        Assert.StartsWith("its outputs are not those of its run", Fault(stripped), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_that_ended_early_and_outputs_of_unknown_origin_are_told()
    {
        var failed = Executed();
        failed.Metadata["papermill"]!["exception"] = true;
        Assert.Equal("its run ended early, with an error", Fault(failed));
        var cut = Executed();
        cut.Metadata["papermill"]!["end_time"] = null;
        Assert.Equal("its run was cut off before it ended", Fault(cut));
        var unknown = Executed();
        unknown.Metadata.Remove("medanomaly");
        Assert.StartsWith("its outputs carry no stamp", Fault(unknown), StringComparison.Ordinal);
    }
}
