using System.Runtime;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Runs code that may have to be stopped anywhere. <see cref="ControlledExecution"/> stops loops; it cannot end a wait, so a thread that
/// still waits a moment later is woken by <see cref="Thread.Interrupt"/>.
/// </summary>
sealed class InterruptibleRun
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    readonly Lock gate = new();
    readonly Thread thread = Thread.CurrentThread;
    bool running = true;

    /// <summary>Runs <paramref name="body"/> on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Run(Action body, CancellationToken interrupt)
    {
        var run = new InterruptibleRun();
        // Cancelling waits until the thread has been told, which may take a while: never on the thread that cancels.
        using var abort = new CancellationTokenSource();
        using var registration = interrupt.UnsafeRegister(_ => new Thread(() => run.Stop(abort)) { IsBackground = true }.Start(), null);
        try
        {
#pragma warning disable SYSLIB0046 // The only way to stop a loop that does not cooperate. Code of ours that a cell reaches guards itself with finally blocks.
            ControlledExecution.Run(body, abort.Token);
#pragma warning restore SYSLIB0046
        }
        catch (ThreadInterruptedException fault) when (interrupt.IsCancellationRequested)
        {
            throw new OperationCanceledException("The cell was interrupted.", fault, interrupt);
        }
        finally
        {
            run.Leave();
        }
    }

    void Stop(CancellationTokenSource abort)
    {
        try
        {
            abort.Cancel();
        }
        catch (ObjectDisposedException)
        {
            return; // The body ended by itself.
        }
        while (true)
        {
            Thread.Sleep(Patience);
            lock (gate)
            {
                if (!running) return;
                if ((thread.ThreadState & ThreadState.WaitSleepJoin) != 0) thread.Interrupt();
            }
        }
    }

    void Leave()
    {
        while (true)
        {
            try
            {
                lock (gate) running = false;
                Thread.Sleep(0); // An interrupt that came too late ends here and not in the next wait.
                return;
            }
            catch (ThreadInterruptedException)
            {
            }
        }
    }
}
