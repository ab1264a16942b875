using System.Text;

namespace MedAnomaly.Images;

/// <summary>Tells formats apart by their first bytes. File names lie: a .png is often a JPEG, a .jpg sometimes a login page.</summary>
static class ImageSignature
{
    static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    /// <summary>The format of <paramref name="file"/>'s contents.</summary>
    /// <exception cref="DataFormatException">It is none that is read; the message names it where it is known.</exception>
    public static ImageFormat Recognise(ImageFile file)
    {
        ReadOnlySpan<byte> bytes = file.Bytes;
        if (bytes.StartsWith(Png))
            return ImageFormat.Png;
        if (bytes.StartsWith(Jpeg))
            return ImageFormat.Jpeg;
        if (bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) || bytes.StartsWith("II+\0"u8) || bytes.StartsWith("MM\0+"u8))
            return ImageFormat.Tiff;
        throw new DataFormatException($"{file.Name} {Refusal(bytes)}");
    }

    static string Refusal(ReadOnlySpan<byte> bytes)
    {
        if (IsWebPage(bytes))
            return "is a web page (HTML), not an image: most likely a login or error page that was saved under an image's name. "
                + "Delete it, open its address in a browser, sign in or accept the terms there, and download the image again.";
        if (bytes.StartsWith("version https://git-lfs"u8))
            return "is a Git LFS pointer, not the image itself. Fetch the contents with: git lfs pull";
        if (ImageKind(bytes) is { } kind)
            return $"is a {kind} file, which is not read. Expected PNG, JPEG or TIFF: convert it to PNG, which loses nothing.";
        if (OtherReader(bytes) is { } other)
            return $"is {other}, not a PNG, JPEG or TIFF image.";
        var first = Convert.ToHexString(bytes[..Math.Min(8, bytes.Length)]);
        return $"is no PNG, JPEG or TIFF image, whatever its name says: its {bytes.Length} bytes begin with {first}. "
            + "Copy or download it again.";
    }

    static bool IsWebPage(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.UTF8.GetString(bytes[..Math.Min(1024, bytes.Length)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (start.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase))
            start = start[(start.IndexOf('>', StringComparison.Ordinal) + 1)..].TrimStart();
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("<head", StringComparison.OrdinalIgnoreCase)
            || (start.StartsWith('<') && start.Contains("<html", StringComparison.OrdinalIgnoreCase));
    }

    static string? ImageKind(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("BM"u8) && bytes.Length >= 26 && !bytes.Slice(6, 4).ContainsAnyExcept((byte)0))
            return "BMP";
        if (bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8))
            return "GIF";
        if (bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes.Slice(8, 4).SequenceEqual("WEBP"u8))
            return "WebP";
        if (bytes.StartsWith("\0\0\0\u000cjP  "u8) || bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]))
            return "JPEG 2000";
        return bytes.Length >= 12 && bytes.Slice(4, 4).SequenceEqual("ftyp"u8) ? "HEIF or AVIF" : null;
    }

    static string? OtherReader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 132 && bytes.Slice(128, 4).SequenceEqual("DICM"u8))
            return "a DICOM file (read it with MedAnomaly.Volumes)";
        // The first number of a NIfTI header is the header's length, in either byte order.
        if (bytes.Length >= 348 && (bytes.StartsWith((ReadOnlySpan<byte>)[0x5C, 1, 0, 0]) || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0x5C])
            || bytes.StartsWith((ReadOnlySpan<byte>)[0x1C, 2, 0, 0]) || bytes.StartsWith((ReadOnlySpan<byte>)[0, 0, 2, 0x1C])))
            return "a NIfTI volume (read it with MedAnomaly.Volumes)";
        if (bytes.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return "gzip-compressed (a .nii.gz volume is read with MedAnomaly.Volumes)";
        if (bytes.StartsWith("PK\u0003\u0004"u8))
            return "a zip archive (unpack it first)";
        return bytes.StartsWith("%PDF"u8) ? "a PDF document" : null;
    }
}
