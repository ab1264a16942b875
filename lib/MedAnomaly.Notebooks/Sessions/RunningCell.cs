namespace MedAnomaly.Notebooks.Sessions;

/// <summary>A cell while it runs: its name in errors, its output, the time that it took so far.</summary>
sealed record RunningCell(string Name, CellChannel Channel)
{
    public TimeSpan CompileTime { get; set; }

    public TimeSpan RunTime { get; set; }

    public bool IsInterrupt(Exception fault) =>
        Channel.Interrupt.IsCancellationRequested && fault is OperationCanceledException or ThreadInterruptedException;

    public CellResult Done(Display.MimeData? value) => new(CellStatus.Ok, value, null, CompileTime, RunTime);

    public CellResult Failed(CellError error) => new(CellStatus.Error, null, error, CompileTime, RunTime);

    public CellResult Interrupted() => new(CellStatus.Interrupted, null,
        new("Interrupted", "The cell was interrupted; what it had assigned before is kept.", ["\u001b[31mInterrupted\u001b[0m: the cell was interrupted; what it had assigned before is kept."]),
        CompileTime, RunTime);

    /// <summary>Prints an error that ended something which nobody waits for.</summary>
    public void Report(CellError error)
    {
        Channel.Write("stderr", $"An exception left code that {Name} started and nobody awaited:\n{string.Join('\n', error.Traceback)}\n");
        Channel.Flush();
    }
}
