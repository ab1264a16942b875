using System.Runtime.InteropServices;
using System.Text;

namespace MedAnomaly.Images;

/// <summary>The C shim of lib/native/images, over libpng, libjpeg-turbo and libtiff.</summary>
static partial class NativeImages
{
    public const int FaultSize = 256;

    const string Library = "medanomaly_images";

    public enum Result
    {
        Ok,
        Damaged,
        Unsupported,
    }

    [StructLayout(LayoutKind.Sequential)]
    public record struct Header(long Width, long Height, int Channels, int Bits);

    [LibraryImport(Library, EntryPoint = "medanomaly_image_header")]
    public static partial Result ReadHeader(ImageFormat format, ReadOnlySpan<byte> file, long length, out Header header, Span<byte> fault);

    [LibraryImport(Library, EntryPoint = "medanomaly_image_pixels")]
    public static partial Result ReadPixels(
        ImageFormat format, ReadOnlySpan<byte> file, long length, Span<byte> pixels, long size, Span<byte> fault);

    [LibraryImport(Library, EntryPoint = "medanomaly_png_write")]
    public static partial Result WritePng(in Header header, ReadOnlySpan<byte> pixels, out nint file, out long length, Span<byte> fault);

    [LibraryImport(Library, EntryPoint = "medanomaly_free")]
    public static partial void Free(nint memory);

    /// <summary>The text that a call left in <paramref name="fault"/>, without its full stop.</summary>
    public static string Text(ReadOnlySpan<byte> fault) => Encoding.UTF8.GetString(fault[..fault.IndexOf((byte)0)]).TrimEnd('.');

    /// <summary>What the machine lacks, where the shim or a library below it cannot be loaded.</summary>
    public static MachineException Missing(DllNotFoundException fault) => new(
        $"The image decoders cannot be loaded: {fault.Message} They are built with MedAnomaly.dll and need libpng, libjpeg-turbo and "
        + "libtiff from the system. On Debian or Ubuntu: apt-get install -y libpng-dev libjpeg-dev libtiff-dev, then build again.", fault);
}
