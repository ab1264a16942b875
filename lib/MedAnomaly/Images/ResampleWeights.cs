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
    readonly int[] fixedWeights;
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
        fixedWeights = Array.ConvertAll(weights, weight => (int)(weight * (1 << FractionBits) + (weight < 0 ? -0.5 : 0.5)));
    }

    public int Size => starts.Length;

    public int Start(int index) => starts[index];

    /// <summary>The weights of pixel <paramref name="index"/>, from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<double> this[int index] => weights.AsSpan(index * stride, counts[index]);

    /// <summary>The weights of pixel <paramref name="index"/> in fixed point, rounded half away from zero.</summary>
    public ReadOnlySpan<int> Fixed(int index) => fixedWeights.AsSpan(index * stride, counts[index]);

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
