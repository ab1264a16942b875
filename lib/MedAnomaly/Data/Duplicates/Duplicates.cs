using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>
/// Copies and near-copies in a dataset. Where no file tells the patient, a cluster of near-copies stands for one: a split that keeps
/// clusters together leaks less than one by image, though it cannot know that two different views are of one patient.
/// </summary>
/// <remarks>
/// The default threshold was measured: among 500 chest X-rays of 332 patients no two of different patients are more similar than 0.965,
/// and in Br35H and IQ-OTH/NCCD clusters begin to chain into each other at 0.95.
/// </remarks>
public sealed class Duplicates
{
    /// <summary>The least <see cref="ImageFingerprint.Similarity"/> of near-copies.</summary>
    public const float DefaultThreshold = 0.97f;

    readonly IImageDataset dataset;
    readonly int[] cluster;

    Duplicates(IImageDataset dataset, float threshold, IReadOnlyList<IReadOnlyList<Sample>> copies, int[] cluster)
    {
        (this.dataset, Threshold, Copies, this.cluster) = (dataset, threshold, copies, cluster);
        Clusters = [.. dataset.Samples.Select((sample, i) => (sample, Cluster: cluster[i])).GroupBy(pair => pair.Cluster)
            .Select(group => (IReadOnlyList<Sample>)[.. group.Select(pair => pair.sample)])];
    }

    /// <summary>The least similarity of near-copies.</summary>
    public float Threshold { get; }

    /// <summary>Sets of samples with the same pixels, each of two or more.</summary>
    public IReadOnlyList<IReadOnlyList<Sample>> Copies { get; }

    /// <summary>All samples in clusters: near-copies, and near-copies of near-copies. Most clusters have one sample.</summary>
    public IReadOnlyList<IReadOnlyList<Sample>> Clusters { get; }

    /// <summary>Compares all images of <paramref name="dataset"/> with each other.</summary>
    /// <exception cref="DataFormatException">An image cannot be read.</exception>
    public static Duplicates Find(IImageDataset dataset, float threshold = DefaultThreshold, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var fingerprints = Fingerprints(dataset, progress, cancellationToken);
        var twins = Enumerable.Range(0, fingerprints.Length).GroupBy(i => fingerprints[i].PixelHash).Where(group => group.Count() > 1)
            .ToList();
        var sets = new DisjointSets(fingerprints.Length);
        foreach (var group in twins)
            foreach (var i in group.Skip(1)) sets.Join(group.First(), i);
        foreach (var (i, j) in NearPairs(fingerprints, threshold, progress, cancellationToken)) sets.Join(i, j);
        return new(dataset, threshold, [.. twins.Select(group => (IReadOnlyList<Sample>)[.. group.Select(i => dataset.Samples[i])])],
            [.. Enumerable.Range(0, fingerprints.Length).Select(sets.Root)]);
    }

    /// <summary>The dataset without the second and further copies of an image; the copy with the first id stays.</summary>
    public IImageDataset WithoutCopies()
    {
        var surplus = Copies.SelectMany(copies => copies.Skip(1)).Select(sample => sample.Id).ToHashSet(StringComparer.Ordinal);
        return dataset.WithSamples(dataset.Samples.Where(sample => !surplus.Contains(sample.Id)));
    }

    /// <summary>
    /// The samples with a group each: the patient where the dataset knows it, and otherwise the id of the cluster's first sample. Patients
    /// whose images are near-copies of each other become one group.
    /// </summary>
    public IImageDataset WithClustersAsGroups()
    {
        var samples = dataset.Samples;
        var sets = new DisjointSets(samples.Count);
        foreach (var key in new Func<int, string>[] { i => samples[i].Group, i => cluster[i].ToString(CultureInfo.InvariantCulture) })
            foreach (var group in Enumerable.Range(0, samples.Count).GroupBy(key))
                foreach (var i in group.Skip(1)) sets.Join(group.First(), i);
        return dataset.WithSamples(samples.Select((sample, i) => sample with { Group = samples[sets.Root(i)].Group }));
    }

    static ImageFingerprint[] Fingerprints(IImageDataset dataset, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var fingerprints = new ImageFingerprint[dataset.Samples.Count];
        ForEach("fingerprints", fingerprints.Length, i => fingerprints[i] = ImageFingerprint.Of(dataset.LoadImage(dataset.Samples[i])),
            progress, cancellationToken);
        return fingerprints;
    }

    static ConcurrentBag<(int, int)> NearPairs(ImageFingerprint[] fingerprints, float threshold, IProgress<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        var pairs = new ConcurrentBag<(int, int)>();
        ForEach("near-copies", fingerprints.Length, i =>
        {
            for (var j = i + 1; j < fingerprints.Length; j++)
                if (fingerprints[i].Similarity(fingerprints[j]) >= threshold)
                    pairs.Add((i, j));
        }, progress, cancellationToken);
        return pairs;
    }

    static void ForEach(string stage, int count, Action<int> work, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        var done = 0;
        try
        {
            Parallel.For(0, count, options, i =>
            {
                work(i);
                progress?.Report(new(stage, Interlocked.Increment(ref done), count));
            });
        }
        catch (AggregateException faults) when (faults.InnerExceptions is [WorkbenchException first, ..])
        {
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
