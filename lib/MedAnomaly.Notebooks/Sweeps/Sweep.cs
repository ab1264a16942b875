using System.Diagnostics;
using MedAnomaly.Data;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>Where a sweep stands.</summary>
/// <param name="Finished">Runs that are finished, earlier ones included.</param>
/// <param name="Running">Runs that are being executed.</param>
/// <param name="Failed">Runs that failed this time.</param>
/// <param name="Total">Runs in all.</param>
/// <param name="Left">The time that is left, from the runs finished so far; null before the first.</param>
/// <param name="Event">What just happened.</param>
public sealed record SweepProgress(int Finished, int Running, int Failed, int Total, TimeSpan? Left, string Event);

/// <summary>Executes the runs of a sweep that are not finished.</summary>
public static class Sweep
{
    /// <summary>
    /// Executes what is left, as many runs at a time as the executor takes. A run that fails does not end the others; it is executed again
    /// the next time.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="folder">Where it lies, and what of it is finished.</param>
    /// <param name="executor">Where the runs are executed.</param>
    /// <param name="data">The data that must not have changed.</param>
    /// <param name="progress">Told when a run begins and ends.</param>
    /// <param name="cancellationToken">Ends the runs; finished ones stay.</param>
    /// <returns>The runs that failed, and why.</returns>
    /// <exception cref="UsageException">The notebook changed since the sweep began, or the sweep is running.</exception>
    /// <exception cref="DatasetException">The data changed since the sweep began.</exception>
    public static async Task<IReadOnlyList<(SweepRun Run, SweepEnd End)>> RunAsync(SweepFile sweep, SweepFolder folder, ISweepExecutor executor, DataStore data,
        IProgress<SweepProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(executor);
        using var held = folder.Hold();
        folder.Begin(sweep, data);
        var waiting = new Queue<SweepRun>(sweep.Runs.Where(run => folder.Result(run) is null));
        var earlier = sweep.Runs.Count - waiting.Count;
        var running = new List<Task<(SweepRun Run, SweepEnd End)>>();
        var (ended, failed) = (new List<SweepEnd>(), new List<(SweepRun, SweepEnd)>());
        var clock = Stopwatch.StartNew();
        Report($"{earlier} of {sweep.Runs.Count} runs are finished already, {executor.Slots} run at a time");
        while (waiting.Count + running.Count > 0)
        {
            while (running.Count < executor.Slots && waiting.TryDequeue(out var next)) running.Add(ExecuteAsync(next));
            var first = await Task.WhenAny(running).ConfigureAwait(false);
            // Interrupted runs are waited for: what is left of them must not write any more.
            if (cancellationToken.IsCancellationRequested) await Task.WhenAll(running).ConfigureAwait(false);
            running.Remove(first);
            var (run, end) = await first.ConfigureAwait(false);
            if (end.ExitCode == 0)
            {
                ended.Add(end);
                folder.Finish(run, end.Duration);
                Report(FormattableString.Invariant($"finished in {end.Duration.TotalSeconds:F0} s: {run}"));
            }
            else
            {
                failed.Add((run, end));
                Report($"failed: {run}: {end.Reason}");
            }
        }
        return failed;

        async Task<(SweepRun, SweepEnd)> ExecuteAsync(SweepRun run) =>
            (run, await executor.ExecuteAsync(sweep, run, folder, cancellationToken).ConfigureAwait(false));

        void Report(string what)
        {
            var done = ended.Count + failed.Count;
            TimeSpan? left = done == 0 ? null : clock.Elapsed / done * (waiting.Count + running.Count);
            progress?.Report(new(earlier + ended.Count, running.Count, failed.Count, sweep.Runs.Count, left, what));
        }
    }
}
