namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>How one run of a sweep ended.</summary>
/// <param name="ExitCode">That of <c>run</c>; 0 where all cells ran.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Reason">Why it ended, for people; empty where all is well.</param>
public sealed record SweepEnd(int ExitCode, TimeSpan Duration, string Reason);

/// <summary>
/// Where runs of a sweep are executed: on this machine (<see cref="LocalExecutor"/>), or elsewhere. A run reads the sweep's notebook and
/// writes into its own folder only, so that an executor need not know what the others do.
/// </summary>
public interface ISweepExecutor
{
    /// <summary>How many runs it works on at a time.</summary>
    int Slots { get; }

    /// <summary>Executes one run to its end, whatever that is.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="run">Which run.</param>
    /// <param name="folder">Where it writes.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    Task<SweepEnd> ExecuteAsync(SweepFile sweep, SweepRun run, SweepFolder folder, CancellationToken cancellationToken);
}
