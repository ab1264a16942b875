using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Kernel;

namespace MedAnomaly.Notebooks.Tests.Kernel;

/// <summary>The kernel under programs that others wrote.</summary>
public sealed partial class ClientTests
{
    const string FromInteractive = ".net-csharp";

    static void Save(string path, string kernel, params string[] cells)
    {
        var notebook = new Notebook();
        notebook.Cells.AddRange(cells.Select(code => new Cell(CellKind.Code, code)));
        notebook.Metadata["kernelspec"] = new System.Text.Json.Nodes.JsonObject { ["name"] = kernel, ["display_name"] = ".NET (C#)", ["language"] = "C#" };
        NotebookFile.Save(notebook, path);
    }

    static string[] Texts(string path) => [.. NotebookFile.Load(path).CodeCells.Select(cell => string.Concat(cell.Outputs.Select(output => output switch
    {
        StreamOutput stream => stream.Text,
        DisplayOutput display => (string?)display.Data[Mime.Text],
        ErrorOutput error => error.Name,
        _ => "?",
    })))];

    [Fact]
    public void The_public_suite_passes_and_nothing_of_it_is_skipped()
    {
        using var jupyter = new Jupyter("jupyter_kernel_test");
        var (code, said) = jupyter.Run(Path.Combine(AppContext.BaseDirectory, "Kernel", "public_suite.py"));
        Assert.True(code == 0, said);
        Assert.True(int.Parse(Ran().Match(said).Groups[1].Value, CultureInfo.InvariantCulture) >= 12, said);
        Assert.DoesNotContain("skipped", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Nbconvert_executes_a_notebook_of_dotnet_interactive()
    {
        using var jupyter = new Jupyter("nbconvert", "nbclient");
        Save(jupyter.File("in.ipynb"), FromInteractive, "#!time\nvar x = 6;", "display(HTML(\"<b>x</b>\")); x * 7", "Console.WriteLine(\"printed\");");
        var (code, said) = jupyter.Run("-m", "nbconvert", "--to", "notebook", "--execute", "in.ipynb", "--output", "out.ipynb");
        Assert.True(code == 0, said);
        Assert.Equal(["<b>x</b>42", "printed\n"], Texts(jupyter.File("out.ipynb"))[1..]);
    }

    [Fact]
    public void Nbconvert_fails_with_a_cell_and_with_a_session_that_dies()
    {
        using var jupyter = new Jupyter("nbconvert", "nbclient");
        foreach (var (cell, word) in new[] { ("throw new InvalidOperationException(\"on purpose\");", "on purpose"), ("Environment.Exit(3);", "as Environment.Exit(3) does") })
        {
            Save(jupyter.File("in.ipynb"), KernelSpec.Name, cell, "1");
            var (code, said) = jupyter.Run("-m", "nbconvert", "--to", "notebook", "--execute", "in.ipynb", "--output", "out.ipynb");
            Assert.NotEqual(0, code);
            Assert.Contains(word, said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nbconvert_interrupts_a_cell_that_takes_too_long_and_goes_on()
    {
        using var jupyter = new Jupyter("nbconvert", "nbclient");
        Save(jupyter.File("in.ipynb"), KernelSpec.Name, "var kept = 7;", "while (true) Thread.Sleep(1);", "kept");
        var (code, said) = jupyter.Run("-m", "nbconvert", "--to", "notebook", "--execute", "in.ipynb", "--output", "out.ipynb",
            "--ExecutePreprocessor.timeout=10", "--ExecutePreprocessor.interrupt_on_timeout=True", "--allow-errors");
        Assert.True(code == 0, said);
        Assert.Equal(["", "Interrupted", "7"], Texts(jupyter.File("out.ipynb")));
    }

    [GeneratedRegex(@"Ran (\d+) tests")]
    private static partial Regex Ran();
}
