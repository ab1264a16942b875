using System.Runtime.InteropServices;

namespace MedAnomaly.Tests.Detectors.Reconstruction;

/// <summary>Lets this process write no file longer than so many bytes, until it is disposed: a disk that is full in the middle of a file.</summary>
sealed class FileSizeLimit : IDisposable
{
    const int FileSize = 1, SigXfsz = 25;
    static readonly nint Ignore = 1;

    readonly Limits before;
    readonly nint handler;

    public FileSizeLimit(long bytes)
    {
        // Beyond the limit the system sends a signal that ends the process, unless it is ignored: then the write fails.
        handler = signal(SigXfsz, Ignore);
        Assert.Equal(0, getrlimit(FileSize, out before));
        var lower = before with { Soft = (ulong)bytes };
        Assert.Equal(0, setrlimit(FileSize, ref lower));
    }

    public void Dispose()
    {
        var old = before;
        Assert.Equal(0, setrlimit(FileSize, ref old));
        signal(SigXfsz, handler);
    }

    [StructLayout(LayoutKind.Sequential)]
    record struct Limits(ulong Soft, ulong Hard);

    [DllImport("libc", SetLastError = true)]
    static extern int getrlimit(int resource, out Limits limits);

    [DllImport("libc", SetLastError = true)]
    static extern int setrlimit(int resource, ref Limits limits);

    [DllImport("libc", SetLastError = true)]
    static extern nint signal(int number, nint handler);
}
