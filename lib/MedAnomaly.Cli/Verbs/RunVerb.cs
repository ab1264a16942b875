using System.CommandLine;
using System.Globalization;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>run</c>: executes a notebook without a front end.</summary>
static class RunVerb
{
    const char Separator = '\u001f';

    public static Command Create()
    {
        var notebook = new Argument<string?>("notebook") { Description = "The notebook (default: notebooks/00-start-here.ipynb).", Arity = ArgumentArity.ZeroOrOne };
        var parameters = new Option<string[]>("-p", "--parameter") { Description = "Set a parameter: -p name value.", HelpName = "name value" };
        var output = new Option<string?>("-o", "--output") { Description = "The executed notebook (default: results/local/NAME.ipynb); a page for readers goes beside it." };
        var directory = new Option<string?>("--cwd") { Description = "The cells' current directory (default: the one this command was called in)." };
        var record = new Option<bool>("--record") { Description = "Put the result records where the repository keeps them (results/) rather than in results/local/." };
        var timeout = new Option<double?>("--execution-timeout") { Description = "Seconds that one cell may take." };
        var verb = new Command("run", "Run a notebook and write it, executed, with a page for readers.") { notebook, parameters, output, directory, record, timeout };
        verb.SetAction((parsed, cancellation) =>
        {
            // Read by the cells' process, which inherits the environment: see ResultStore.IsRecording.
            if (parsed.GetValue(record)) Environment.SetEnvironmentVariable("MEDANOMALY_RECORD", "1");
            var input = parsed.GetValue(notebook) ?? Path.Combine(Checkout.Root, "notebooks", "00-start-here.ipynb");
            var executed = parsed.GetValue(output)
                ?? Path.Combine(Checkout.Root, "results", "local", Path.GetFileNameWithoutExtension(input) + ".ipynb");
            return RunAsync(new()
            {
                Input = input,
                Output = executed,
                HtmlPage = Path.ChangeExtension(executed, ".html"),
                Parameters = [.. (parsed.GetValue(parameters) ?? []).Select(Setting)],
                WorkingDirectory = parsed.GetValue(directory) ?? Environment.CurrentDirectory,
                ExecutionTimeout = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            }, cancellation);
        });
        return verb;
    }

    /// <summary>
    /// Makes <c>-p name value</c> one word, as the parser wants it. So a value may begin with a dash, and no notebook is taken for one.
    /// </summary>
    public static string[] JoinParameters(string[] args)
    {
        var joined = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "-p" or "--parameter" && i + 2 < args.Length) joined.Add($"-p={args[++i]}{Separator}{args[++i]}");
            else joined.Add(args[i]);
        }
        return [.. joined];
    }

    static ParameterSetting Setting(string pair) => pair.Split(Separator, 2) is [var name, var value] ? ParameterSetting.Of(name, value)
        : throw new UsageException($"-p takes a name and a value: -p {pair} VALUE.");

    static async Task<int> RunAsync(RunRequest request, CancellationToken cancellation)
    {
        using var progress = new RunProgress(Path.GetFileNameWithoutExtension(request.Input));
        var outcome = await NotebookRunner.RunAsync(request, progress, progress.WriteError, cancellation);
        progress.Finish();
        if (outcome.Error is { } error) Console.Error.WriteLine($"medanomaly: cell {outcome.FailedCell} ended the run: {error.Message}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.CellsRun} cells in {outcome.Duration.TotalSeconds:F1} s"));
        Console.WriteLine($"notebook: {outcome.Output}");
        Console.WriteLine($"page:     {outcome.HtmlPage}");
        return (int)outcome.ExitCode;
    }
}
