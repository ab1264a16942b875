using System.Collections;
using MedAnomaly.Data;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// Samples of a dataset as batches of an encoder's input, loaded when they are asked for. A batch is disposed of as soon as the next one is
/// asked for, so that one at a time is in memory; they may be enumerated again.
/// </summary>
/// <param name="dataset">Loads the images.</param>
/// <param name="samples">Which, in this order.</param>
/// <param name="transform">From an image to the encoder's input.</param>
/// <param name="size">Images in a batch; the last may have fewer.</param>
public sealed class ImageBatches(IImageDataset dataset, IReadOnlyList<Sample> samples, ImageTransform transform, int size = 16)
    : IReadOnlyCollection<Tensor>
{
    /// <summary>The samples, in the order of the batches.</summary>
    public IReadOnlyList<Sample> Samples => samples;

    /// <summary>How many batches there are.</summary>
    public int Count => (samples.Count + size - 1) / size;

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator()
    {
        foreach (var part in samples.Chunk(size))
        {
            using var batch = transform.Batch([.. part.Select(dataset.LoadImage)]).DetachFromDisposeScope();
            yield return batch;
        }
    }

    /// <summary>All images at once, for what passes over them many times; 4 bytes a value.</summary>
    /// <param name="progress">Told how many are read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>[N, C, S, S], on the CPU; the caller disposes of it.</returns>
    /// <exception cref="DatasetException">There is no sample.</exception>
    /// <exception cref="DataFormatException">An image cannot be read.</exception>
    public Tensor Stack(IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (samples.Count == 0) throw new DatasetException($"{dataset.Id} has no image in this part of the split.");
        using var scope = NewDisposeScope();
        var all = empty(samples.Count, transform.Channels, transform.Crop, transform.Crop);
        var read = 0;
        foreach (var batch in this)
        {
            cancellationToken.ThrowIfCancellationRequested();
            all.narrow(0, read, batch.shape[0]).copy_(batch);
            read += (int)batch.shape[0];
            progress?.Report(new("images", read, samples.Count));
        }
        return all.DetachFromDisposeScope();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
