using System.Runtime.InteropServices;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>The functions of libzmq 4 that the kernel calls.</summary>
static unsafe partial class LibZmq
{
    const string Library = "libzmq.so.5";

    public const int Eintr = 4, Eagain = 11, Eterm = 156384765, Eaddrinuse = 98;
    public const int SendMore = 2, DontWait = 1;
    public const short PollIn = 1;

    /// <summary>An entry of zmq_poll's list.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollItem
    {
        public nint Socket;
        public int Descriptor;
        public short Events;
        public short Found;
    }

    /// <summary>zmq_msg_t, opaque.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    public struct Part
    {
        long alignment;
    }

    [LibraryImport(Library, EntryPoint = "zmq_ctx_new")]
    public static partial nint NewContext();

    [LibraryImport(Library, EntryPoint = "zmq_ctx_shutdown")]
    public static partial int ShutdownContext(nint context);

    [LibraryImport(Library, EntryPoint = "zmq_ctx_term")]
    public static partial int EndContext(nint context);

    [LibraryImport(Library, EntryPoint = "zmq_socket")]
    public static partial nint NewSocket(nint context, int type);

    [LibraryImport(Library, EntryPoint = "zmq_close")]
    public static partial int Close(nint socket);

    [LibraryImport(Library, EntryPoint = "zmq_setsockopt")]
    public static partial int SetOption(nint socket, int option, void* value, nuint length);

    [LibraryImport(Library, EntryPoint = "zmq_bind", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Bind(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_connect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Connect(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_send")]
    public static partial int Send(nint socket, byte* data, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_init")]
    public static partial int InitPart(Part* part);

    [LibraryImport(Library, EntryPoint = "zmq_msg_recv")]
    public static partial int ReceivePart(Part* part, nint socket, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_data")]
    public static partial byte* PartData(Part* part);

    [LibraryImport(Library, EntryPoint = "zmq_msg_size")]
    public static partial nuint PartLength(Part* part);

    [LibraryImport(Library, EntryPoint = "zmq_msg_more")]
    public static partial int PartHasMore(Part* part);

    [LibraryImport(Library, EntryPoint = "zmq_msg_close")]
    public static partial int ClosePart(Part* part);

    [LibraryImport(Library, EntryPoint = "zmq_poll")]
    public static partial int Poll(PollItem* items, int count, long milliseconds);

    [LibraryImport(Library, EntryPoint = "zmq_proxy")]
    public static partial int Proxy(nint frontend, nint backend, nint capture);

    [LibraryImport(Library, EntryPoint = "zmq_errno")]
    public static partial int Errno();

    [LibraryImport(Library, EntryPoint = "zmq_strerror")]
    private static partial nint ErrorText(int number);

    public static string Describe(int number) => Marshal.PtrToStringUTF8(ErrorText(number)) ?? FormattableString.Invariant($"error {number}");
}
