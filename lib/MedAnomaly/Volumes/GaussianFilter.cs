namespace MedAnomaly.Volumes;

/// <summary>Smoothing with a Gaussian, one axis after another.</summary>
public static class GaussianFilter
{
    /// <summary>The kernel ends this many standard deviations from its centre.</summary>
    const double Truncation = 4;

    /// <summary>
    /// A smoothed copy of <paramref name="volume"/>. The standard deviations are in voxels; 0 leaves an axis as it is. Beyond its edges the volume
    /// counts as constant.
    /// </summary>
    /// <remarks>As scipy's <c>gaussian_filter</c> with mode "nearest" and truncate 4.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A standard deviation is negative or no number.</exception>
    public static Volume Smooth(this Volume volume, double sigmaX, double sigmaY, double sigmaZ)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var (x, y, z) = volume.Size;
        var voxels = (float[])volume.Voxels.Clone();
        SmoothAxis(voxels, x, 1, sigmaX);
        SmoothAxis(voxels, y, x, sigmaY);
        SmoothAxis(voxels, z, x * y, sigmaZ);
        return new(volume.Grid, voxels) { Source = volume.Source };
    }

    /// <summary>Smooths along the axis of <paramref name="length"/> voxels that lie <paramref name="stride"/> apart.</summary>
    static void SmoothAxis(float[] voxels, int length, int stride, double sigma)
    {
        if (!(sigma >= 0 && double.IsFinite(sigma))) throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "A standard deviation is at least 0.");
        if (sigma == 0) return;
        var kernel = Kernel(sigma);
        var radius = kernel.Length / 2;
        // The line with its ends repeated, so that the inner loop needs no bounds.
        var line = new double[length + 2 * radius];
        for (var first = 0; first < voxels.Length; first++)
        {
            // Only voxels at the start of a line along this axis.
            if (first / stride % length != 0) continue;
            for (var i = 0; i < line.Length; i++) line[i] = voxels[first + Math.Clamp(i - radius, 0, length - 1) * stride];
            for (var i = 0; i < length; i++)
            {
                var sum = 0.0;
                for (var k = 0; k < kernel.Length; k++) sum += kernel[k] * line[i + k];
                voxels[first + i * stride] = (float)sum;
            }
        }
    }

    static double[] Kernel(double sigma)
    {
        var radius = (int)(Truncation * sigma + 0.5);
        var kernel = Enumerable.Range(-radius, 2 * radius + 1).Select(offset => Math.Exp(-0.5 * offset * offset / (sigma * sigma))).ToArray();
        var sum = kernel.Sum();
        return Array.ConvertAll(kernel, value => value / sum);
    }
}
