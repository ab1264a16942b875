using MedAnomaly.Progress;

namespace MedAnomaly.Metrics;

/// <summary>Which images' pixels are pooled. The two have different prevalences and different values, so a table names which it shows.</summary>
public enum PixelScope
{
    /// <summary>The pixels of all images ("full pixel").</summary>
    AllImages,
    /// <summary>The pixels of the images with any abnormal pixel ("anomaly pixel").</summary>
    AbnormalImages,
}

/// <summary>
/// The pixels of many anomaly maps, sorted once, with the regions of their masks: pixel AUROC, average precision, greatest Dice and PRO
/// come from the same sort. For a mean over images or volumes rather than a pool, rank each alone and take <see cref="Metric.Mean"/>.
/// </summary>
/// <remarks>
/// Memory: 4 bytes a normal and 8 an abnormal pixel, three times while they are joined and sorted: 1.2 GB for 10^8 normal pixels, and 1.9
/// measured for a whole process that took them from 25 files. Maps that are read one by one need not fit into memory together.
/// </remarks>
public sealed class RankedPixels
{
    const string NoRegion = "no abnormal region";

    readonly int[] regions;
    readonly int[] sizes;

    internal RankedPixels(RankedScores scores, int[] regions, int[] sizes, int images, PixelScope scope)
    {
        Scores = scores;
        Images = images;
        Scope = scope;
        this.regions = regions;
        this.sizes = sizes;
    }

    /// <summary>The pixels as scores with labels: AUROC, average precision, and <see cref="RankedScores.MaxF1"/>, which here is the greatest Dice.</summary>
    public RankedScores Scores { get; }

    /// <summary>How many images were pooled.</summary>
    public int Images { get; }

    /// <summary>Which images were pooled.</summary>
    public PixelScope Scope { get; }

    /// <summary>How many connected abnormal regions there are.</summary>
    public int Regions => sizes.Length;

