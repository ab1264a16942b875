using System.Runtime.InteropServices;
using System.Text;

namespace TorchSharp;

/// <summary>Finds, loads, checks and prepares the native library before its first use.</summary>
internal static unsafe class Shim
{
    internal const string Name = "medanomaly_torch";
    const string FileName = "libmedanomaly_torch.so";
    const string Marker = "medanomaly_torch built against libtorch ";

    static readonly Lazy<nint> library = new(Load);

    /// <exception cref="DllNotFoundException">The library or libtorch is missing, or libtorch is not the version the library was built
    /// against.</exception>
    internal static nint Handle => library.Value;

    static nint Load()
    {
        var path = Find();
        var built = BuiltVersion(path);
        Kernels.Choose(built);
        nint handle;
        try
        {
            handle = NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"{path} could not be loaded: {e.Message.Trim()} It was built against libtorch {built ?? "of an unknown version"}. "
                + "If libtorch was removed or changed since, install that version again or rebuild (dotnet build).", e);
        }
        // Not by way of Native: its functions are bound through this one.
        byte* text;
        var configuration = (delegate* unmanaged<byte**, int>)NativeLibrary.GetExport(handle, "mt_configuration");
        var initialize = (delegate* unmanaged<int, int>)NativeLibrary.GetExport(handle, "mt_initialize");
        var error = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(handle, "mt_error");
        var free = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(handle, "mt_free_array");
        if (configuration(&text) != 0)
            throw new DllNotFoundException($"{path}: libtorch does not answer: {Marshal.PtrToStringUTF8((nint)error())}");
        RequireSame(built ?? "unknown", RunningVersion(Marshal.PtrToStringUTF8((nint)text)!));
        free(text);
        // ProcessorCount is what this process may use: it minds the affinity mask and the container's limit.
        if (initialize(Environment.ProcessorCount) != 0)
            throw new DllNotFoundException($"{path}: libtorch could not be prepared: {Marshal.PtrToStringUTF8((nint)error())}");
        return handle;
    }

    static string Find()
    {
        var beside = Path.GetDirectoryName(typeof(Shim).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
        foreach (var path in (ReadOnlySpan<string>)[Path.Combine(beside, FileName), Path.Combine(AppContext.BaseDirectory, FileName)])
            if (File.Exists(path)) return path;
        throw new DllNotFoundException($"{FileName} is neither in {beside} nor in {AppContext.BaseDirectory}. The build of lib/torch makes it: dotnet build.");
    }

    /// <summary>The version that stands in the file itself: it can be read when the library cannot be loaded and asked.</summary>
    internal static string? BuiltVersion(string path)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
        var at = bytes.IndexOf(Encoding.ASCII.GetBytes(Marker));
        if (at < 0) return null;
        var version = bytes[(at + Marker.Length)..];
        return Encoding.ASCII.GetString(version[..version.IndexOf((byte)0)]);
    }

    /// <summary>The version in libtorch's description of itself: "... TORCH_VERSION=2.6.0, ...".</summary>
    internal static string RunningVersion(string configuration)
    {
        const string key = "TORCH_VERSION=";
        var at = configuration.IndexOf(key, StringComparison.Ordinal);
        if (at < 0) return "unknown";
        var rest = configuration.AsSpan(at + key.Length);
        var end = rest.IndexOfAny(", \n");
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    /// <summary>libtorch promises no binary compatibility between versions: another one would crash at some later call.</summary>
    internal static void RequireSame(string built, string running)
    {
        if (Number(built) != Number(running))
            throw new DllNotFoundException(
                $"{FileName} was built against libtorch {built}, but libtorch {running} is loaded. Rebuild it (dotnet build), or set LIBTORCH to the version it was built against.");

        // 2.6.0+cu124 and 2.6.0a0 are 2.6.0.
        static string Number(string version) => string.Concat(version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.'));
    }
}
