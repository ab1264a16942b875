using System.CommandLine;
using System.Globalization;
using MedAnomaly.Experiments;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>results</c>: what was measured, and the page made from it.</summary>
static class ResultsVerb
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "Print all records as one JSON array." };
        var verb = new Command("results", "List what was measured and renew results/README.md.") { json };
        verb.SetAction(parsed => Run(parsed.GetValue(json)));
        return verb;
    }

    static int Run(bool json)
    {
        var store = ResultStore.FromEnvironment();
        var runs = store.List();
        var page = ResultsPage.Write(store);
        if (json)
        {
            Console.Write(RunRecordJson.WriteAll(runs.Select(run => run.Record)));
            return (int)ExitCode.Ok;
        }
        foreach (var run in runs)
        {
            var auroc = run.Record.Metric(MetricName.AUROC, MetricLevel.Image)?.Value;
            var shown = auroc is { } value ? string.Create(CultureInfo.InvariantCulture, $"AUROC {value:F4}") : "";
            Console.WriteLine($"{run.Record.Id,-48}{run.Record.Data.ToString().ToLowerInvariant(),-11}{(run.IsLocal ? "local" : ""),-7}{shown}");
        }
        Console.WriteLine($"{runs.Count} records; the tables are in {Path.GetRelativePath(Environment.CurrentDirectory, page)}");
        return (int)ExitCode.Ok;
    }
}
