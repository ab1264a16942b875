using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>Brings images to one range of intensities, each by its own.</summary>
public static class IntensityScaling
{
    /// <summary>
    /// Each image from two of its percentiles, over all pixels and channels, to 0 and 1; what lies beyond is cut. Percentiles are interpolated
    /// between two values, as numpy does. An image that is the same everywhere becomes black.
    /// </summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <param name="low">In percent; becomes 0.</param>
    /// <param name="high">In percent; becomes 1.</param>
    /// <returns>[N, C, H, W] in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">The percentiles are not in order, or outside 0 to 100.</exception>
    public static Tensor ByPercentiles(Tensor images, double low, double high)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (!(low >= 0 && low < high && high <= 100))
            throw new ArgumentOutOfRangeException(nameof(low), low,
                FormattableString.Invariant($"Percentiles lie between 0 and 100, the lower one first; got {low} and {high}."));
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var shares = tensor(new[] { (float)(low / 100), (float)(high / 100) }, device: images.device);
        var result = empty_like(images);
        // torch's quantile takes 16 million values at most.
        for (var i = 0L; i < images.shape[0]; i++)
        {
            using var step = NewDisposeScope();
            var bounds = images[i].flatten().quantile(shares);
            var range = bounds[1] - bounds[0];
            result[i].copy_(((images[i] - bounds[0]) / where(range > 0, range, ones_like(range))).clamp(0, 1));
        }
        return result.MoveToOuterDisposeScope();
    }
}
