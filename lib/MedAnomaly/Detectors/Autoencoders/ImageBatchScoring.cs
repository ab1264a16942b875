using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>What every network that scores stacks of images does with them: checks them, passes over them in parts, brings numbers home.</summary>
static class ImageBatchScoring
{
    /// <summary>Images that are scored at a time; what bounds the memory.</summary>
    const int ScoredAtOnce = 256;

    /// <summary>Images a part at a time on the device, with the number of the first; what is computed from a part is freed before the next.</summary>
    public static IEnumerable<(int Start, Tensor Part)> Parts(Tensor images, Device device, CancellationToken cancellationToken = default)
    {
        for (var start = 0; start < images.shape[0]; start += ScoredAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var untracked = no_grad();
            yield return (start, images.narrow(0, start, Math.Min(ScoredAtOnce, images.shape[0] - start)).to(device));
        }
    }

    /// <summary>Copies a tensor's values, from whatever device.</summary>
    public static void Copy(Tensor values, Span<double> destination)
    {
        using var wide = values.to(ScalarType.Float64).cpu().contiguous();
        MemoryMarshal.Cast<byte, double>(wide.bytes).CopyTo(destination);
    }

    /// <summary>How many images there are, all of the right shape and in [0, 1].</summary>
    /// <param name="images">[N, C, S, S].</param>
    /// <param name="which">What they are for, for the message.</param>
    /// <param name="channels">C.</param>
    /// <param name="size">S.</param>
    /// <param name="reason">Why pixels must lie in [0, 1], a clause about them.</param>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public static int Check(Tensor images, string which, int channels, int size, string reason)
    {
        ArgumentNullException.ThrowIfNull(images);
        var shape = images.shape;
        if (shape is not [> 0, _, _, _] || shape[1] != channels || shape[2] != size || shape[3] != size)
            throw new DatasetException($"The {which} images are [{string.Join(", ", shape)}]; "
                + $"this autoencoder takes at least one of [{channels}, {size}, {size}]. Load them with an ImageTransform of that size, grey for one channel.");
        using var scope = NewDisposeScope();
        // A NaN is neither.
        var good = (images >= 0).logical_and(images <= 1).flatten(1).all(1);
        if (!good.all().item<bool>())
            throw new DatasetException($"The {which} image {good.to(ScalarType.Int64).argmin().item<long>()} (from 0) has pixels that are NaN "
                + $"or outside [0, 1], {reason}. Load images with ImageNormalisation.UnitRange, or find out what made them.");
        return (int)shape[0];
    }
}
