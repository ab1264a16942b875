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
        return Convolve(plane, width, height, newWidth, newHeight, sampler, sum => (float)sum);
    }

    /// <summary>Both passes; <paramref name="round"/> makes a stored value of a sum.</summary>
    internal static float[] Convolve(
        ReadOnlySpan<float> plane, int width, int height, int newWidth, int newHeight, IResampler sampler, Func<double, float> round)
    {
        var result = plane.ToArray();
        if (newWidth != width)
            result = Horizontal(result, width, new ResampleWeights(width, newWidth, sampler), round);
        if (newHeight != height)
            result = Vertical(result, newWidth, new ResampleWeights(height, newHeight, sampler), round);
        return result;
    }

    static float[] Horizontal(ReadOnlySpan<float> source, int width, ResampleWeights weights, Func<double, float> round)
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
                target[y * weights.Size + x] = round(sum);
            }
        }
        return target;
    }

    static float[] Vertical(ReadOnlySpan<float> source, int width, ResampleWeights weights, Func<double, float> round)
    {
        var target = new float[checked(width * weights.Size)];
        Span<double> sums = new double[width];
        for (var y = 0; y < weights.Size; y++)
        {
            var factors = weights[y];
            sums.Clear();
            for (var i = 0; i < factors.Length; i++)
            {
                var row = source.Slice((weights.Start(y) + i) * width, width);
                for (var x = 0; x < width; x++)
                    sums[x] += row[x] * factors[i];
            }
            for (var x = 0; x < width; x++)
                target[y * width + x] = round(sums[x]);
        }
        return target;
    }
}
