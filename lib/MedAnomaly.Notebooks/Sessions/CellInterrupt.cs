using System.Runtime.CompilerServices;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>What <see cref="InterruptibleCode"/> puts into a cell's loops, methods, awaits and calls. Cells do not call it themselves.</summary>
public static class CellInterrupt
{
    // How many interrupted cells have not ended yet. One read and one comparison are all that a loop pays for.
    static int pending;

    /// <summary>Ends with the interrupt of the calling cell.</summary>
    public static CancellationToken Token => CellChannel.Current?.Interrupt ?? CancellationToken.None;

    /// <summary>Ends the calling code where its cell was interrupted.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check()
    {
        if (Volatile.Read(ref pending) != 0) Stop();
    }

    /// <summary><paramref name="value"/>, where the cell was not interrupted.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Pass<T>(T value)
    {
        Check();
        return value;
    }

    /// <summary>The task, or the interrupt of the calling cell, whichever comes first.</summary>
    public static Task Or(Task task) => task.WaitAsync(Token);

    /// <inheritdoc cref="Or(Task)"/>
    public static Task<T> Or<T>(Task<T> task) => task.WaitAsync(Token);

    /// <inheritdoc cref="Or(Task)"/>
    public static ValueTask Or(ValueTask task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Token));

    /// <inheritdoc cref="Or(Task)"/>
    public static ValueTask<T> Or<T>(ValueTask<T> task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Token));

    /// <summary>Awaitables that are no tasks are left as they are.</summary>
    public static T Or<T>(T awaitable) => awaitable;

    /// <summary>Lets checks fail in code of an interrupted cell until the result is disposed.</summary>
    internal static IDisposable Watch(CancellationToken interrupt) => new Watcher(interrupt);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Stop() => Token.ThrowIfCancellationRequested();

    sealed class Watcher : IDisposable
    {
        readonly CancellationTokenRegistration registration;
        int counted;

        public Watcher(CancellationToken interrupt) => registration = interrupt.UnsafeRegister(_ =>
        {
            counted = 1;
            Interlocked.Increment(ref pending);
        }, null);

        public void Dispose()
        {
            registration.Dispose();
            Interlocked.Add(ref pending, -counted);
        }
    }
}
