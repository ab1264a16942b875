using System.Collections;
using MedAnomaly.Images;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// Images as batches for an encoder, loaded while they are enumerated, so that only one batch is in memory. A batch lives until the next
/// one is asked for.
/// </summary>
/// <param name="transform">From an image to the encoder's input.</param>
/// <param name="imageCount">How many images there are.</param>
/// <param name="load">Loads one of them, by its number from 0 on.</param>
/// <param name="batchSize">Images a batch; the last one may be smaller.</param>
public sealed class ImageBatches(ImageTransform transform, int imageCount, Func<int, Image> load, int batchSize = 8) : IReadOnlyCollection<Tensor>
{
    /// <summary>The number of batches.</summary>
    public int Count { get; } = (imageCount + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public IEnumerator<Tensor> GetEnumerator()
    {
        for (var start = 0; start < imageCount; start += batchSize)
        {
            using var batch = transform.Batch([.. Enumerable.Range(start, Math.Min(batchSize, imageCount - start)).Select(load)]);
            yield return batch;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
