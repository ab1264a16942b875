using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>What images an autoencoder takes, and how it goes through many of them.</summary>
/// <param name="Size">Their height and width.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="Range">What their pixels lie in.</param>
/// <param name="Loading">What to do about another shape, a sentence for messages.</param>
/// <param name="Scaling">What to do about pixels outside the range; goes on after "outside [0, 1], ".</param>
sealed record ImageFormat(int Size, int Channels, (double Low, double High) Range, string Loading, string Scaling)
{
    /// <summary>Pixels that are computed with at a time, and images: what bounds the memory.</summary>
    const int PixelsAtOnce = 1 << 18, MostAtOnce = 256;

    /// <summary>Images with pixels in [0, 1].</summary>
    /// <param name="size">Their height and width.</param>
    /// <param name="channels">Their channels.</param>
    /// <param name="reason">Why pixels must lie there, a clause about others.</param>
    public static ImageFormat UnitRange(int size, int channels, string reason) =>
        new(size, channels, (0, 1), "Load them with an ImageTransform of that size, grey for one channel.",
            $"{reason}. Load images with ImageNormalisation.UnitRange, or find out what made them.");

    int AtOnce => Math.Clamp(PixelsAtOnce / (Size * Size), 1, MostAtOnce);

    /// <summary>How many images there are, all of the right shape and range; <paramref name="which"/> they are is for messages.</summary>
    /// <exception cref="DatasetException">They are not.</exception>
    public int Check(Tensor images, string which)
    {
        ArgumentNullException.ThrowIfNull(images);
        var shape = images.shape;
        if (shape is not [> 0, _, _, _] || shape[1] != Channels || shape[2] != Size || shape[3] != Size)
            throw new DatasetException($"The {which} images are [{string.Join(", ", shape)}]; "
                + $"this autoencoder takes at least one of [{Channels}, {Size}, {Size}]. {Loading}");
        using var scope = NewDisposeScope();
        // A NaN is neither.
        var good = (images >= Range.Low).logical_and(images <= Range.High).flatten(1).all(1);
        if (!good.all().item<bool>())
            throw new DatasetException(FormattableString.Invariant($"The {which} image {good.to(ScalarType.Int64).argmin().item<long>()} (from 0) ")
                + FormattableString.Invariant($"has pixels that are NaN or outside [{Range.Low}, {Range.High}], ") + Scaling);
        return (int)shape[0];
    }

    /// <summary>Refuses a size that does not come out even when it is halved to a <paramref name="factor"/>-th.</summary>
    /// <param name="size">Of the images.</param>
    /// <param name="factor">A power of two.</param>
    /// <param name="whose">Starts the message.</param>
    /// <exception cref="UsageException">The size is no multiple.</exception>
    public static void RequireMultiple(int size, int factor, string whose)
    {
        if (size < factor || size % factor != 0)
            throw new UsageException($"{whose} halves images {int.Log2(factor)} times, so their size must be a multiple of {factor}; "
                + $"got {size}. Resize them to {Math.Max(1, (size + factor - 1) / factor) * factor}.");
    }

    /// <summary>Refuses a single training image: batch normalisation has no spread to divide by.</summary>
    /// <exception cref="DatasetException">There is only one.</exception>
    public static void RequireSeveral(Tensor training)
    {
        if (training.shape[0] < 2)
            throw new DatasetException("There is 1 training image; batch normalisation needs at least 2. Give it more normal images.");
    }

    /// <summary>Images a part at a time on the device, with the number of the first; what is computed from a part is freed before the next.</summary>
    public IEnumerable<(int Start, Tensor Part)> Parts(Tensor images, Device device, CancellationToken cancellationToken)
    {
        for (var start = 0; start < images.shape[0]; start += AtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var untracked = no_grad();
            yield return (start, images.narrow(0, start, Math.Min(AtOnce, images.shape[0] - start)).to(device));
        }
    }

    /// <summary>What a network makes of images, a part at a time on the device.</summary>
    /// <returns>[N, C, S, S], on the CPU.</returns>
    /// <exception cref="DatasetException">The images are of another format.</exception>
    public Tensor Reconstruct(Module<Tensor, Tensor> network, Tensor images, Device device, CancellationToken cancellationToken)
    {
        Check(images, "test");
        using var scope = NewDisposeScope();
        var result = empty(images.shape);
        foreach (var (start, part) in Parts(images, device, cancellationToken)) result.narrow(0, start, part.shape[0]).copy_(network.call(part));
        return result.MoveToOuterDisposeScope();
    }
}

/// <summary>From a device's numbers to the memory of the program.</summary>
static class TensorCopying
{
    /// <summary>Writes all values, in their order, to the start of <paramref name="destination"/>.</summary>
    public static void CopyTo(this Tensor values, Span<double> destination)
    {
        using var wide = values.to(ScalarType.Float64).cpu().contiguous();
        MemoryMarshal.Cast<byte, double>(wide.bytes).CopyTo(destination);
    }
}
