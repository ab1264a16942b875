using System.Runtime.InteropServices;

namespace MedAnomaly.Images;

/// <summary>Resizes images of every pixel type: which arithmetic, and what happens to colours that have an alpha.</summary>
static class PixelResampler
{
    public static void Resize<TPixel>(Image<TPixel> source, Image<TPixel> target, IResampler sampler)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        if (sampler.Radius == 0)
            NearestNeighbor.Resize<TPixel>(source.Pixels, source.Width, source.Height, target.Pixels, target.Width, target.Height);
        else if (source.PixelType.BitsPerChannel == 8)
            ResizeBytes(source, target, sampler);
        else
            ResizeWide(source, target, sampler);
    }

    static void ResizeBytes(Image source, Image target, IResampler sampler)
    {
        var type = source.PixelType;
        ReadOnlySpan<byte> pixels = source.Bytes;
        if (type.HasAlpha)
            pixels = MultiplyByAlpha(pixels, type.Channels);
        ByteResampler.Resize(pixels, source.Width, source.Height, type.Channels, target.Bytes, target.Width, target.Height, sampler);
        if (type.HasAlpha)
            DivideByAlpha(target.Bytes, type.Channels);
    }

    static byte[] MultiplyByAlpha(ReadOnlySpan<byte> pixels, int channels)
    {
        var result = pixels.ToArray();
        for (var i = 0; i < result.Length; i += channels)
            for (var c = 0; c < channels - 1; c++)
            {
                // Division by 255, rounded, without dividing.
                var product = result[i + c] * result[i + channels - 1] + 128;
                result[i + c] = (byte)((product + (product >> 8)) >> 8);
            }
        return result;
    }

    static void DivideByAlpha(Span<byte> pixels, int channels)
    {
        for (var i = 0; i < pixels.Length; i += channels)
        {
            int alpha = pixels[i + channels - 1];
            if (alpha is 0 or 255)
                continue;
            for (var c = 0; c < channels - 1; c++)
                pixels[i + c] = (byte)Math.Min(255 * pixels[i + c] / alpha, 255);
        }
    }

    // 16 bits fit a float exactly, and so does what a filter overshoots. Whole numbers after each pass, as in Pillow's mode I.
    static void ResizeWide(Image source, Image target, IResampler sampler)
    {
        var channels = source.PixelType.Channels;
        var from = MemoryMarshal.Cast<byte, ushort>(source.Bytes);
        var to = MemoryMarshal.Cast<byte, ushort>(target.Bytes);
        var planes = new float[channels][];
        for (var c = 0; c < channels; c++)
        {
            var plane = new float[from.Length / channels];
            for (var i = 0; i < plane.Length; i++)
                plane[i] = source.PixelType.HasAlpha && c < channels - 1
                    ? from[i * channels + c] * (from[(i + 1) * channels - 1] / 65535f)
                    : from[i * channels + c];
            planes[c] = PlaneResampler.Convolve(plane, source.Width, source.Height, target.Width, target.Height, sampler, whole: true);
        }
        for (var i = 0; i < to.Length; i++)
        {
            var (pixel, channel) = Math.DivRem(i, channels);
            var value = planes[channel][pixel];
            if (source.PixelType.HasAlpha && channel < channels - 1 && planes[^1][pixel] is > 0 and var alpha)
                value *= 65535f / Math.Min(alpha, 65535f);
            to[i] = (ushort)Math.Clamp(MathF.Round(value), 0, 65535);
        }
    }
}
