using System.CommandLine;
using System.Text;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>clean</c>: takes out of notebooks what a run put in, as for a commit without outputs.</summary>
static class CleanVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("notebooks") { Description = "Notebooks, or folders of them.", Arity = ArgumentArity.OneOrMore };
        var check = new Option<bool>("--check") { Description = "Change nothing; end with 1 where something would change." };
        var verb = new Command("clean", "Strip outputs, counts, run records and ids that a program drew; tags, parameters and other metadata stay.") { paths, check };
        verb.SetAction(parsed => Run(NotebookPaths.Find(parsed.GetValue(paths)!), parsed.GetValue(check)));
        return verb;
    }

    static int Run(IReadOnlyList<string> paths, bool check)
    {
        // All are read before one is written: a slip in the last name shall not leave half of the work done.
        var unclean = paths.Select(path => (Path: path, Text: Clean(path))).Where(file => !Encoding.UTF8.GetBytes(file.Text).AsSpan().SequenceEqual(File.ReadAllBytes(file.Path))).ToArray();
        foreach (var (path, text) in unclean)
        {
            if (!check) AtomicFile.WriteText(path, text);
            Console.WriteLine($"{(check ? "not clean" : "cleaned")}: {path}");
        }
        Console.WriteLine($"{paths.Count - unclean.Length} of {paths.Count} were clean");
        return (int)(check && unclean.Length > 0 ? ExitCode.CellFailed : ExitCode.Ok);
    }

    static string Clean(string path)
    {
        var notebook = NotebookFile.Load(path);
        NotebookCleaner.Clean(notebook);
        return NotebookFile.Text(notebook, path);
    }
}
