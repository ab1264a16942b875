using System.Drawing;

namespace MedAnomaly.Images;

/// <summary>The operations of <see cref="Image.Mutate"/> and Clone; each returns the context, so that they can be chained.</summary>
public interface IImageProcessingContext
{
    /// <summary>The size after the operations so far.</summary>
    Size GetCurrentSize();

    /// <summary>Resizes to <paramref name="width"/> x <paramref name="height"/>, as Pillow does by default: bicubic.</summary>
    IImageProcessingContext Resize(int width, int height) => Resize(width, height, KnownResamplers.Bicubic);

    /// <summary>
    /// Resizes to <paramref name="width"/> x <paramref name="height"/>. Equal to Pillow's <c>resize</c> to the bit: 8-bit grey and colour
    /// in its fixed point, alpha by way of multiplied colours, 16-bit grey as its mode I (then clipped to 16 bits).
    /// </summary>
    IImageProcessingContext Resize(int width, int height, IResampler sampler);

    /// <summary>Cuts out <paramref name="rectangle"/>, which must lie inside.</summary>
    /// <exception cref="ArgumentException">It reaches over the edge.</exception>
    IImageProcessingContext Crop(Rectangle rectangle);
}

sealed class ImageProcessingContext<TPixel>(Image<TPixel> source) : IImageProcessingContext
    where TPixel : unmanaged, IPixel<TPixel>
{
    public Image<TPixel> Result { get; private set; } = source;

    public Size GetCurrentSize() => new(Result.Width, Result.Height);

    public IImageProcessingContext Resize(int width, int height, IResampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        var result = new Image<TPixel>(width, height);
        if ((width, height) == (Result.Width, Result.Height))
            Result.Pixels.CopyTo(result.Pixels);
        else
            PixelResampler.Resize(Result, result, sampler);
        Result = result;
        return this;
    }

    public IImageProcessingContext Crop(Rectangle rectangle)
    {
        if (rectangle.X < 0 || rectangle.Y < 0 || rectangle.Width <= 0 || rectangle.Height <= 0
            || rectangle.Width > Result.Width - rectangle.X || rectangle.Height > Result.Height - rectangle.Y)
            throw new ArgumentException(
                $"{rectangle} does not lie inside an image of {Result.Width} x {Result.Height} pixels.", nameof(rectangle));
        var result = new Image<TPixel>(rectangle.Width, rectangle.Height);
        for (var y = 0; y < rectangle.Height; y++)
        {
            var row = Result.Pixels.Slice((rectangle.Y + y) * Result.Width + rectangle.X, rectangle.Width);
            row.CopyTo(result.Pixels[(y * rectangle.Width)..]);
        }
        Result = result;
        return this;
    }
}
