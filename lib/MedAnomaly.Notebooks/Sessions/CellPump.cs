using System.Collections.Concurrent;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Runs a cell's continuations on the cell's own thread, so that code after an <c>await</c> can be interrupted like any other. What
/// arrives after the cell has ended runs on the thread pool; what an <c>async void</c> method throws is told to <paramref name="escaped"/>.
/// </summary>
sealed class CellPump(Action<Exception> escaped) : SynchronizationContext
{
    readonly BlockingCollection<(SendOrPostCallback? Work, object? State)> queue = [];
    volatile bool ended;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (ended) ThreadPool.QueueUserWorkItem(_ => Invoke(d, state));
        else queue.Add((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Works until <paramref name="task"/> is done.</summary>
    public void RunUntil(Task task)
    {
        task.ContinueWith(_ => queue.Add((null, null)), TaskScheduler.Default);
        while (!task.IsCompleted)
        {
            var (work, state) = queue.Take();
            if (work is not null) Invoke(work, state);
        }
    }

    /// <summary>The cell has ended: what it left behind goes on elsewhere.</summary>
    public void End()
    {
        ended = true;
        while (queue.TryTake(out var late))
        {
            if (late.Work is not null) Post(late.Work, late.State);
        }
    }

    void Invoke(SendOrPostCallback work, object? state)
    {
        try
        {
            work(state);
        }
        catch (Exception fault) when (fault is not ThreadInterruptedException and not ThreadAbortException)
        {
            // The script's own exceptions travel in its task; what arrives here left an async void method.
            escaped(fault);
        }
    }
}
