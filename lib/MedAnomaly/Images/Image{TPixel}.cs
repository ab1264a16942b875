using System.Runtime.InteropServices;

namespace MedAnomaly.Images;

/// <summary>An image whose pixels are of type <typeparamref name="TPixel"/>.</summary>
public sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    TPixel[] pixels;

    /// <summary>A black image, transparent where it has an alpha.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is not positive, or the pixels are too many.</exception>
    public Image(int width, int height)
        : base(width, height) => pixels = new TPixel[width * height];

    /// <inheritdoc/>
    public override PixelTypeInfo PixelType => TPixel.TypeInfo;

    /// <summary>All pixels, row after row from the top.</summary>
    public Span<TPixel> Pixels => pixels;

    internal override Span<byte> Bytes => MemoryMarshal.AsBytes(pixels.AsSpan());

    /// <summary>The pixel in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The pixel lies outside.</exception>
    public TPixel this[int x, int y]
    {
        get => pixels[Index(x, y)];
        set => pixels[Index(x, y)] = value;
    }

    /// <inheritdoc/>
    public override Image<TOther> CloneAs<TOther>()
    {
        var clone = new Image<TOther>(Width, Height);
        var target = clone.Pixels;
        if (clone is Image<TPixel> same)
            pixels.CopyTo(same.pixels, 0);
        else if (TPixel.TypeInfo.BitsPerChannel == 16 && TOther.TypeInfo.BitsPerChannel == 16)
            for (var i = 0; i < target.Length; i++)
                target[i] = TOther.FromRgba64(pixels[i].ToRgba64());
        else
            for (var i = 0; i < target.Length; i++)
                target[i] = TOther.FromRgba32(pixels[i].ToRgba32());
        return clone;
    }

    /// <summary>A copy.</summary>
    public Image<TPixel> Clone() => LoadPixelData<TPixel>(pixels, Width, Height);

    /// <summary>A changed copy, for instance <c>image.Clone(x => x.Resize(224, 224, KnownResamplers.Triangle))</c>.</summary>
    public Image<TPixel> Clone(Action<IImageProcessingContext> operation)
    {
        var result = Process(operation);
        return result == this ? Clone() : result;
    }

    /// <inheritdoc/>
    public override void Mutate(Action<IImageProcessingContext> operation)
    {
        var result = Process(operation);
        (Width, Height, pixels) = (result.Width, result.Height, result.pixels);
    }

    /// <inheritdoc/>
    public override void SaveAsPng(Stream stream) => PngEncoder.Encode(stream, Bytes, Width, Height, PixelType);

    /// <summary>The pixel type and the size, for instance <c>Rgb24 512 x 512</c>.</summary>
    public override string ToString() => $"{PixelType.Name} {Width} x {Height}";

    Image<TPixel> Process(Action<IImageProcessingContext> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var context = new ImageProcessingContext<TPixel>(this);
        operation(context);
        return context.Result;
    }

    int Index(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return y * Width + x;
    }
}
