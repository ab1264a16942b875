using System.CommandLine;
using System.Globalization;
using System.Text;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>run</c>: executes a notebook without a front end. The options are papermill's, as far as they mean something here.</summary>
static class RunVerb
{
    const char Separator = '\u001f';

    static readonly Argument<string?> Notebook = new("notebook")
    {
        Description = "The notebook, .ipynb or .dib (default: notebooks/00-start-here.ipynb).",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Argument<string?> OutputArgument = new("output")
    {
        Description = "The executed notebook (default: results/local/NAME.ipynb); a page for readers goes beside it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Option<string?> Output = new("-o", "--output") { Description = "The same as the second argument." };
    static readonly Option<string[]> Parameters = new("-p", "--parameters") { Description = "Set a parameter; may be repeated.", HelpName = "name value" };
    static readonly Option<string[]> RawParameters = new("-r", "--parameters_raw") { Description = "Set a parameter to a text that means itself.", HelpName = "name value" };
    static readonly Option<string[]> Files = new("-f", "--parameters_file") { Description = "Set parameters from a YAML or JSON file.", HelpName = "file" };
    static readonly Option<string[]> Yaml = new("-y", "--parameters_yaml") { Description = "Set parameters from YAML or JSON.", HelpName = "text" };
    static readonly Option<string?> Directory = new("--cwd") { Description = "The cells' current directory (default: the one this command was called in)." };
    static readonly Option<double?> Timeout = new("--execution-timeout") { Description = "Seconds that one cell may take." };
    static readonly Option<bool> PrepareOnly = new("--prepare-only") { Description = "Write the notebook with its parameters and run nothing." };
    static readonly Option<bool> HelpNotebook = new("--help-notebook") { Description = "Print the notebook's parameters and run nothing." };
    static readonly Option<bool> LogOutput = new("--log-output") { Description = "Print what cells print, as it comes, on standard error." };
    static readonly Option<bool> ReportMode = new("--report-mode") { Description = "Fold the code of all cells away." };
    static readonly Option<bool> Small = new("--small") { Description = "Set the parameters that the notebook names for a small and quick run." };
    static readonly Option<bool> Resume = new("--resume")
    {
        Description = "After a kill or a failure: pass over finished cells tagged \"resumable\" where that is safe, and run the others again.",
    };
    static readonly Option<bool> Record = new("--record") { Description = "Put the result records where the repository keeps them (results/) rather than in results/local/." };

    public static Command Create()
    {
        var verb = new Command("run", "Run a notebook and write it, executed, with a page for readers.")
        {
            Notebook, OutputArgument, Output, Parameters, RawParameters, Files, Yaml, Directory, Timeout, PrepareOnly, HelpNotebook,
            LogOutput, ReportMode, Small, Resume, Record,
        };
        // The parser would take a misspelt option for a file.
        foreach (var argument in (Argument[])[Notebook, OutputArgument])
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens is [{ Value: ['-', ..] and var word }, ..])
                    result.AddError($"there is no option {word}.{Spelling.Hint(word, verb.Options.SelectMany(option => option.Aliases.Append(option.Name)))}");
            });
        }
        verb.SetAction(RunAsync);
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
            if (args[i] is "-p" or "--parameters" or "-r" or "--parameters_raw" && i + 2 < args.Length) joined.Add($"{args[i]}={args[++i]}{Separator}{args[++i]}");
            else joined.Add(args[i]);
        }
        return [.. joined];
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // Read by the cells' process, which inherits the environment: see ResultStore.IsRecording.
        if (parsed.GetValue(Record)) Environment.SetEnvironmentVariable("MEDANOMALY_RECORD", "1");
        var request = Request(parsed);
        if (parsed.GetValue(HelpNotebook))
        {
            Console.Write($"{request.Input}\n{NotebookParameters.Describe(NotebookFile.Load(request.Input), request.Input)}");
            return (int)ExitCode.Ok;
        }
        if (parsed.GetValue(PrepareOnly))
        {
            NotebookRunner.Prepare(request);
            Console.WriteLine($"prepared: {request.Output}");
            return (int)ExitCode.Ok;
        }
        using var progress = new RunProgress(Path.GetFileNameWithoutExtension(request.Input), parsed.GetValue(LogOutput));
        var outcome = await NotebookRunner.RunAsync(request, progress, progress.Write, cancellation);
        progress.Finish();
        if (outcome.Error is { } error) Console.Error.WriteLine($"medanomaly: cell {outcome.FailedCell} ended the run: {error.Message}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.CellsRun} cells in {outcome.Duration.TotalSeconds:F1} s"));
        Console.WriteLine($"notebook: {outcome.Output}");
        if (outcome.HtmlPage is { } page) Console.WriteLine($"page:     {page}");
        return (int)outcome.ExitCode;
    }

    static RunRequest Request(ParseResult parsed)
    {
        var input = parsed.GetValue(Notebook) ?? OfCheckout("notebooks", "00-start-here.ipynb");
        var output = parsed.GetValue(Output) ?? parsed.GetValue(OutputArgument)
            ?? OfCheckout("results", "local", Path.GetFileNameWithoutExtension(input) + ".ipynb");
        return new()
        {
            Input = input,
            Output = output,
            HtmlPage = AtomicFile.IsDevice(output) ? null : Path.ChangeExtension(output, ".html"),
            // What is nearer to the command line wins.
            Parameters =
            [
                .. (parsed.GetValue(Files) ?? []).SelectMany(file => ParameterSetting.OfYaml(ReadFile(file), file)),
                .. (parsed.GetValue(Yaml) ?? []).SelectMany(text => ParameterSetting.OfYaml(text, "-y")),
                .. (parsed.GetValue(Parameters) ?? []).Select(pair => Setting(pair, ParameterSetting.Of)),
                .. (parsed.GetValue(RawParameters) ?? []).Select(pair => Setting(pair, ParameterSetting.Raw)),
            ],
            WorkingDirectory = parsed.GetValue(Directory) ?? Environment.CurrentDirectory,
            ExecutionTimeout = parsed.GetValue(Timeout) switch
            {
                null => null,
                > 0 and <= 1e6 and double seconds => TimeSpan.FromSeconds(seconds),
                var seconds => throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--execution-timeout takes a positive number of seconds, not {seconds}.")),
            },
            ReportMode = parsed.GetValue(ReportMode),
            Small = parsed.GetValue(Small),
            Resume = parsed.GetValue(Resume),
        };
    }

    // The executed notebook notes both paths; what is committed should not tell of one machine's folders.
    static string OfCheckout(params string[] parts)
    {
        var path = Path.Combine([Checkout.Root, .. parts]);
        return Environment.CurrentDirectory == Checkout.Root ? Path.GetRelativePath(Checkout.Root, path) : path;
    }

    static ParameterSetting Setting(string pair, Func<string, string, ParameterSetting> make) => pair.Split(Separator, 2) is [var name, var value] ? make(name, value)
        : throw new UsageException($"-p and -r take a name and a value: -p {pair} VALUE.");

    static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new UsageException($"The parameters file {path} could not be read: {fault.Message}", fault);
        }
    }
}
