using System.CommandLine;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>convert</c>: .ipynb to .dib and back.</summary>
static class ConvertVerb
{
    public static Command Create()
    {
        var from = new Argument<string>("from") { Description = "The notebook, .ipynb or .dib." };
        var to = new Argument<string>("to") { Description = "Where it goes; the ending says what it becomes." };
        var verb = new Command("convert", "Convert a notebook between .ipynb and .dib; what comes back is what went.") { from, to };
        verb.SetAction(parsed => Run(parsed.GetValue(from)!, parsed.GetValue(to)!));
        return verb;
    }

    static int Run(string from, string to)
    {
        if (Path.GetExtension(to).ToLowerInvariant() is not (".ipynb" or ".dib")) throw new UsageException($"{to}: a notebook is .ipynb or .dib.");
        var notebook = NotebookFile.Load(from);
        var outputs = notebook.Cells.Sum(cell => cell.Outputs.Count);
        if (outputs > 0 && NotebookFile.IsDib(to)) Console.Error.WriteLine($"medanomaly: {outputs} outputs are left out, for a .dib holds none");
        NotebookFile.Save(notebook, to);
        return (int)ExitCode.Ok;
    }
}
