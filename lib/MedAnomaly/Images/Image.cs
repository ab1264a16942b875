namespace MedAnomaly.Images;

/// <summary>8-bit grey.</summary>
public readonly record struct L8(byte PackedValue);

/// <summary>16-bit grey.</summary>
public readonly record struct L16(ushort PackedValue);

/// <summary>8-bit red, green, blue.</summary>
public readonly record struct Rgb24(byte R, byte G, byte B);

/// <summary>8-bit red, green, blue and opacity.</summary>
public readonly record struct Rgba32(byte R, byte G, byte B, byte A);

/// <summary>An image in memory, row by row. The names are ImageSharp's, so that it can come back.</summary>
public abstract class Image(int width, int height)
{
    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;
}

/// <summary>An image whose pixels are of type <typeparamref name="TPixel"/>.</summary>
public sealed class Image<TPixel>(int width, int height) : Image(width, height)
    where TPixel : unmanaged
{
    readonly TPixel[] pixels = new TPixel[checked(width * height)];

    /// <summary>The pixel in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public TPixel this[int x, int y]
    {
        get => pixels[y * Width + x];
        set => pixels[y * Width + x] = value;
    }

    /// <summary>All pixels, row after row from the top.</summary>
    public Span<TPixel> Pixels => pixels;
}
