using MedAnomaly.Notebooks.Display;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>How a cell ended.</summary>
public enum CellStatus
{
    /// <summary>It ran to its end.</summary>
    Ok,
    /// <summary>It did not compile, or threw.</summary>
    Error,
    /// <summary>It was interrupted.</summary>
    Interrupted,
}

/// <summary>What became of a cell.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Value">The value of its last expression, null where it has none.</param>
/// <param name="Error">Why it failed, null where it did not.</param>
/// <param name="CompileTime">Time spent on compiling.</param>
/// <param name="RunTime">Time spent on running.</param>
public sealed record CellResult(CellStatus Status, MimeData? Value, CellError? Error, TimeSpan CompileTime, TimeSpan RunTime)
{
    const string InterruptedText = "the cell was interrupted; what it had assigned before is kept.";

    internal static CellResult Interrupted { get; } = new(CellStatus.Interrupted, null,
        new("Interrupted", InterruptedText, [$"\u001b[31mInterrupted\u001b[0m: {InterruptedText}"]), TimeSpan.Zero, TimeSpan.Zero);

    internal static CellResult Done(MimeData? value) => new(CellStatus.Ok, value, null, TimeSpan.Zero, TimeSpan.Zero);

    internal static CellResult Failed(CellError error) => new(CellStatus.Error, null, error, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>Why a cell failed.</summary>
/// <param name="Name">The exception's type, <c>CompilationError</c> or <c>Interrupted</c>.</param>
/// <param name="Message">One line for a log.</param>
/// <param name="Traceback">The lines that a reader sees, coloured by ANSI codes.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback);
