namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Owner of a process's ZeroMQ sockets.</summary>
sealed class ZmqContext : IDisposable
{
    readonly nint handle;

    /// <exception cref="MachineException">libzmq is not installed.</exception>
    public ZmqContext()
    {
        try
        {
            handle = LibZmq.NewContext();
        }
        catch (DllNotFoundException fault)
        {
            throw new MachineException("The Jupyter kernel needs ZeroMQ (libzmq.so.5), which is not installed. On Debian and Ubuntu: apt-get install -y libzmq5", fault);
        }
    }

    public ZmqSocket Open(ZmqSocketType type) => new(handle, type);

    /// <summary>Ends all waiting in this context's sockets; they can only be closed then.</summary>
    public void Shutdown() => _ = LibZmq.ShutdownContext(handle);

    /// <summary>Waits until closed sockets have sent what they had, each no longer than it lingers.</summary>
    public void Dispose()
    {
        while (LibZmq.EndContext(handle) < 0 && LibZmq.Errno() == LibZmq.Eintr)
        {
        }
    }
}

/// <summary>The patterns of ZeroMQ that Jupyter uses, with libzmq's numbers.</summary>
enum ZmqSocketType
{
    Subscriber = 2,
    Request = 3,
    Dealer = 5,
    Router = 6,
    Publisher = 9,
}
