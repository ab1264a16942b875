namespace MedAnomaly.Images;

/// <summary>
/// For each pixel of a line of <c>targetSize</c>: where its neighbourhood in a line of <c>sourceSize</c> begins, and how much each pixel
/// of it counts. The weights of a pixel add up to 1.
/// </summary>
sealed class ResampleWeights
{
    // Pixels have 8 bits, and two more leave room for filters that overshoot: what is left of an int is the fraction.
    public const int FractionBits = 32 - 8 - 2;

    readonly int[] starts;
    readonly int[] counts;
    readonly double[] weights;
    readonly int stride;

    public ResampleWeights(int sourceSize, int targetSize, IResampler sampler)
    {
        var scale = (double)sourceSize / targetSize;
        var stretch = Math.Max(scale, 1);
        var reach = sampler.Radius * stretch;
        stride = (int)Math.Min(Math.Ceiling(reach) * 2 + 1, sourceSize);
        (starts, counts, weights) = (new int[targetSize], new int[targetSize], new double[checked(targetSize * stride)]);
        for (var i = 0; i < targetSize; i++)
        {
            var center = (i + 0.5) * scale;
            starts[i] = Math.Max(0, (int)(center - reach + 0.5));
            counts[i] = Math.Min(sourceSize, (int)(center + reach + 0.5)) - starts[i];
            Fill(weights.AsSpan(i * stride, counts[i]), starts[i] - center, 1 / stretch, sampler);
        }
    }

    public int Size => starts.Length;

    public int Start(int index) => starts[index];

    public ReadOnlySpan<double> this[int index] => weights.AsSpan(index * stride, counts[index]);

    /// <summary>The same weights in fixed point, rounded half away from zero; those of pixel i begin at i * <c>Stride</c>.</summary>
    public FixedWeights ToFixed()
    {
        var rounded = new int[weights.Length];
        for (var i = 0; i < rounded.Length; i++)
            rounded[i] = (int)(weights[i] * (1 << FractionBits) + (weights[i] < 0 ? -0.5 : 0.5));
        return new(starts, counts, rounded, stride);
    }

    static void Fill(Span<double> weights, double offset, double step, IResampler sampler)
    {
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            sum += weights[i] = sampler.GetValue((i + offset + 0.5) * step);
        if (sum == 0)
            return;
        for (var i = 0; i < weights.Length; i++)
            weights[i] /= sum;
    }
}

/// <summary><see cref="ResampleWeights"/> in fixed point with <see cref="ResampleWeights.FractionBits"/> bits of fraction.</summary>
sealed class FixedWeights(int[] starts, int[] counts, int[] weights, int stride)
{
    public int Size => starts.Length;

    public int Start(int index) => starts[index];

    public ReadOnlySpan<int> this[int index] => weights.AsSpan(index * stride, counts[index]);
}
