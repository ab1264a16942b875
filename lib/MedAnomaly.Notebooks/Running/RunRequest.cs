using MedAnomaly.Notebooks.Parameters;

namespace MedAnomaly.Notebooks.Running;

/// <summary>What to run, and where to.</summary>
public sealed record RunRequest
{
    /// <summary>The notebook to run; it is not changed.</summary>
    public required string Input { get; init; }

    /// <summary>Where the executed notebook goes; written before the first cell and after each.</summary>
    public required string Output { get; init; }

    /// <summary>Where the page for readers goes; none is made where this is null.</summary>
    public string? HtmlPage { get; init; }

    /// <summary>Folds the code of all cells away: for those who read results and not code.</summary>
    public bool ReportMode { get; init; }

    /// <summary>Values for the notebook's parameters.</summary>
    public IReadOnlyList<ParameterSetting> Parameters { get; init; } = [];

    /// <summary>Sets the parameters that the notebook names for a small and quick run (<see cref="SmallForm"/>) before <see cref="Parameters"/>.</summary>
    public bool Small { get; init; }

    /// <summary>Takes over what can safely be taken over from an earlier run that left its notebook at <see cref="Output"/>.</summary>
    public bool Resume { get; init; }

    /// <summary>How long one cell may take; null for as long as it wants.</summary>
    public TimeSpan? ExecutionTimeout { get; init; }

    /// <summary>The current directory of the cells; the notebook's own folder where this is null.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>How to start the process that runs the cells.</summary>
    public SessionCommand Session { get; init; } = SessionCommand.Self;
}

/// <summary>What became of a run.</summary>
/// <param name="ExitCode">The exit code of a command that ran it.</param>
/// <param name="CellsRun">Code cells that ran to their end.</param>
/// <param name="FailedCell">The number of the cell (from 1, prose counted) that ended the run; null where all ran.</param>
/// <param name="Error">Why it ended there; null where all ran.</param>
/// <param name="Output">The executed notebook.</param>
/// <param name="HtmlPage">The page for readers; null where none was asked for.</param>
/// <param name="Duration">How long it took.</param>
public sealed record RunOutcome(
    ExitCode ExitCode, int CellsRun, int? FailedCell, Sessions.CellError? Error, string Output, string? HtmlPage, TimeSpan Duration);

/// <summary>Where a run stands.</summary>
/// <param name="Number">The cell's number in the notebook, from 1, prose counted.</param>
/// <param name="Count">Cells in the notebook.</param>
/// <param name="Title">The cell's first line.</param>
/// <param name="State">What just happened to it.</param>
/// <param name="Elapsed">How long it took so far.</param>
public sealed record CellProgress(int Number, int Count, string Title, CellState State, TimeSpan Elapsed);

/// <summary>What just happened to a cell.</summary>
public enum CellState
{
    /// <summary>It begins.</summary>
    Running,
    /// <summary>It ran to its end.</summary>
    Completed,
    /// <summary>It was passed over: its tag says so.</summary>
    Skipped,
    /// <summary>It was passed over, and stands as an earlier run left it.</summary>
    Kept,
    /// <summary>It failed, and with it the run.</summary>
    Failed,
}
