namespace MedAnomaly.Notebooks.Sessions;

/// <summary>A cell while it runs: its name in errors, and its output.</summary>
/// <param name="Name">What errors call it.</param>
/// <param name="Channel">Its output.</param>
/// <param name="IsKept">False for what is only asked: later cells do not see what it declares.</param>
sealed record RunningCell(string Name, CellChannel Channel, bool IsKept = true)
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
