using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>The ways between front ends and kernel.</summary>
enum KernelChannel
{
    /// <summary>Requests and replies.</summary>
    Shell,
    /// <summary>Interrupt and shutdown, which must not wait behind requests.</summary>
    Control,
    /// <summary>Questions to the user.</summary>
    Stdin,
    /// <summary>What all front ends see.</summary>
    Iopub,
}

/// <summary>
/// The kernel's sockets. One thread receives and sends for all of them, because a ZeroMQ socket bears no more; the heartbeat has a
/// thread in native code, which answers whatever the kernel does.
/// </summary>
sealed unsafe partial class KernelSockets : IDisposable
{
    readonly ZmqContext context = new();
    readonly ZmqSocket[] sockets;
    readonly ConcurrentQueue<(KernelChannel Channel, List<byte[]> Frames)> outgoing = new();
    readonly Thread heartbeat;
    readonly int wake;
    volatile bool stopping;

    /// <exception cref="MachineException">libzmq is missing, or a port is taken.</exception>
    public KernelSockets(ConnectionFile file)
    {
        sockets = [Listen(ZmqSocketType.Router, file.ShellPort), Listen(ZmqSocketType.Router, file.ControlPort),
            Listen(ZmqSocketType.Router, file.StdinPort), Listen(ZmqSocketType.Publisher, file.IopubPort)];
        var echo = Listen(ZmqSocketType.Router, file.HeartbeatPort);
        wake = NewEvent(0, 0);
        heartbeat = new(() =>
        {
            echo.Echo();
            echo.Dispose();
        }) { IsBackground = true, Name = "heartbeat" };
        heartbeat.Start();

        ZmqSocket Listen(ZmqSocketType type, int port)
        {
            var socket = context.Open(type);
            socket.Bind(file.Endpoint(port));
            return socket;
        }
    }

    /// <summary>Sends a message; from any thread, in the order of the calls.</summary>
    public void Send(KernelChannel channel, List<byte[]> frames)
    {
        outgoing.Enqueue((channel, frames));
        Wake();
    }

    /// <summary>Lets <see cref="Run"/> end once it has sent what was asked for before.</summary>
    public void Stop()
    {
        stopping = true;
        Wake();
    }

    /// <summary>Receives and sends until <see cref="Stop"/>.</summary>
    /// <param name="received">Takes what front ends send; must not wait.</param>
    /// <param name="greeting">What a front end that begins to listen hears first; it gets the topic.</param>
    public void Run(Action<KernelChannel, List<byte[]>> received, Func<byte[], List<byte[]>> greeting)
    {
        var items = stackalloc LibZmq.PollItem[sockets.Length + 1];
        for (var i = 0; i < sockets.Length; i++) items[i] = new() { Socket = sockets[i].Handle, Events = LibZmq.PollIn };
        items[sockets.Length] = new() { Descriptor = wake, Events = LibZmq.PollIn };
        while (true)
        {
            if (LibZmq.Poll(items, sockets.Length + 1, -1) < 0)
            {
                if (LibZmq.Errno() != LibZmq.Eintr) throw new InvalidOperationException($"ZeroMQ could not wait: {LibZmq.Describe(LibZmq.Errno())}.");
                continue; // A signal came; what was found is not said, and reading what is not there would wait for ever.
            }
            var last = stopping;
            if (items[sockets.Length].Found != 0) Rest();
            Greet(greeting);
            while (outgoing.TryDequeue(out var message)) sockets[(int)message.Channel].Send(message.Frames);
            if (last) return;
            for (var i = 0; i < (int)KernelChannel.Iopub; i++)
            {
                if (items[i].Found != 0 && sockets[i].Receive(wait: false) is { } frames) received((KernelChannel)i, frames);
            }
        }
    }

    /// <summary>Closes the sockets; what was sent still leaves.</summary>
    public void Dispose()
    {
        foreach (var socket in sockets) socket.Dispose();
        context.Shutdown();
        heartbeat.Join();
        context.Dispose();
        _ = CloseEvent(wake);
    }

    void Greet(Func<byte[], List<byte[]>> greeting)
    {
        var iopub = sockets[(int)KernelChannel.Iopub];
        while (iopub.Receive(wait: false) is { } frames)
        {
            // 1 subscribes, 0 takes leave.
            if (frames is [[1, .. var topic]]) iopub.Send(greeting(topic));
        }
    }

    void Wake()
    {
        ulong one = 1;
        _ = WriteEvent(wake, &one, sizeof(ulong));
    }

    void Rest()
    {
        ulong count;
        _ = ReadEvent(wake, &count, sizeof(ulong));
    }

    [LibraryImport("libc", EntryPoint = "eventfd")]
    private static partial int NewEvent(uint start, int flags);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint ReadEvent(int descriptor, void* value, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint WriteEvent(int descriptor, void* value, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseEvent(int descriptor);
}
