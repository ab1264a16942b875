using MedAnomaly.Data;
using MedAnomaly.Encoders;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Classifiers;

/// <summary>Images in memory as a network sees them, each with the number of its class; read once, passed over many times.</summary>
public sealed class LabelledImages : IDisposable
{
    LabelledImages(IReadOnlyList<Sample> samples, Tensor pixels, long[] classes) => (Samples, Pixels, Classes) = (samples, pixels, classes);

    /// <summary>The samples, in the order of the images.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>[N, C, S, S], on the CPU.</summary>
    public Tensor Pixels { get; }

    /// <summary>The class of each image, from 0.</summary>
    public IReadOnlyList<long> Classes { get; }

    /// <summary>How many images there are.</summary>
    public int Count => Classes.Count;

    /// <summary>Reads images; they take 4 · channels · size² bytes each.</summary>
    /// <param name="dataset">Loads them.</param>
    /// <param name="samples">Which; at least one.</param>
    /// <param name="classOf">The class of a sample, from 0; by default 1 for abnormal ones.</param>
    /// <param name="transform">From an image to the network's input.</param>
    /// <param name="progress">Told how many are read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DatasetException">There is no sample.</exception>
    /// <exception cref="DataFormatException">An image cannot be read.</exception>
    public static LabelledImages Load(IImageDataset dataset, IReadOnlyList<Sample> samples, ImageTransform transform,
        Func<Sample, int>? classOf = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(transform);
        classOf ??= sample => sample.IsAbnormal ? 1 : 0;
        var pixels = new ImageBatches(dataset, samples, transform).Stack(progress, cancellationToken);
        return new(samples, pixels, [.. samples.Select(sample => (long)classOf(sample))]);
    }

    /// <summary>Images of several datasets as one set, in the order given; the parts stay the caller's.</summary>
    /// <exception cref="ArgumentException">There is no part, or they are of several sizes.</exception>
    public static LabelledImages Join(params IReadOnlyList<LabelledImages> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("There are no images to join.", nameof(parts));
        if (parts.FirstOrDefault(part => !part.Pixels.shape.AsSpan(1).SequenceEqual(parts[0].Pixels.shape.AsSpan(1))) is { } other)
            throw new ArgumentException($"Images of [{string.Join(", ", other.Pixels.shape[1..])}] cannot stand beside images of "
                + $"[{string.Join(", ", parts[0].Pixels.shape[1..])}]. Load all with one transform.", nameof(parts));
        return new([.. parts.SelectMany(part => part.Samples)], cat([.. parts.Select(part => part.Pixels)]).DetachFromDisposeScope(),
            [.. parts.SelectMany(part => part.Classes)]);
    }

    /// <summary>Frees the images.</summary>
    public void Dispose() => Pixels.Dispose();
}
