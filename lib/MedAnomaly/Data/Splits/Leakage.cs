using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>How much of a split's test set is known from training.</summary>
/// <param name="TestNormals">Normal samples in the test set.</param>
/// <param name="Copies">Those of them that have the same pixels as a training sample.</param>
/// <param name="NearCopies">Those of them whose most similar training sample reaches the threshold; copies are counted too.</param>
/// <param name="SharedGroups">Those of them whose group has a training sample.</param>
/// <param name="Threshold">The least similarity of near-copies.</param>
public sealed record Leakage(int TestNormals, int Copies, int NearCopies, int SharedGroups, float Threshold)
{
    /// <summary>The share of the test set's normal samples that have a near-copy in training.</summary>
    public double Share => TestNormals == 0 ? double.NaN : (double)NearCopies / TestNormals;

    /// <summary>Looks up each normal test sample's most similar training sample.</summary>
    /// <exception cref="DataFormatException">An image cannot be read.</exception>
    public static Leakage Estimate(IImageDataset dataset, Split split, float threshold = Duplicates.DefaultThreshold,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(split);
        var test = split.Test.Where(sample => !sample.IsAbnormal).ToList();
        var fingerprints = new List<ImageFingerprint>();
        foreach (var sample in split.Train.Concat(test))
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new("leakage", fingerprints.Count, split.Train.Count + test.Count));
            fingerprints.Add(ImageFingerprint.Of(dataset.LoadImage(sample)));
        }
        progress?.Report(new("leakage", fingerprints.Count, fingerprints.Count));
        var train = fingerprints[..split.Train.Count];
        var hashes = train.Select(fingerprint => fingerprint.PixelHash).ToHashSet(StringComparer.Ordinal);
        var groups = split.Train.Select(sample => sample.Group).ToHashSet(StringComparer.Ordinal);
        var tested = fingerprints[split.Train.Count..];
        return new(test.Count, tested.Count(fingerprint => hashes.Contains(fingerprint.PixelHash)),
            tested.Count(fingerprint => hashes.Contains(fingerprint.PixelHash)
                || train.Exists(other => other.Similarity(fingerprint) >= threshold)),
            test.Count(sample => groups.Contains(sample.Group)), threshold);
    }
}
