using System.Diagnostics;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>A ZeroMQ socket. It belongs to the thread that uses it; only closing after the context's shutdown is safe elsewhere.</summary>
sealed unsafe class ZmqSocket : IDisposable
{
    const int Identity = 5, Subscribe = 6, Linger = 17, SendLimit = 23, XpubVerbose = 40, RouterHandover = 56;
    const int LingerMilliseconds = 1000;
    // A front end that is this many messages behind has lost its connection or stands still; it loses the messages that follow.
    const int PublishedBacklog = 100_000;

    bool closed;

    internal ZmqSocket(nint context, ZmqSocketType type)
    {
        Handle = LibZmq.NewSocket(context, (int)type);
        if (Handle == 0) throw Fault("open a socket");
        Set(Linger, LingerMilliseconds);
        // A front end that comes back under its old name takes the place of its lost connection.
        if (type == ZmqSocketType.Router) Set(RouterHandover, 1);
        if (type != ZmqSocketType.Publisher) return;
        Set(SendLimit, PublishedBacklog);
        // Tell of every subscription, also where another front end has the same.
        Set(XpubVerbose, 1);
    }

    internal nint Handle { get; }

    /// <exception cref="MachineException">The port is taken, or cannot be listened at.</exception>
    public void Bind(string endpoint)
    {
        if (LibZmq.Bind(Handle, endpoint) == 0) return;
        var error = LibZmq.Errno();
        throw new MachineException(error == LibZmq.Eaddrinuse
            ? $"{endpoint} is in use by another program: another kernel may run on this connection file. Let the front end choose new ports (start the kernel anew), or end the other program."
            : $"The kernel cannot listen at {endpoint}: {LibZmq.Describe(error)}.");
    }

    public void Connect(string endpoint)
    {
        if (LibZmq.Connect(Handle, endpoint) != 0) throw Fault($"connect to {endpoint}");
    }

    public void SetIdentity(ReadOnlySpan<byte> identity) => Set(Identity, identity);

    public void SubscribeToAll() => Set(Subscribe, []);

    /// <summary>Sends a message whole.</summary>
    /// <returns>False where the context was shut down.</returns>
    public bool Send(IReadOnlyList<byte[]> frames)
    {
        for (var i = 0; i < frames.Count; i++)
        {
            fixed (byte* data = frames[i])
            {
                var flags = i < frames.Count - 1 ? LibZmq.SendMore : 0;
                while (LibZmq.Send(Handle, data, (nuint)frames[i].Length, flags) < 0)
                {
                    var error = LibZmq.Errno();
                    if (error == LibZmq.Eterm) return false;
                    if (error != LibZmq.Eintr) throw Fault("send");
                }
            }
        }
        return true;
    }

    /// <summary>The next message; null where there is none yet and <paramref name="wait"/> is false, or the context was shut down.</summary>
    public List<byte[]>? Receive(bool wait = true)
    {
        var frames = new List<byte[]>();
        LibZmq.Part part;
        var more = true;
        while (more)
        {
            _ = LibZmq.InitPart(&part);
            while (LibZmq.ReceivePart(&part, Handle, wait ? 0 : LibZmq.DontWait) < 0)
            {
                var error = LibZmq.Errno();
                if (error is LibZmq.Eagain or LibZmq.Eterm) return null;
                if (error != LibZmq.Eintr) throw Fault("receive");
            }
            frames.Add(new ReadOnlySpan<byte>(LibZmq.PartData(&part), checked((int)LibZmq.PartLength(&part))).ToArray());
            more = LibZmq.PartHasMore(&part) != 0;
            _ = LibZmq.ClosePart(&part);
        }
        return frames;
    }

    /// <summary>Waits for a message.</summary>
    /// <returns>False when the time is over.</returns>
    public bool Poll(TimeSpan patience)
    {
        var item = new LibZmq.PollItem { Socket = Handle, Events = LibZmq.PollIn };
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var left = Math.Max(0, (long)(patience - clock.Elapsed).TotalMilliseconds);
            var found = LibZmq.Poll(&item, 1, left);
            if (found >= 0) return found > 0;
            // A signal, such as the word of a child's end, is no reason to give up.
            if (LibZmq.Errno() != LibZmq.Eintr) throw Fault("wait");
        }
    }

    /// <summary>Sends every message back to where it came from, until the context is shut down. No managed code takes part.</summary>
    public void Echo() => _ = LibZmq.Proxy(Handle, Handle, 0);

    public void Dispose()
    {
        if (closed) return;
        closed = true;
        _ = LibZmq.Close(Handle);
    }

    void Set(int option, int value)
    {
        if (LibZmq.SetOption(Handle, option, &value, sizeof(int)) != 0) throw Fault(FormattableString.Invariant($"set option {option}"));
    }

    void Set(int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* data = value)
        {
            if (LibZmq.SetOption(Handle, option, data, (nuint)value.Length) != 0) throw Fault(FormattableString.Invariant($"set option {option}"));
        }
    }

    static InvalidOperationException Fault(string what) => new($"ZeroMQ could not {what}: {LibZmq.Describe(LibZmq.Errno())}.");
}
