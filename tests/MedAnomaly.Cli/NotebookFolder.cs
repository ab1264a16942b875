using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Tests;

/// <summary>A folder of small notebooks.</summary>
sealed class NotebookFolder : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public string Path => folder.FullName;

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>The path of a file here.</summary>
    public string At(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>Writes in.ipynb with these code cells; one that starts with <c>// tag</c> carries that tag.</summary>
    public string Notebook(params string[] code)
    {
        var notebook = new Notebook();
        foreach (var source in code)
        {
            var cell = new Cell(CellKind.Code, source);
            var first = source.Split('\n')[0].Split(' ');
            if (first is ["//", "parameters" or "resumable" or "raises-exception" or "skip-execution"]) cell.AddTag(first[1]);
            notebook.Cells.Add(cell);
        }
        NotebookFile.Save(notebook, At("in.ipynb"));
        return At("in.ipynb");
    }

    /// <summary>The notebook that a run left.</summary>
    public Notebook Result(string name = "out.ipynb") => NotebookFile.Load(At(name));

    /// <summary>All that its cells printed.</summary>
    public string Printed(string name = "out.ipynb") =>
        string.Concat(Result(name).Cells.SelectMany(cell => cell.Outputs).OfType<StreamOutput>().Select(stream => stream.Text));
}
