using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Makes the pixels that a figure shows.</summary>
static class Raster
{
    /// <summary>The colour of a value between two ends of a scale; NaN is light grey, no value of any scale.</summary>
    public static Color ColorOf(double value, ColorScale scale, double min, double max) =>
        double.IsNaN(value) ? Palette.GridLine : scale.At(max > min ? (value - min) / (max - min) : 0.5);

    /// <summary>A matrix as an image, one pixel a value, row 0 on top.</summary>
    public static Image<Rgba32> Colored(double[,] values, ColorScale scale, double min, double max)
    {
        var image = new Image<Rgba32>(values.GetLength(1), values.GetLength(0));
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                image[x, y] = Pixel(ColorOf(values[y, x], scale, min, max));
        }
        return image;
    }

    public static Rgba32 Pixel(Color color) => new(color.R, color.G, color.B, (byte)Math.Round(255 * color.A));

    /// <summary>The image, reduced by averaging until it is at most so large; its shape may change a little.</summary>
    public static Image<Rgba32> Within(Image<Rgba32> image, int width, int height)
    {
        (width, height) = (Math.Clamp(width, 1, image.Width), Math.Clamp(height, 1, image.Height));
        if (width == image.Width && height == image.Height)
            return image;
        var reduced = new Image<Rgba32>(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                reduced[x, y] = Mean(image, (double)x * image.Width / width, (x + 1.0) * image.Width / width, (double)y * image.Height / height, (y + 1.0) * image.Height / height);
        }
        return reduced;
    }

    static Rgba32 Mean(Image<Rgba32> image, double left, double right, double top, double bottom)
    {
        double r = 0, g = 0, b = 0, a = 0, area = 0;
        for (var y = (int)top; y < Math.Min(image.Height, Math.Ceiling(bottom - 1e-9)); y++)
        {
            var high = Math.Min(y + 1, bottom) - Math.Max(y, top);
            for (var x = (int)left; x < Math.Min(image.Width, Math.Ceiling(right - 1e-9)); x++)
            {
                var weight = high * (Math.Min(x + 1, right) - Math.Max(x, left));
                var pixel = image[x, y];
                // Transparent pixels carry no colour.
                var opaque = weight * pixel.A;
                (r, g, b, a, area) = (r + opaque * pixel.R, g + opaque * pixel.G, b + opaque * pixel.B, a + opaque, area + weight);
            }
        }
        return a > 0 ? new((byte)Math.Round(r / a), (byte)Math.Round(g / a), (byte)Math.Round(b / a), (byte)Math.Round(a / area)) : default;
    }

    /// <summary>Any image in the one pixel type that figures draw. 16-bit grey keeps its high byte: window it first if it uses few of its values.</summary>
    public static Image<Rgba32> ToRgba(Image image) => image switch
    {
        Image<Rgba32> same => same,
        Image<L8> grey => Convert(grey, pixel => new(pixel.PackedValue, pixel.PackedValue, pixel.PackedValue, byte.MaxValue)),
        Image<L16> grey => Convert(grey, pixel => new((byte)(pixel.PackedValue >> 8), (byte)(pixel.PackedValue >> 8), (byte)(pixel.PackedValue >> 8), byte.MaxValue)),
        Image<Rgb24> colour => Convert(colour, pixel => new(pixel.R, pixel.G, pixel.B, byte.MaxValue)),
        _ => throw new ArgumentException($"{image.GetType().Name} cannot be drawn.", nameof(image)),
    };

    /// <summary>Axes that show an image and nothing of themselves.</summary>
    public static Subplot Frame(int width, int height)
    {
        var hidden = new Axis { ShowTicks = false, ShowGrid = false };
        return new() { X = hidden, Y = hidden, Aspect = width / (double)height };
    }

    static Image<Rgba32> Convert<TPixel>(Image<TPixel> image, Func<TPixel, Rgba32> convert)
        where TPixel : unmanaged
    {
        var converted = new Image<Rgba32>(image.Width, image.Height);
        for (var i = 0; i < converted.Pixels.Length; i++)
            converted.Pixels[i] = convert(image.Pixels[i]);
        return converted;
    }

    public static string DataUri(byte[] png) => $"data:image/png;base64,{System.Convert.ToBase64String(png)}";
}