    /// <summary>
    /// Area under the per-region-overlap curve up to a false positive rate, over that rate (Bergmann et al., MVTec AD): at each
    /// threshold the share of each region that is found, averaged over the regions. Exact: every score is a threshold, the curve is
    /// joined by straight lines and cut at the limit by interpolation. Undefined without an abnormal region or without a normal pixel.
    /// </summary>
    /// <remarks>
    /// The area is summed region by region in integers, where each found pixel contributes the normal pixels left below the limit, so
    /// the order of images, of pixels and of threads cannot change a bit.
    /// </remarks>
    /// <param name="limit">The false positive rate to integrate to, and to divide by.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is outside (0, 1].</exception>
    public Metric Pro(double limit = 0.3)
    {
        if (limit is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of the false positive rate lies in (0, 1].");
        if (Regions == 0) return Metric.Undefined(NoRegion);
        if (Scores.Negatives == 0) return Metric.Undefined("no normal pixel");

        var end = limit * Scores.Negatives;
        var found = new long[Regions];
        var passed = new long[Regions];
        var crossing = new long[Regions];
        double crossingShare = 0;
        long alarms = 0, hits = 0;
        foreach (var step in Scores.Steps)
        {
            if (alarms >= end) break;
            var steps = step.FalsePositives <= end ? found : crossing;
            foreach (var region in RegionsBetween(hits, step.TruePositives))
            {
                steps[region]++;
                passed[region] += step.FalsePositives <= end ? alarms + step.FalsePositives : 0;
            }
            if (step.FalsePositives > end) crossingShare = (end - alarms) * (end - alarms) / (2 * (step.FalsePositives - alarms));
            (alarms, hits) = (step.FalsePositives, step.TruePositives);
        }

        var areas = new double[Regions];
        for (var r = 0; r < areas.Length; r++) areas[r] = (found[r] * end - passed[r] / 2.0 + crossing[r] * crossingShare) / (sizes[r] * end);
        // Summed in the order of their size: the same sum for any order of the images.
        Array.Sort(areas);
        return Metric.Of(Math.Clamp(areas.Sum() / areas.Length, 0, 1));
    }

    /// <summary>The curve whose area is <see cref="Pro"/>, without the points on straight lines, to a false positive rate of 1.</summary>
    /// <exception cref="DatasetException">There is no abnormal region, or no normal pixel.</exception>
    public ProCurve ProCurve()
    {
        if (Regions == 0 || Scores.Negatives == 0)
            throw new DatasetException($"A PRO curve needs both classes, but there is {(Regions == 0 ? NoRegion : "no normal pixel")} in {Images} images.");
        List<double> rates = [0], overlaps = [0], thresholds = [double.PositiveInfinity];
        double overlap = 0;
        var flat = false;
        long hits = 0;
        foreach (var step in Scores.Steps)
        {
            foreach (var region in RegionsBetween(hits, step.TruePositives)) overlap += 1.0 / sizes[region] / Regions;
            var rate = (double)step.FalsePositives / Scores.Negatives;
            var flatToo = step.TruePositives == hits;
            if (flat && flatToo) (rates[^1], thresholds[^1]) = (rate, step.Threshold);
            else
            {
                rates.Add(rate);
                overlaps.Add(Math.Min(overlap, 1));
                thresholds.Add(step.Threshold);
            }
            (flat, hits) = (flatToo, step.TruePositives);
        }
        overlaps[^1] = 1;
        return new([.. rates], [.. overlaps], [.. thresholds]);
    }

    /// <summary>The regions of the abnormal pixels ranked after <paramref name="from"/> and up to <paramref name="to"/>, the highest score first.</summary>
    ReadOnlySpan<int> RegionsBetween(long from, long to) => regions.AsSpan((int)(regions.Length - to), (int)(to - from));

    /// <summary>Checks, pools and sorts the pixels of <paramref name="maps"/>, which are taken one after another and not kept.</summary>
    /// <param name="maps">Maps of any sizes. An abnormal image whose anomaly nobody has outlined must not be among them: its pixels would count as normal.</param>
    /// <param name="scope">Whether images without an abnormal pixel count.</param>
    /// <param name="connectivity">What makes a region; PRO is defined with <see cref="Connectivity.Corners"/>.</param>
    /// <param name="progress">Told after every map.</param>
    /// <param name="cancellationToken">Stops between maps.</param>
    /// <exception cref="ArgumentException">There is no map, sizes differ, a score is NaN or infinite, or a mask is neither 0, 1 nor 255.</exception>
    /// <exception cref="DatasetException">No map is in the scope, or their pixels exceed 2^31 - 1 a class.</exception>
    public static RankedPixels Of(IEnumerable<ScoredMap> maps, PixelScope scope = PixelScope.AllImages,
        Connectivity connectivity = Connectivity.Corners, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        var pool = new PixelPool(scope, connectivity);
        _ = maps.TryGetNonEnumeratedCount(out var count);
        foreach (var map in maps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pool.Add(map);
            progress?.Report(new("ranking pixels", pool.Seen, Math.Max(count, pool.Seen)));
        }
        return pool.Seen == 0 ? throw new ArgumentException("There is no map to rank.", nameof(maps)) : pool.Rank();
    }
}

/// <summary>The per-region-overlap curve, from (0, 0) to (1, 1).</summary>
/// <param name="FalsePositiveRates">The share of normal pixels at or above the threshold, ascending.</param>
/// <param name="Overlaps">The share of each region at or above the threshold, averaged over the regions; ascending.</param>
/// <param name="Thresholds">Scores, descending, after +infinity.</param>
public sealed record ProCurve(double[] FalsePositiveRates, double[] Overlaps, double[] Thresholds)
{
    /// <summary>At most <paramref name="points"/> points for drawing, as <see cref="RocCurve.Thin"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="points"/> is below 2.</exception>
    public ProCurve Thin(int points)
    {
        var kept = CurveThinning.Keep(FalsePositiveRates, Overlaps, points);
        return new([.. kept.Select(i => FalsePositiveRates[i])], [.. kept.Select(i => Overlaps[i])], [.. kept.Select(i => Thresholds[i])]);
    }
}
