using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using MedAnomaly.Notebooks.Pages.Sanitizing;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A picture that a page carries within itself.</summary>
/// <param name="Url">A data URL.</param>
/// <param name="Width">In its own pixels; null where unknown.</param>
/// <param name="Height">In its own pixels; null where unknown.</param>
sealed partial record Picture(string Url, int? Width = null, int? Height = null)
{
    /// <summary>The picture in <paramref name="bytes"/>, whatever they are called: PNG, JPEG, GIF, WebP or SVG; null where they are none.</summary>
    public static Picture? Of(ReadOnlySpan<byte> bytes)
    {
        if (Type(bytes) is not { } type)
            return SvgSanitizer.Sanitize(Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF')) is { } svg ? new(SvgUrl(svg)) : null;
        var (width, height) = Size(bytes);
        return new($"data:{type};base64,{Convert.ToBase64String(bytes)}", width, height);
    }

    /// <summary>The picture in base64; null where it is none.</summary>
    public static Picture? OfBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Of(bytes.AsSpan(0, length)) : null;
    }

    /// <summary>The picture in a data URL; null where it holds none.</summary>
    public static Picture? OfUrl(string url)
    {
        if (DataUrl().Match(url) is not { Success: true } match) return null;
        var content = match.Groups["content"].Value;
        return match.Groups["base64"].Success ? OfBase64(Uri.UnescapeDataString(content)) : Of(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(content)));
    }

    /// <summary>A cleaned SVG drawing as a data URL.</summary>
    public static string SvgUrl(string svg) => $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}";

    /// <summary>Whether <paramref name="url"/> holds a picture of pixels, which can hold nothing that acts.</summary>
    public static bool IsRasterUrl(string url) => RasterUrl().IsMatch(url);

    static string? Type(ReadOnlySpan<byte> bytes) =>
        bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) ? "image/png"
        : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) ? "image/gif"
        : bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..12].SequenceEqual("WEBP"u8) ? "image/webp"
        : null;

    // So that a page keeps room for a picture before it is drawn.
    static (int? Width, int? Height) Size(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 24 && bytes[1] == 'P') return (BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]));
        if (bytes.Length >= 10 && bytes[0] == 'G') return (BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[8..]));
        if (bytes[0] != 0xFF) return default;
        // A JPEG is a row of segments; the one that begins a frame holds the size.
        for (var at = 2; at + 9 <= bytes.Length && bytes[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]))
        {
            if (bytes[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                return (BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
        }
        return default;
    }

    [GeneratedRegex(@"^\s*data:image/[\w.+-]+(?:;charset=[\w-]+)?(?<base64>;base64)?,(?<content>.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex DataUrl();

    [GeneratedRegex(@"^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$", RegexOptions.IgnoreCase)]
    private static partial Regex RasterUrl();
}
