using System.Collections;
using MedAnomaly.Data;
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

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
