using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>
/// Per-region overlap as released code computes it, to read the tables that it made. None is the measure of Bergmann et al. that it is
/// named after: for one's own results take <see cref="RankedPixels.Pro"/>. Images only; regions have eight neighbours.
/// </summary>
public static class LegacyPro
{
    const string NoRegion = "no abnormal region";
    const string Flat = "all scores are equal";

    /// <summary>
    /// SimpleNet's and SimpleSliceNet's. Wrong: the decisions are dilated by 5 x 5 pixels where they meet a region, but not where false
    /// alarms are counted; a few hundred equal steps of score stand for all thresholds; and the false positive rates below the limit are
    /// divided by the greatest of them, so that whatever lies between it and the limit is dropped and the rest stretched over the gap.
    /// </summary>
    /// <param name="maps">Images.</param>
    /// <param name="limit">Thresholds with a lower false positive rate than this count.</param>
    /// <param name="thresholds">How many steps from the least to the greatest score.</param>
    /// <exception cref="ArgumentException">A map is a volume, or cannot be ranked.</exception>
    public static Metric Dilated(IReadOnlyList<ScoredMap> maps, double limit = 0.3, int thresholds = 200)
    {
        var scores = Check(maps, limit, thresholds);
        var sweep = new Sweep(Ascending(scores.Minimum, scores.Maximum, thresholds));
        foreach (var map in maps) sweep.Add(map, MaximumOf5x5(map), fillHoles: false);
        return scores.IsFlat ? Metric.Undefined(Flat) : sweep.Area(rate => rate < limit, fromLeast: false);
    }

    /// <summary>
    /// RD++'s: <see cref="Dilated"/> without the dilation, for each image with an abnormal pixel alone, and then the mean. Wrong: as there,
    /// and a threshold is another one in every image, chosen from its own scores, so that normal images do not count at all and a map's
    /// level relative to the others never matters.
    /// </summary>
    /// <remarks>Images in which no threshold gives a false positive rate above 0 and below the limit have no value and are left out.</remarks>
    /// <inheritdoc cref="Dilated"/>
    public static MetricMean PerImage(IReadOnlyList<ScoredMap> maps, double limit = 0.3, int thresholds = 200)
    {
        Check(maps, limit, thresholds);
        return Metric.Mean(maps.Where(map => map.Mask.Span.ContainsAnyExcept((byte)0)).Select(map =>
        {
            var scores = Range.Of([map]);
            var sweep = new Sweep(Ascending(scores.Minimum, scores.Maximum, thresholds));
            sweep.Add(map, map.Scores.Span, fillHoles: false);
            return scores.IsFlat ? Metric.Undefined(Flat) : sweep.Area(rate => rate < limit, fromLeast: false);
        }));
    }

    /// <summary>
    /// CFLOW-AD's and BGAD's. Wrong: a region's holes count as part of it where hits are counted, but not in its area, so that an overlap can
    /// exceed 1; and the false positive rates up to the limit are rescaled from their least and greatest to 0 and 1, dropping both ends.
    /// </summary>
    /// <inheritdoc cref="Dilated"/>
    public static Metric Boxed(IReadOnlyList<ScoredMap> maps, double limit = 0.3, int thresholds = 1000)
    {
        var scores = Check(maps, limit, thresholds);
        var step = (scores.Maximum - scores.Minimum) / thresholds;
        // From the greatest score down, as there: rounding puts these thresholds elsewhere than counting up would.
        double[] levels = [.. Enumerable.Range(0, thresholds).Reverse().Select(i => scores.Maximum - i * step)];
        var sweep = new Sweep(levels);
        foreach (var map in maps) sweep.Add(map, map.Scores.Span, fillHoles: true);
        return scores.IsFlat ? Metric.Undefined(Flat) : sweep.Area(rate => rate <= limit, fromLeast: true);
    }

    /// <summary>
    /// anomalib's up to 2.2. Wrong: each region gets a ROC curve of its own, these are resampled not at common false positive rates or
    /// thresholds but at equal fractions of their numbers of points, and averaged; the area is divided by where the averaged curve
    /// happens to end and not by the limit. It depends on how many distinct scores there are, and can exceed 1.
    /// </summary>
    /// <remarks>In double precision; anomalib computes in single, and squashes scores outside [0, 1] by a sigmoid first.</remarks>
    /// <inheritdoc cref="Dilated"/>
    public static Metric Interpolated(IReadOnlyList<ScoredMap> maps, double limit = 0.3)
    {
        Check(maps, limit, thresholds: 1);
        return RegionCurves.Area(maps, limit);
    }

