using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Running;

/// <summary>What a resumed run takes over from what an earlier one left on disk.</summary>
public sealed class ResumePlanTests : IDisposable
{
    const string Library = "library", Folder = "/somewhere";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Notebook Notebook(params string[] sources)
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Markdown, "# Title"));
        foreach (var source in sources)
        {
            var cell = new Cell(CellKind.Code, source.TrimStart('*'));
            if (source.StartsWith('*')) cell.AddTag("resumable");
            notebook.Cells.Add(cell);
        }
        return notebook;
    }

    // Leaves on disk what a run leaves whose first cells have finished.
    void Ran(int finished, params string[] sources)
    {
        var notebook = Notebook(sources);
        RunStamp.Begin(notebook, Library, Folder).Put(notebook);
        foreach (var (i, cell) in notebook.CodeCells.Index())
        {
            cell.Metadata["papermill"] = new JsonObject { ["status"] = i < finished ? "completed" : "pending" };
            if (i < finished) (cell.ExecutionCount, cell.Outputs) = (i + 1, [new StreamOutput("stdout", $"printed {i}")]);
        }
        NotebookFile.Save(notebook, folder.File("out.ipynb"));
    }

    ResumePlan Plan(Notebook notebook, string library = Library, string directory = Folder) =>
        ResumePlan.Of(notebook, RunStamp.Begin(notebook, library, directory), folder.File("out.ipynb"));

    string[] Kept(params string[] sources)
    {
        var notebook = Notebook(sources);
        return [.. notebook.CodeCells.Where(Plan(notebook).Kept.ContainsKey).Select(cell => cell.Source)];
    }

    static readonly string[] Sound = ["var n = 1;", "*File.WriteAllText(\"a\", n.ToString());", "var read = 2;", "throw new Exception();"];

    [Fact]
    public void A_finished_cell_that_leaves_only_files_is_kept_with_its_outputs()
    {
        Ran(3, Sound);
        var notebook = Notebook(Sound);
        var plan = Plan(notebook);
        var (cell, earlier) = Assert.Single(plan.Kept);
        Assert.Equal(notebook.Cells[2], cell);
        Assert.Equal("printed 1", Assert.IsType<StreamOutput>(Assert.Single(earlier.Outputs)).Text);
        Assert.Equal("Of 3 finished code cells 1 stand as they were and 2 run again, for their variables ended with the process.", plan.Words);
    }

    [Fact]
    public void A_cell_that_no_tag_vouches_for_runs_again()
    {
        Ran(2, "var n = 1;", "n", "n");
        var plan = Plan(Notebook("var n = 1;", "n", "n"));
        Assert.Empty(plan.Kept);
        Assert.Equal("2 finished code cells run again, for their variables ended with the process.", plan.Words);
    }

    [Fact]
    public void A_cell_that_did_not_finish_runs_again()
    {
        Ran(1, Sound);
        Assert.Empty(Kept(Sound));
    }

    [Fact]
    public void A_cell_finished_before_a_resumed_run_was_cut_off_too_is_still_kept()
    {
        Ran(3, Sound);
        var notebook = NotebookFile.Load(folder.File("out.ipynb"));
        notebook.Cells[1].Metadata["papermill"] = new JsonObject { ["status"] = "pending" };
        NotebookFile.Save(notebook, folder.File("out.ipynb"));
        Assert.Equal([Sound[1][1..]], Kept(Sound));
    }

    [Theory]
    [InlineData("var n = 2;", 0, "Cell 2 is not what ran; it and what follows are new.")]
    [InlineData("var read = 3;", 2, "Cell 4 is not what ran; it and what follows are new.")]
    public void What_stands_below_a_change_runs_again(string changed, int at, string words)
    {
        Ran(3, Sound);
        var sources = Sound.ToArray();
        sources[at] = changed;
        Assert.Equal(at > 1 ? 1 : 0, Kept(sources).Length);
        Assert.StartsWith(words, Plan(Notebook(sources)).Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*var n = Compute();", "Console.WriteLine(n);", "Cell 3 is tagged \"resumable\", but it declares \"n\", which cell 4 names; so it runs again.")]
    [InlineData("*seed = 2;", "1", "but it changes \"seed\", which it did not make")]
    [InlineData("*using System.Xml;", "1", "but it opens namespaces, assemblies or files to later cells")]
    [InlineData("*var n = Compute();", "#!import \"other.ipynb\"", "but it declares names, and the file that cell 4 imports may use them")]
    public void A_tag_that_the_code_contradicts_is_not_believed(string tagged, string later, string words)
    {
        string[] sources = ["var seed = 1;", tagged, later];
        Ran(2, sources);
        Assert.Empty(Kept(sources));
        Assert.Contains(words, Plan(Notebook(sources)).Words, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_cells_name_that_are_passed_over_too_need_not_exist()
    {
        string[] sources = ["*var n = 1;", "*Console.WriteLine(n);", "1"];
        Ran(2, sources);
        Assert.Equal(2, Kept(sources).Length);
    }

    [Fact]
    public void Another_library_another_folder_or_no_stamp_means_the_first_cell()
    {
        Assert.StartsWith("there is no earlier run at", Plan(Notebook(Sound)).Words, StringComparison.Ordinal);
        Ran(3, Sound);
        Assert.Equal("the library has changed since: running from the first cell", Plan(Notebook(Sound), library: "another").Words);
        Assert.Equal("it ran in another folder: running from the first cell", Plan(Notebook(Sound), directory: "/elsewhere").Words);
        NotebookFile.Save(Notebook(Sound), folder.File("out.ipynb"));
        Assert.Contains("carries no stamp of the run that made it: running from the first cell", Plan(Notebook(Sound)).Words, StringComparison.Ordinal);
        Ran(0, Sound);
        Assert.Equal("no code cell had finished: running from the first cell", Plan(Notebook(Sound)).Words);
    }
}
