using System.Globalization;
using MedAnomaly.Notebooks.Running;
using MedAnomaly.Progress;

namespace MedAnomaly.Cli.Verbs;

/// <summary>Shows on standard error how far a notebook is: a bar on a terminal, a line a cell elsewhere.</summary>
sealed class RunProgress(string name, bool logOutput) : IProgress<CellProgress>, IDisposable
{
    readonly bool terminal = !Console.IsErrorRedirected;
    readonly ProgressBar bar = new();
    readonly Lock gate = new();
    bool drawn;

    public void Report(CellProgress value)
    {
        lock (gate)
        {
            if (terminal)
            {
                bar.Report(new($"{name}: {value.Title}", value.Number - (value.State == CellState.Running ? 1 : 0), value.Count));
                drawn = true;
            }
            else if (value.State != CellState.Running)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name} cell {value.Number}/{value.Count} {Word(value.State)}, {value.Elapsed.TotalSeconds:F1} s: {value.Title}"));
            }
        }
    }

    /// <summary>Passes on what a cell prints to standard error, and the rest where that was asked for.</summary>
    public void Write(string stream, string text)
    {
        if (stream != "stderr" && !logOutput) return;
        lock (gate)
        {
            Erase();
            // A log keeps every line that a cell's progress would have replaced.
            Console.Error.Write(terminal ? text : text.Replace('\r', '\n'));
        }
    }

    public void Finish()
    {
        lock (gate) Erase();
    }

    public void Dispose() => Finish();

    void Erase()
    {
        if (drawn) Console.Error.Write("\r\u001b[K");
        drawn = false;
    }

    static string Word(CellState state) => state switch
    {
        CellState.Completed => "done",
        CellState.Skipped => "skipped",
        CellState.Kept => "kept",
        _ => "failed",
    };
}
