using System.Numerics;
using System.Runtime.InteropServices;

namespace MedAnomaly.Volumes;

/// <summary>Smoothing with a Gaussian, one axis after another.</summary>
public static class GaussianFilter
{
    /// <summary>The kernel ends this many standard deviations from its centre.</summary>
    const double Truncation = 4;

    /// <summary>
    /// A smoothed copy of <paramref name="volume"/>. The standard deviations are in voxels; 0 leaves an axis as it is. Beyond its edges the
    /// volume counts as constant.
    /// </summary>
    /// <remarks>As scipy's <c>gaussian_filter</c> with mode "nearest" and truncate 4, in single precision.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A standard deviation is negative or no number.</exception>
    public static Volume Smooth(this Volume volume, double sigmaX, double sigmaY, double sigmaZ) =>
        Smooth(volume, sigmaX, sigmaY, sigmaZ, (position, length) => Math.Clamp(position, 0, length - 1));

    /// <summary>The same, but beyond an edge the volume goes on with its opposite side: scipy's mode "wrap".</summary>
    internal static Volume SmoothPeriodic(this Volume volume, double sigmaX, double sigmaY, double sigmaZ) =>
        Smooth(volume, sigmaX, sigmaY, sigmaZ, (position, length) => (position % length + length) % length);

    static Volume Smooth(Volume volume, double sigmaX, double sigmaY, double sigmaZ, Func<int, int, int> extend)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (x, y, z) = volume.Size;
        var voxels = volume.Voxels;
        foreach (var (length, stride, sigma) in new[] { (x, 1, sigmaX), (y, x, sigmaY), (z, x * y, sigmaZ) })
        {
            if (!(sigma >= 0 && double.IsFinite(sigma)))
                throw new ArgumentOutOfRangeException(nameof(volume), sigma, "A standard deviation is at least 0.");
            if (sigma > 0) voxels = SmoothAxis(voxels, length, stride, Kernel(sigma), extend);
        }
        return new(volume.Grid, voxels == volume.Voxels ? (float[])voxels.Clone() : voxels) { Source = volume.Source };
    }

    /// <summary>
    /// Smooths along the axis of <paramref name="length"/> voxels that lie <paramref name="stride"/> apart; <paramref name="extend"/> says
    /// which of them stands for a position outside. All sums run in the kernel's order, so that machines with other vector units get the
    /// same bits.
    /// </summary>
    static float[] SmoothAxis(float[] source, int length, int stride, float[] kernel, Func<int, int, int> extend)
    {
        var radius = kernel.Length / 2;
        var positions = Enumerable.Range(-radius, length + 2 * radius).Select(position => extend(position, length)).ToArray();
        var target = new float[source.Length];
        var line = new float[positions.Length];
        for (var block = 0; block < source.Length; block += length * stride)
        {
            if (stride == 1)
            {
                for (var i = 0; i < line.Length; i++) line[i] = source[block + positions[i]];
                for (var k = 0; k < kernel.Length; k++) AddScaled(target.AsSpan(block, length), line.AsSpan(k, length), kernel[k]);
                continue;
            }
            for (var i = 0; i < length; i++)
            {
                var sums = target.AsSpan(block + i * stride, stride);
                for (var k = 0; k < kernel.Length; k++)
                    AddScaled(sums, source.AsSpan(block + positions[i + k] * stride, stride), kernel[k]);
            }
        }
        return target;
    }

    static void AddScaled(Span<float> sums, ReadOnlySpan<float> values, float weight)
    {
        var sumBlocks = MemoryMarshal.Cast<float, Vector<float>>(sums);
        var valueBlocks = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < sumBlocks.Length; i++) sumBlocks[i] += valueBlocks[i] * weight;
        for (var i = sumBlocks.Length * Vector<float>.Count; i < sums.Length; i++) sums[i] += values[i] * weight;
    }

    static float[] Kernel(double sigma)
    {
        var radius = (int)(Truncation * sigma + 0.5);
        var offsets = Enumerable.Range(-radius, 2 * radius + 1);
        var kernel = offsets.Select(offset => Math.Exp(-0.5 * offset * offset / (sigma * sigma))).ToArray();
        var sum = kernel.Sum();
        return Array.ConvertAll(kernel, value => (float)(value / sum));
    }
}
