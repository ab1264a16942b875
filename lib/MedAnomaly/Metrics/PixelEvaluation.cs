using MedAnomaly.Progress;

namespace MedAnomaly.Metrics;

/// <summary>The metrics of one ranking of pixels; all undefined without an abnormal one.</summary>
/// <param name="Auroc">Pixel AUROC.</param>
/// <param name="AveragePrecision">Pixel average precision.</param>
/// <param name="Pro">Per-region overlap to a false positive rate of 0.3.</param>
/// <param name="MaxDice">The greatest Dice of any threshold: an oracle.</param>
/// <param name="Positives">Abnormal pixels.</param>
/// <param name="Negatives">Normal pixels.</param>
public sealed record PixelMetrics(Metric Auroc, Metric AveragePrecision, Metric Pro, Metric MaxDice, long Positives, long Negatives)
{
    /// <summary>The metrics of ranked pixels.</summary>
    public static PixelMetrics Of(RankedPixels pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        var scores = pixels.Scores;
        return new(scores.Auroc, scores.AveragePrecision, pixels.Pro(), scores.MaxF1, scores.Positives, scores.Negatives);
    }
}

/// <summary>A map with the name that tables and messages give it.</summary>
/// <param name="Name">The name of an image or a volume.</param>
/// <param name="Map">Its scores and its truth.</param>
public sealed record NamedMap(string Name, ScoredMap Map);

/// <summary>The metrics of one image or volume alone.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Metrics">Its metrics; undefined where its truth is empty, which is neither 0 nor 1.</param>
public sealed record NamedPixelMetrics(string Name, PixelMetrics Metrics);

/// <summary>
/// Pixel metrics both ways: of each image or volume alone, and of all pixels pooled. They differ and papers print either, so each is
/// named. Pooled, a score must mean the same in every volume, and large lesions outweigh small ones; a mean over volumes forgives scores
/// that are not comparable, gives every volume its own oracle threshold, and is a mean over those with a lesion only.
/// </summary>
/// <param name="Volumes">Each image or volume alone, in the order given.</param>
/// <param name="Pooled">All pixels of all of them, those without a lesion included.</param>
public sealed record PixelEvaluation(IReadOnlyList<NamedPixelMetrics> Volumes, PixelMetrics Pooled)
{
    /// <summary>The mean of a metric over the volumes that have a lesion, with how many have none.</summary>
    public MetricMean Mean(Func<PixelMetrics, Metric> metric) => Metric.Mean(Volumes.Select(volume => metric(volume.Metrics)));

    /// <summary>Measures maps that are taken one after another, so that only one of them is in memory beside the pooled scores.</summary>
    /// <param name="maps">The maps; not empty.</param>
    /// <param name="count">How many there are, for <paramref name="progress"/>.</param>
    /// <param name="progress">Told after every map.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <exception cref="ArgumentException">There is no map, or one cannot be ranked.</exception>
    /// <exception cref="DatasetException">The pixels of a class exceed 2^31 - 1.</exception>
    public static PixelEvaluation Of(IEnumerable<NamedMap> maps, int count = 0, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        List<NamedPixelMetrics> volumes = [];
        var pooled = RankedPixels.Of(maps.Select(named =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            volumes.Add(new(named.Name, PixelMetrics.Of(RankedPixels.Of([named.Map]))));
            progress?.Report(new("maps", volumes.Count, Math.Max(count, volumes.Count)));
            return named.Map;
        }), cancellationToken: cancellationToken);
        return new(volumes, PixelMetrics.Of(pooled));
    }
}
