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

    /// <summary>The image, reduced by averaging to at most so many columns and rows; its shape may change a little.</summary>
    public static Image<Rgba32> Within(Image<Rgba32> image, int width, int height)
    {
        (width, height) = (Math.Clamp(width, 1, image.Width), Math.Clamp(height, 1, image.Height));
        return width == image.Width && height == image.Height ? image : image.Clone(x => x.Resize(width, height, KnownResamplers.Box));
    }

    /// <summary>Axes that show an image and nothing of themselves.</summary>
    public static Subplot Frame(int width, int height)
    {
        var hidden = new Axis { ShowTicks = false, ShowGrid = false };
        return new() { X = hidden, Y = hidden, Aspect = width / (double)height };
    }

    public static string DataUri(byte[] png) => $"data:image/png;base64,{Convert.ToBase64String(png)}";
}
