using System.CommandLine;
using MedAnomaly.Experiments;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>render</c>: notebooks as pages for readers.</summary>
static class RenderVerb
{
    static readonly Argument<string[]> Notebooks = new("notebook")
    {
        Description = "The notebooks, .ipynb or .dib, or folders of them (default: notebooks/).",
        Arity = ArgumentArity.ZeroOrMore,
    };

    static readonly Option<string?> Output = new("-o", "--output") { Description = "The folder for the pages (default: results/local/pages)." };
    static readonly Option<bool> ReportMode = new("--report-mode") { Description = "Fold the code of all cells away." };

    public static Command Create()
    {
        var verb = new Command("render", "Make HTML pages of notebooks, as they are, and a gallery that leads to them.") { Notebooks, Output, ReportMode };
        // The parser would take a misspelt option for a file.
        Notebooks.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
                result.AddError($"there is no option {token.Value}.{Spelling.Hint(token.Value, verb.Options.SelectMany(option => option.Aliases.Append(option.Name)))}");
        });
        verb.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), cancellation));
        return verb;
    }

    static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(Output) ?? Path.Combine(Checkout.Root, "results", "local", "pages");
        var pages = new PageFolder(folder)
        {
            Records = [.. ResultStore.FromEnvironment().List().Select(run => run.Record)],
            ReportMode = parsed.GetValue(ReportMode),
            Progress = new Lines(),
        };
        var rendered = pages.Render(NotebookPaths.Find(parsed.GetValue(Notebooks) is { Length: > 0 } named ? named : [NotebookPaths.Home]), cancellation);
        foreach (var fault in rendered.Faults) Console.Error.WriteLine($"medanomaly: {fault.Exception.Message}");
        Console.WriteLine($"{rendered.Pages.Count} {(rendered.Pages.Count == 1 ? "page" : "pages")}");
        Console.WriteLine($"gallery: {rendered.Gallery}");
        return (int)rendered.ExitCode;
    }

    sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine($"page: {value}");
    }
}
