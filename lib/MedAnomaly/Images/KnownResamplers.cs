namespace MedAnomaly.Images;

/// <summary>
/// A filter that weighs the pixels around a point. When an image is reduced its width grows with the factor (antialiasing), as in
/// Pillow; when it is enlarged the width is <see cref="Radius"/> source pixels to each side.
/// </summary>
public interface IResampler
{
    /// <summary>How far the filter reaches to each side, in pixels; 0 takes the nearest pixel alone.</summary>
    double Radius { get; }

    /// <summary>The weight at a distance of <paramref name="x"/> pixels.</summary>
    double GetValue(double x);
}

/// <summary>Pillow's filters, under ImageSharp's names.</summary>
public static class KnownResamplers
{
    /// <summary>The nearest pixel; the only one for masks and labels. Pillow's NEAREST.</summary>
    public static IResampler NearestNeighbor { get; } = new Filter(0, _ => 1);

    /// <summary>The mean of the pixels that a pixel covers. Pillow's BOX.</summary>
    public static IResampler Box { get; } = new Filter(0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0);

    /// <summary>Linear. Pillow's BILINEAR, and what torchvision's Resize does to a PIL image by default.</summary>
    public static IResampler Triangle { get; } = new Filter(1, x => Math.Max(0, 1 - Math.Abs(x)));

    /// <summary>A raised cosine, sharper than linear at the same width. Pillow's HAMMING; ImageSharp has none.</summary>
    public static IResampler Hamming { get; } = new Filter(1, Raised);

    /// <summary>Keys' cubic convolution with a = -1/2. Pillow's BICUBIC.</summary>
    public static IResampler Bicubic { get; } = new Filter(2, Cubic);

    /// <summary>A windowed sinc of three lobes. Pillow's LANCZOS.</summary>
    public static IResampler Lanczos3 { get; } = new Filter(3, x => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0);

    // The window's constants have single precision in Pillow, and its weights would differ in their last bits otherwise. So they
    // would with a sine and a cosine that are not computed together, as the C compiler does it there.
    static double Raised(double x)
    {
        if (Math.Abs(x) >= 1)
            return 0;
        var (sine, cosine) = Math.SinCos(x * Math.PI);
        return x == 0 ? 1 : sine / (x * Math.PI) * (0.54f + 0.46f * cosine);
    }

    static double Cubic(double x)
    {
        const double a = -0.5;
        x = Math.Abs(x);
        if (x < 1)
            return ((a + 2) * x - (a + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    }

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);

    sealed class Filter(double radius, Func<double, double> weight) : IResampler
    {
        public double Radius => radius;

        public double GetValue(double x) => weight(x);
    }
}
