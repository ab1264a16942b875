using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Tests.Documents;

public sealed class NotebookCleanerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    const string Executed = """
        {"cells": [
          {"cell_type": "markdown", "id": "0a1b2c3d", "metadata": {"tags": ["papermill-error-cell-tag"]}, "source": "The run ended early"},
          {"cell_type": "markdown", "id": "title", "metadata": {"papermill": {"status": "pending"}, "mine": 1}, "source": "# T",
           "attachments": {"a.png": {"image/png": "iVBO"}}},
          {"cell_type": "code", "id": "6f9619ff-8b86-4011-b42d-00c04fc964ff", "execution_count": 3, "source": "int n = 1;",
           "metadata": {"tags": ["parameters", "hide-input"], "papermill": {"status": "completed"}, "execution": {"iopub.status.busy": "x"}, "ExecuteTime": {},
             "collapsed": false, "scrolled": true, "jupyter": {"source_hidden": true}, "polyglot_notebook": {"kernelName": "csharp"}, "slideshow": {"slide_type": "slide"}},
           "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}], "strange": 1},
          {"cell_type": "code", "id": "deadbeef", "execution_count": 4, "source": "n = 2;", "metadata": {"tags": ["injected-parameters"]}, "outputs": []}],
         "metadata": {"kernelspec": {"name": "medanomaly"}, "papermill": {"parameters": {"n": 2}}, "widgets": {}, "signature": "s", "theirs": {"a": [1]},
           "medanomaly": {"run": {"library": "x"}, "small": {"n": 0}}},
         "nbformat": 4, "nbformat_minor": 5, "extra": true}
        """;

    Notebook Cleaned(string text)
    {
        var notebook = NotebookFile.Load(folder.File("a.ipynb", text));
        NotebookCleaner.Clean(notebook);
        return notebook;
    }

    [Fact]
    public void What_a_run_put_there_goes_and_what_somebody_wrote_stays()
    {
        var notebook = Cleaned(Executed);

        Assert.Equal(["# T", "int n = 1;", "n = 2;"], notebook.Cells.Select(cell => cell.Source));
        Assert.All(notebook.Cells, cell => Assert.True(cell.Outputs.Count == 0 && cell.ExecutionCount is null));
        Assert.Equal("title", notebook.Cells[0].Id);
        Assert.Equal("""{"mine":1}""", notebook.Cells[0].Metadata.ToJsonString());
        Assert.NotNull(notebook.Cells[0].Attachments);
        Assert.Equal(["parameters", "hide-input"], notebook.Cells[1].Tags);
        Assert.Equal(["tags", "jupyter", "polyglot_notebook", "slideshow"], notebook.Cells[1].Metadata.Select(item => item.Key));
        Assert.Equal(1, notebook.Cells[1].Extra["strange"]!.GetValue<int>());
        Assert.Equal(["kernelspec", "theirs", "medanomaly"], notebook.Metadata.Select(item => item.Key));
        Assert.Equal("""{"small":{"n":0}}""", notebook.Metadata["medanomaly"]!.ToJsonString());
        Assert.True(notebook.Extra["extra"]!.GetValue<bool>());
    }

    [Fact]
    public void Ids_that_a_program_drew_are_the_same_whoever_drew_them()
    {
        var first = Cleaned(Executed).Cells.Select(cell => cell.Id).ToArray();
        var second = Cleaned(Executed.Replace("6f9619ff-8b86-4011-b42d-00c04fc964ff", "VSC-12ab", StringComparison.Ordinal).Replace("deadbeef", "01234567", StringComparison.Ordinal))
            .Cells.Select(cell => cell.Id).ToArray();

        Assert.Equal(first, second);
        Assert.Equal("title", first[0]);
        Assert.DoesNotContain("deadbeef", first);
    }

    [Theory]
    [InlineData(".ipynb")]
    [InlineData(".dib")]
    public void Cleaning_twice_is_cleaning_once(string ending)
    {
        var path = folder.File("a" + ending);
        var notebook = Cleaned(Executed);
        NotebookFile.Save(notebook, path);
        var once = File.ReadAllText(path);
        var again = NotebookFile.Load(path);
        NotebookCleaner.Clean(again);
        Assert.Equal(once, NotebookFile.Text(again, path));
    }

    [Fact]
    public void Two_cells_of_one_text_keep_two_ids()
    {
        var notebook = new Notebook();
        for (var i = 0; i < 3; i++) notebook.Cells.Add(new(CellKind.Code, "1", $"0000000{i}"));
        NotebookCleaner.Clean(notebook);
        Assert.Equal(3, notebook.Cells.Select(cell => cell.Id).Distinct().Count());
    }
}
