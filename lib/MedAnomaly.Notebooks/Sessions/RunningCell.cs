namespace MedAnomaly.Notebooks.Sessions;

/// <summary>A cell while it runs: its name in errors, and its output.</summary>
sealed record RunningCell(string Name, CellChannel Channel)
{
    public bool IsInterrupt(Exception fault) =>
        Channel.Interrupt.IsCancellationRequested && fault is OperationCanceledException or ThreadInterruptedException;

    /// <summary>Prints an error that ended something which nobody waits for.</summary>
    public void Report(CellError error)
    {
        Channel.Write("stderr", $"An exception left code that {Name} started and nobody awaited:\n{string.Join('\n', error.Traceback)}\n");
        Channel.Flush();
    }
}
