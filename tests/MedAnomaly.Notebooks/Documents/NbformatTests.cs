using System.Diagnostics;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Documents;

/// <summary>What we write, judged by Jupyter's own library: valid, and byte for byte what it would write.</summary>
public sealed class NbformatTests : IDisposable
{
    const string Python = "/usr/bin/python3";

    // Reads each file without repairing it, validates it strictly, and writes it again.
    const string Judge = """
        import sys, json, nbformat
        for path in sys.argv[1:]:
            text = open(path, encoding='utf-8').read()
            raw = json.loads(text)
            nbformat.validate(raw, repair_duplicate_cell_ids=False)
            again = nbformat.writes(nbformat.reads(text, 4)) + '\n'
            assert again == text, path + ' would be written otherwise'
            assert len({cell['id'] for cell in raw['cells']}) == len(raw['cells']), path + ' has an id twice'
        print('valid', nbformat.__version__)
        """;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static (int Code, string Said) Ask(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complained = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said + complained.GetAwaiter().GetResult());
    }

    static void AssertValid(params string[] paths)
    {
        Assert.SkipUnless(File.Exists(Python) && Ask("-c", "import nbformat").Code == 0, $"{Python} has no nbformat");
        var (code, said) = Ask(["-c", Judge, .. paths]);
        Assert.True(code == 0, said);
        Assert.StartsWith("valid ", said, StringComparison.Ordinal);
    }

    static Cell Code(string source, params string[] tags)
    {
        var cell = new Cell(CellKind.Code, source);
        foreach (var tag in tags) cell.AddTag(tag);
        return cell;
    }

    [Fact]
    public void What_was_read_converted_or_cleaned_is_valid()
    {
        var old = folder.File("old.ipynb", """
            {"cells": [{"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"]}, {"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"]},
              {"cell_type": "code", "metadata": {"x": {"b": 1e-05, "a": 1.0}}, "source": "1\r\n2\u2028", "execution_count": null,
               "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/plain": "é", "application/json": {"b": [1, {}], "a": null}, "image/svg+xml": "<svg>\n</svg>"}}]},
              {"cell_type": "raw", "metadata": {}, "source": ""}],
             "metadata": {"theirs": "\u007f\ud83d\ude00"}, "nbformat": 4, "nbformat_minor": 0}
            """);
        NotebookFile.Save(NotebookFile.Load(old), folder.File("kept.ipynb"));
        NotebookFile.Save(NotebookFile.Load(old), folder.File("a.dib"));
        NotebookFile.Save(NotebookFile.Load(folder.File("a.dib")), folder.File("back.ipynb"));
        var clean = NotebookFile.Load(old);
        NotebookCleaner.Clean(clean);
        NotebookFile.Save(clean, folder.File("clean.ipynb"));
        AssertValid(folder.File("kept.ipynb"), folder.File("back.ipynb"), folder.File("clean.ipynb"));
    }

    [Fact]
    public async Task What_a_run_leaves_is_valid_however_it_ends()
    {
        var notebook = new Notebook();
        notebook.Cells.AddRange([
            new(CellKind.Markdown, "# Title"), Code("double x = 1; // one", "parameters"), Code("\"skipped\"", "skip-execution"),
            Code("throw new Exception(\"expected \\ud83d\");", "raises-exception"),
            Code("Console.Write(\"50 %\\r100 %\\n\\u001b[31mred\\u0000\\ud83d\"); Console.Error.WriteLine(\"e\"); display(HTML(\"<b>\\udc00</b>\")); new { a = new[,] { { 1.5, double.NaN } } }"),
            Code("Enumerable.Range(0, 3).Select(i => new { i, square = i * i })"), Code(""), Code("Environment.Exit(3);"), Code("1"),
        ]);
        NotebookFile.Save(notebook, folder.File("in.ipynb"));
        var request = new RunRequest
        {
            Input = folder.File("in.ipynb"),
            Output = folder.File("out.ipynb"),
            Parameters = [ParameterSetting.Of("x", "nan")],
            ReportMode = true,
            Session = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll"), SessionCommand.Verb]),
        };
        var outcome = await NotebookRunner.RunAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.KernelDied, outcome.ExitCode);
        NotebookRunner.Prepare(request with { Output = folder.File("prepared.ipynb") });
        Assert.Equal("NaN", NotebookFile.Load(request.Output).Metadata["papermill"]!["parameters"]!["x"]!.GetValue<string>());
        AssertValid(request.Output, folder.File("prepared.ipynb"));
    }
}
