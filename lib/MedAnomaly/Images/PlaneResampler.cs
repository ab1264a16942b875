using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MedAnomaly.Images;

/// <summary>Resizes planes of 32-bit floats, such as anomaly maps and slices of volumes.</summary>
public static class PlaneResampler
{
    /// <summary>
    /// The plane of <paramref name="width"/> x <paramref name="height"/> values, row after row, resized. Equal to the bit to Pillow's
    /// <c>resize</c> of a mode F image: double-precision sums, rounded to float after the rows and after the columns.
    /// </summary>
    /// <exception cref="ArgumentException">The plane does not have width x height values, or a size is not positive.</exception>
    public static float[] Resize(ReadOnlySpan<float> plane, int width, int height, int newWidth, int newHeight, IResampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(newHeight);
        if (width <= 0 || height <= 0 || plane.Length != (long)width * height)
            throw new ArgumentException($"{width} x {height} values were expected, got {plane.Length}.", nameof(plane));
        if (sampler.Radius == 0)
        {
            var target = new float[checked(newWidth * newHeight)];
            NearestNeighbor.Resize(plane, width, height, target, newWidth, newHeight);
            return target;
        }
        return Convolve(plane, width, height, newWidth, newHeight, sampler, whole: false);
    }

    /// <summary>Both passes; <paramref name="whole"/> rounds to whole numbers after each, half away from zero.</summary>
    internal static float[] Convolve(
        ReadOnlySpan<float> plane, int width, int height, int newWidth, int newHeight, IResampler sampler, bool whole)
    {
        if (newWidth != width)
            plane = Horizontal(plane, width, new ResampleWeights(width, newWidth, sampler), whole);
        return newHeight != height ? Vertical(plane, newWidth, new ResampleWeights(height, newHeight, sampler), whole) : plane.ToArray();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float[] Horizontal(ReadOnlySpan<float> source, int width, ResampleWeights weights, bool whole)
    {
        var height = source.Length / width;
        var target = new float[checked(weights.Size * height)];
        for (var y = 0; y < height; y++)
        {
            var row = source.Slice(y * width, width);
            for (var x = 0; x < weights.Size; x++)
            {
                var factors = weights[x];
                var pixels = row.Slice(weights.Start(x), factors.Length);
                var sum = 0.0;
                for (var i = 0; i < factors.Length; i++)
                    sum += pixels[i] * factors[i];
                target[y * weights.Size + x] = Round(sum, whole);
            }
        }
        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float[] Vertical(ReadOnlySpan<float> source, int width, ResampleWeights weights, bool whole)
    {
        var target = new float[checked(width * weights.Size)];
        for (var y = 0; y < weights.Size; y++)
        {
            var factors = weights[y];
            var rows = source.Slice(weights.Start(y) * width, factors.Length * width);
            var line = target.AsSpan(y * width, width);
            var x = 0;
            // Several columns at once, each summed in the order of its rows, for the sums must have the bits of a plain loop.
            for (; !whole && x <= width - Vector256<float>.Count; x += Vector256<float>.Count)
                Block(rows[x..], width, factors).CopyTo(line[x..]);
            for (; x < width; x++)
            {
                var sum = 0.0;
                for (var i = 0; i < factors.Length; i++)
                    sum += rows[i * width + x] * factors[i];
                line[x] = Round(sum, whole);
            }
        }
        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> Block(ReadOnlySpan<float> rows, int width, ReadOnlySpan<double> factors)
    {
        var (a, b) = (Vector256<double>.Zero, Vector256<double>.Zero);
        ref var row = ref MemoryMarshal.GetReference(rows);
        for (var i = 0; i < factors.Length; i++)
        {
            var factor = Vector256.Create(factors[i]);
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref row, (nuint)i * (nuint)width));
            a += low * factor;
            b += high * factor;
        }
        return Vector256.Narrow(a, b);
    }

    static float Round(double sum, bool whole) => (float)(whole ? Math.Round(sum, MidpointRounding.AwayFromZero) : sum);
}