    static Range Check(IReadOnlyList<ScoredMap> maps, double limit, int thresholds)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count == 0) throw new ArgumentException("There is no map to rank.", nameof(maps));
        if (limit is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit of the false positive rate lies in (0, 1].");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(thresholds);
        for (var i = 0; i < maps.Count; i++)
        {
            if (maps[i].Depth != 1)
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Map {i} has {maps[i].Depth} slices; the legacy measures are of images."), nameof(maps));
            maps[i].CountAbnormal(i);
        }
        return Range.Of(maps);
    }

    static double[] Ascending(double minimum, double maximum, int thresholds)
    {
        var step = (maximum - minimum) / thresholds;
        return [.. Enumerable.Range(0, thresholds).Select(i => minimum + i * step)];
    }

    /// <summary>A decision dilated by 5 x 5 is the decision on the greatest score within 5 x 5.</summary>
    static float[] MaximumOf5x5(ScoredMap map)
    {
        const int Reach = 2;
        var (width, height) = (map.Width, map.Height);
        var scores = map.Scores.Span;
        var alongRows = new float[scores.Length];
        var both = new float[scores.Length];
        for (var i = 0; i < scores.Length; i++)
        {
            var (row, x) = (i / width * width, i % width);
            alongRows[i] = scores[i];
            for (var other = Math.Max(x - Reach, 0); other <= Math.Min(x + Reach, width - 1); other++)
                alongRows[i] = Math.Max(alongRows[i], scores[row + other]);
        }
        for (var i = 0; i < scores.Length; i++)
        {
            var (y, x) = (i / width, i % width);
            both[i] = alongRows[i];
            for (var other = Math.Max(y - Reach, 0); other <= Math.Min(y + Reach, height - 1); other++)
                both[i] = Math.Max(both[i], alongRows[other * width + x]);
        }
        return both;
    }

    /// <summary>The least and greatest score.</summary>
    readonly record struct Range(double Minimum, double Maximum)
    {
        public bool IsFlat => Minimum == Maximum;

        public static Range Of(IReadOnlyList<ScoredMap> maps)
        {
            var (minimum, maximum) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (var map in maps)
            {
                foreach (var score in map.Scores.Span) (minimum, maximum) = (Math.Min(minimum, score), Math.Max(maximum, score));
            }
            return new(minimum, maximum);
        }
    }

    /// <summary>False alarms and overlaps at ascending thresholds, above which a score is abnormal: each pixel is counted once, by how many it exceeds.</summary>
    sealed class Sweep(double[] thresholds)
    {
        readonly long[] alarms = new long[thresholds.Length + 1];
        readonly double[] overlaps = new double[thresholds.Length + 1];
        long normal;
        long regions;

        public void Add(ScoredMap map, ReadOnlySpan<float> overlapScores, bool fillHoles)
        {
            var mask = map.Mask.Span;
            var scores = map.Scores.Span;
            for (var i = 0; i < mask.Length; i++)
            {
                if (mask[i] != 0) continue;
                normal++;
                alarms[Exceeded(scores[i])]++;
            }
            var components = ConnectedComponents.Of(mask, map.Width, map.Height);
            regions += components.Count;
            for (var i = 0; i < mask.Length; i++)
            {
                if (components.Labels[i] is > 0 and var label) overlaps[Exceeded(overlapScores[i])] += 1.0 / components.Sizes[label - 1];
            }
            if (!fillHoles) return;
            for (var label = 1; label <= components.Count; label++)
            {
                foreach (var pixel in Holes(components, label, map.Width, map.Height))
                    overlaps[Exceeded(overlapScores[pixel])] += 1.0 / components.Sizes[label - 1];
            }
        }

        /// <summary>The area over the kept false positive rates, brought to [0, 1] by dividing by the greatest, or from the least to the greatest.</summary>
        public Metric Area(Func<double, bool> keep, bool fromLeast)
        {
            if (regions == 0) return Metric.Undefined(NoRegion);
            if (normal == 0) return Metric.Undefined("no normal pixel");
            List<double> rates = [], means = [];
            long alarmsAbove = 0;
            double overlapsAbove = 0;
            for (var i = thresholds.Length - 1; i >= 0; i--)
            {
                alarmsAbove += alarms[i + 1];
                overlapsAbove += overlaps[i + 1];
                var rate = (double)alarmsAbove / normal;
                if (!keep(rate)) break;
                rates.Add(rate);
                means.Add(overlapsAbove / regions);
            }
            var least = fromLeast && rates.Count > 0 ? rates[0] : 0;
            if (rates.Count < 2 || rates[^1] == least) return Metric.Undefined("no two thresholds with different false positive rates below the limit");
            double area = 0;
            for (var i = 1; i < rates.Count; i++) area += (rates[i] - rates[i - 1]) * (means[i] + means[i - 1]) / 2;
            return Metric.Of(area / (rates[^1] - least));
        }

        int Exceeded(double score)
        {
            int low = 0, high = thresholds.Length;
            while (low < high)
            {
                var middle = low + (high - low) / 2;
                if (thresholds[middle] < score) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        /// <summary>The pixels that a region encloses: those outside it from which no path of eight neighbours leads to its bounding box's outside.</summary>
        static IEnumerable<int> Holes(ConnectedComponents components, int label, int width, int height)
        {
            // One pixel wider than the box on every side, so that all of the outside is one component, the first that a scan meets.
            int[] own = [.. Enumerable.Range(0, components.Labels.Length).Where(i => components.Labels[i] == label)];
            var (left, right) = (own.Min(i => i % width) - 1, own.Max(i => i % width) + 1);
            var (top, bottom) = (own.Min(i => i / width) - 1, own.Max(i => i / width) + 1);
            var (boxWidth, boxHeight) = (right - left + 1, bottom - top + 1);
            var outside = new byte[boxWidth * boxHeight];
            Array.Fill(outside, (byte)1);
            foreach (var i in own) outside[(i / width - top) * boxWidth + i % width - left] = 0;
            var parts = ConnectedComponents.Of(outside, boxWidth, boxHeight).Labels;
            return Enumerable.Range(0, parts.Length).Where(i => parts[i] > 1).Select(i => (i / boxWidth + top) * width + i % boxWidth + left);
        }
    }
}
