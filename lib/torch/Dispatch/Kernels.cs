using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace TorchSharp;

/// <summary>
/// Which of their kernels libtorch and OpenBLAS run, where what they take by themselves is slower than the processor. Both read the
/// environment once, as they are loaded; what the user has set there stands. Processes that this one starts are told the same, so that a
/// Python computes the same bits.
/// </summary>
internal static unsafe partial class Kernels
{
    const string OpenBlas = "libopenblas.so.0", Pentium4 = "Prescott";

    /// <summary>For before libtorch is loaded.</summary>
    /// <param name="libtorch">Its version; null where that is not known.</param>
    internal static void Choose(string? libtorch)
    {
        // libtorch 1.13 starts at AVX2 and leaves AVX-512 to the user's choice; later versions ask the processor.
        if (HasAvx512 && libtorch?.StartsWith("1.", StringComparison.Ordinal) == true) Set("ATEN_CPU_CAPABILITY", "avx512");
        if (OfOpenBlas() is { } own && Better(own, HasAvx2, HasAvx512) is { } better) Set("OPENBLAS_CORETYPE", better);
    }

    /// <summary>
    /// The kernels that fit a processor better than the ones OpenBLAS took; null where its own are right. It goes by the processor's model,
    /// and gives one that is newer than itself those of a Pentium 4, several times slower: 0.3.21 does so for an Intel Xeon of 2023.
    /// </summary>
    internal static string? Better(string own, bool hasAvx2, bool hasAvx512) =>
        own != Pentium4 || !hasAvx2 ? null : hasAvx512 ? "SkylakeX" : "Haswell";

    static bool HasAvx2 => Avx2.IsSupported && Fma.IsSupported;

    static bool HasAvx512 => HasAvx2 && Avx512F.VL.IsSupported && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported;

    /// <summary>
    /// What OpenBLAS takes by itself: it is loaded, asked and let go, so that libtorch loads it again. Null where there is none.
    /// </summary>
    static string? OfOpenBlas()
    {
        if (!NativeLibrary.TryLoad(OpenBlas, out var library)) return null;
        var name = NativeLibrary.TryGetExport(library, "openblas_get_corename", out var ask)
            ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)ask)()) : null;
        NativeLibrary.Free(library);
        return name;
    }

    static void Set(string variable, string value)
    {
        if (Environment.GetEnvironmentVariable(variable) is not null) return;
        // .NET's own does not reach the C library's environment, and the C library's does not reach the processes that .NET starts.
        if (setenv(variable, value, 0) != 0) throw new InsufficientMemoryException($"{variable} could not be set.");
        Environment.SetEnvironmentVariable(variable, value);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
