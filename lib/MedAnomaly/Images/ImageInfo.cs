namespace MedAnomaly.Images;

/// <summary>The formats that are read.</summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics.</summary>
    Png,
    /// <summary>JPEG: baseline, extended sequential or progressive, Huffman coded.</summary>
    Jpeg,
    /// <summary>TIFF and BigTIFF, one page.</summary>
    Tiff,
}

/// <summary>What an image file's header says.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="PixelType">The pixels that <see cref="Image.Load(string)"/> delivers, after palettes and single bits are expanded.</param>
/// <param name="Format">The format that the contents have, whatever the file's name says.</param>
public sealed record ImageInfo(int Width, int Height, PixelTypeInfo PixelType, ImageFormat Format);
