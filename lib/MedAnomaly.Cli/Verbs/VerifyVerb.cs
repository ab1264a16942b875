using System.CommandLine;
using System.Globalization;
using MedAnomaly.Experiments;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>verify</c>: whether notebooks run, at small size, and whether their outputs still belong to their code.</summary>
static class VerifyVerb
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("notebooks") { Description = "Notebooks, or folders of them (default: notebooks/).", Arity = ArgumentArity.ZeroOrMore };
        var noRun = new Option<bool>("--no-run") { Description = "Judge the files only." };
        var strict = new Option<bool>("--strict") { Description = "Outputs that another state of the library made are faults too." };
        var verb = new Command("verify", "Check that notebooks run at small size and that their outputs are those of their code.") { paths, noRun, strict };
        verb.SetAction((parsed, cancellation) =>
        {
            string[] named = parsed.GetValue(paths) is { Length: > 0 } given ? given : [NotebookPaths.Home];
            return RunAsync(NotebookPaths.Find(named), parsed.GetValue(noRun), parsed.GetValue(strict), cancellation);
        });
        return verb;
    }

    static async Task<int> RunAsync(IReadOnlyList<string> paths, bool noRun, bool strict, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("medanomaly-verify-");
        try
        {
            // The cells' process inherits it: small runs leave no records among the real ones.
            Environment.SetEnvironmentVariable("MEDANOMALY_RESULTS", Path.Combine(folder.FullName, "results"));
            var library = Provenance.Library(Checkout.Root);
            var failed = 0;
            foreach (var path in paths)
            {
                var faults = new List<string>();
                try
                {
                    faults.AddRange(Judge(path, library, strict));
                    if (!noRun) faults.AddRange(await TryAsync(path, folder.FullName, cancellation));
                }
                catch (WorkbenchException fault) when (fault is not OutputException)
                {
                    faults.Add(fault.Message);
                }
                foreach (var fault in faults) Console.WriteLine($"FAULT {path}: {fault}");
                if (faults.Count == 0) Console.WriteLine($"fine  {path}");
                else failed++;
            }
            Console.WriteLine($"{paths.Count - failed} fine, {failed} with faults");
            return (int)(failed == 0 ? ExitCode.Ok : ExitCode.CellFailed);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static IEnumerable<string> Judge(string path, string library, bool strict)
    {
        var staleness = Staleness.Of(NotebookFile.Load(path), library);
        const string Other = "its outputs were made by another state of the library";
        if (staleness.IsLibraryOther && !strict) Console.Error.WriteLine($"medanomaly: {path}: {Other}; with --strict that is a fault");
        string[] faults = [.. staleness.Faults, .. staleness.IsLibraryOther && strict ? [Other] : Array.Empty<string>()];
        return faults.Length == 0 ? [] : [string.Join("; ", faults) + $". Run it again: ./medanomaly run {path} -o {path}"];
    }

    static async Task<IEnumerable<string>> TryAsync(string path, string folder, CancellationToken cancellation)
    {
        using var progress = new RunProgress(Path.GetFileNameWithoutExtension(path), logOutput: false);
        var outcome = await NotebookRunner.RunAsync(new()
        {
            Input = path,
            Output = Path.Combine(folder, "small.ipynb"),
            Small = SmallForm.Of(NotebookFile.Load(path), path) is not null,
            WorkingDirectory = Environment.CurrentDirectory,
        }, progress, progress.Write, cancellation);
        progress.Finish();
        cancellation.ThrowIfCancellationRequested();
        return outcome.Error is { } error
            ? [string.Create(CultureInfo.InvariantCulture, $"it does not run: cell {outcome.FailedCell}: {error.Message}")] : [];
    }
}
