using System.Runtime;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Stops what does not stop by itself when its cell is interrupted: a thread that waits is woken by <see cref="Thread.Interrupt"/>; one
/// that computes in a library that does not listen is aborted at last. That works where the thread comes back from native code; where it
/// does not, .NET ends the process, and the program that started it says so. A cell that listens is never aborted.
/// </summary>
sealed class InterruptibleRun
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan WakePatience = TimeSpan.FromMilliseconds(300);
    static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(4);

    readonly Lock gate = new();
    readonly Thread thread = Thread.CurrentThread;
    readonly CancellationTokenSource abort = new();
    bool running = true;

    /// <summary>Runs <paramref name="body"/> on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void Run(Action body, CancellationToken interrupt)
    {
        var run = new InterruptibleRun();
        using var registration = interrupt.UnsafeRegister(_ => new Thread(run.Stop) { IsBackground = true, Name = "interrupt" }.Start(), null);
        try
        {
#pragma warning disable SYSLIB0046 // The last resort against native code that does not return; see above.
            ControlledExecution.Run(body, run.abort.Token);
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

    void Stop()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            Thread.Sleep(Step);
            lock (gate)
            {
                if (!running) return;
                if (clock.Elapsed > WakePatience && (thread.ThreadState & ThreadState.WaitSleepJoin) != 0) thread.Interrupt();
            }
            // Cancelling waits until the thread has stopped, and one that sleeps must still be woken: hence on a thread of its own.
            if (clock.Elapsed > AbortPatience && !abort.IsCancellationRequested) new Thread(abort.Cancel) { IsBackground = true, Name = "abort" }.Start();
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
