using System.CommandLine;
using System.Globalization;
using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Notebooks.Running;
using MedAnomaly.Notebooks.Sweeps;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>sweep</c>: a notebook over a grid of its parameters.</summary>
static class SweepVerb
{
    static readonly Argument<string> Grid = new("file")
    {
        Description = "The sweep: notebook, grids of its parameters, cores and memory of a run; YAML or JSON.",
    };

    static readonly Option<string?> Output = new("-o", "--output")
    {
        Description = "The sweep's folder (default: results/local/sweeps/NAME). A sweep that lies there is gone on with.",
    };

    static readonly Option<int?> Cores = new("--cores") { Description = "Cores for all runs together (default: all)." };
    static readonly Option<double?> Memory = new("--memory") { Description = "GiB for all runs together (default: four fifths of the machine's)." };
    static readonly Option<bool> DryRun = new("--dry-run") { Description = "List the runs and what of them is finished; run nothing." };

    public static Command Create()
    {
        var verb = new Command("sweep", "Run a notebook for every combination of some parameters, side by side; go on where an earlier call ended.")
        {
            Grid, Output, Cores, Memory, DryRun,
        };
        verb.SetAction(RunAsync);
        return verb;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var sweep = SweepFile.Read(parsed.GetRequiredValue(Grid));
        var folder = new SweepFolder(parsed.GetValue(Output) ?? Path.Combine(ResultStore.FromEnvironment().Folder, "local", "sweeps", sweep.Name));
        if (parsed.GetValue(DryRun))
        {
            foreach (var run in sweep.Runs) Console.WriteLine($"{run.Id} {(folder.Result(run) is null ? "waits   " : "finished")} {run}");
            return (int)ExitCode.Ok;
        }
        if (parsed.GetValue(Cores) < 1 || parsed.GetValue(Memory) <= 0) throw new UsageException("--cores and --memory take positive numbers.");
        // The program that runs a session offers 'run' as well; only the last word differs.
        var self = SessionCommand.Self;
        var executor = new LocalExecutor(sweep, self.Program, [.. self.Arguments.SkipLast(1)], parsed.GetValue(Cores),
            (long?)(parsed.GetValue(Memory) * (1L << 30)));
        var failed = await Sweep.RunAsync(sweep, folder, executor, DataStore.FromEnvironment(), new SweepLines(sweep.Name), cancellation);
        var finished = sweep.Runs.Where(run => folder.Result(run) is not null).ToList();
        if (finished.Count > 0) Console.Write(SweepReport.Write(sweep, folder, finished));
        foreach (var (run, end) in failed) Console.Error.WriteLine($"medanomaly: {run}: {end.Reason}");
        return (int)(failed.Count == 0 ? ExitCode.Ok : ExitCode.CellFailed);
    }

    /// <summary>A line on standard error each time that something happens.</summary>
    sealed class SweepLines(string name) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            var left = value.Left is { } time ? string.Create(CultureInfo.InvariantCulture, $", {(int)time.TotalMinutes}:{time.Seconds:D2} min left") : "";
            var failed = value.Failed > 0 ? $", {value.Failed} failed" : "";
            Console.Error.WriteLine($"{name} {value.Finished}/{value.Total}{failed}{left}: {value.Event}");
        }
    }
}
