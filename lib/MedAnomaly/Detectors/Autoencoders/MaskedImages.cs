using MedAnomaly.Data.Brains;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>Images of brains, and which of their pixels are brain. Belongs to whoever made it.</summary>
/// <param name="Images">[N, 1, S, S], on the CPU.</param>
/// <param name="Masks">[N, 1, S, S]: 1 within the brain, 0 outside.</param>
public sealed record MaskedImages(Tensor Images, Tensor Masks) : IDisposable
{
    /// <summary>How many images there are.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>Images from their pixels.</summary>
    /// <param name="size">Height and width.</param>
    /// <param name="images">For each image its pixels, row after row, and whether they are brain; size² of either.</param>
    /// <exception cref="ArgumentException">There are none, or an image is of another size.</exception>
    public static MaskedImages Of(int size, IReadOnlyCollection<(float[] Pixels, bool[] Brain)> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("There is no image.", nameof(images));
        if (images.FirstOrDefault(image => image.Pixels.Length != size * size || image.Brain.Length != size * size) is { Pixels: not null } wrong)
        {
            throw new ArgumentException($"An image of {size} x {size} has {size * size} pixels; got {wrong.Pixels.Length}, "
                + $"and {wrong.Brain.Length} of its brain.", nameof(images));
        }
        Tensor Stack(IEnumerable<float> values) => tensor(values.ToArray(), [images.Count, 1, size, size]).DetachFromDisposeScope();
        return new(Stack(images.SelectMany(image => image.Pixels)), Stack(images.SelectMany(image => image.Brain.Select(inside => inside ? 1f : 0))));
    }

    /// <summary>Slices of prepared brains.</summary>
    /// <exception cref="ArgumentException">There are none, or they are of several sizes or not square.</exception>
    public static MaskedImages Of(IEnumerable<(PreparedBrain Brain, int Slice)> slices)
    {
        var all = slices.ToList();
        return Of(all.Count == 0 ? 0 : all[0].Brain.Width, [.. all.Select(one => (one.Brain.Slice(one.Slice).ToArray(), one.Brain.Brain(one.Slice).ToArray()))]);
    }

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Masks.Dispose();
    }
}
