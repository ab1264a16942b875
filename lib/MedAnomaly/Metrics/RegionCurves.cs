namespace MedAnomaly.Metrics;

/// <summary>Averages the ROC curves of single regions as anomalib did up to 2.2; <see cref="LegacyPro.Interpolated"/> says what is wrong with it.</summary>
static class RegionCurves
{
    // The single-precision epsilon that keeps its slopes finite, and the relative and absolute difference that count as equal there.
    const double Epsilon = 1.1920928955078125e-07;
    const double RelativeTolerance = 1e-5;
    const double AbsoluteTolerance = 1e-8;

    public static Metric Area(IReadOnlyList<ScoredMap> maps, double limit)
    {
        List<float> normal = [];
        List<float[]> regions = [];
        foreach (var map in maps)
        {
            var components = ConnectedComponents.Of(map.Mask.Span, map.Width, map.Height);
            var scores = map.Scores;
            regions.AddRange(Enumerable.Range(1, components.Count).Select(label =>
                Enumerable.Range(0, scores.Length).Where(i => components.Labels[i] == label).Select(i => scores.Span[i]).ToArray()));
            for (var i = 0; i < scores.Length; i++)
            {
                if (components.Labels[i] == 0) normal.Add(scores.Span[i]);
            }
        }
        if (regions.Count == 0) return Metric.Undefined("no abnormal region");
        if (normal.Count == 0) return Metric.Undefined("no normal pixel");

        float[] sorted = [.. normal.Order()];
        var points = Curve([.. regions.SelectMany(region => region)], sorted).Rates.Count(rate => rate <= limit);
        double[] rates = new double[points], overlaps = new double[points];
        foreach (var region in regions)
        {
            var (ownRates, ownOverlaps) = Curve(region, sorted);
            AddResampled(ownRates, ownOverlaps, limit, rates, overlaps);
        }
        var end = rates[^1] / regions.Count;
        if (end <= 0) return Metric.Undefined("the averaged curve ends at a false positive rate of 0");

        // The averaged points need not be in order; the original sorts them by their rate.
        int[] order = [.. Enumerable.Range(0, points).OrderBy(i => rates[i])];
        double area = 0;
        for (var i = 1; i < points; i++)
            area += (rates[order[i]] - rates[order[i - 1]]) * (overlaps[order[i]] + overlaps[order[i - 1]]) / 2;
        return Metric.Of(area / regions.Count / regions.Count / end);
    }

    /// <summary>The ROC curve with every distinct score as a point, from (0, 0).</summary>
    static (double[] Rates, double[] Overlaps) Curve(float[] abnormal, float[] sortedNormal)
    {
        var steps = new RankedScores(new([.. abnormal.Order()]), new(sortedNormal)).Steps.ToArray();
        return ([0, .. steps.Select(step => (double)step.FalsePositives / sortedNormal.Length)],
            [0, .. steps.Select(step => (double)step.TruePositives / abnormal.Length)]);
    }

    /// <summary>Adds a region's curve at evenly spaced places along its indices up to the limit.</summary>
    static void AddResampled(double[] ownRates, double[] ownOverlaps, double limit, double[] rates, double[] overlaps)
    {
        var places = Enumerable.Range(0, rates.Length).Select(i => (double)i).ToArray();
        // A curve that leaves 0 beyond the limit is kept to its first point there.
        var last = ownRates.Last(rate => rate <= limit);
        var end = last == 0 ? ownRates.First(rate => rate > limit) : limit;
        List<int> kept = [.. Enumerable.Range(0, ownRates.Length).Where(i => ownRates[i] <= end)];
        var reached = ownRates[kept[^1]];
        if (Math.Abs(reached - limit) > AbsoluteTolerance + RelativeTolerance * limit)
        {
            var next = Array.FindIndex(ownRates, rate => rate >= limit);
            kept.Add(next);
            var share = 1 - (ownRates[next] - limit) / (ownRates[next] - ownRates[next - 1]);
            var scale = (double)places[^1] / kept.Max();
            places[^1] = scale * (kept[^2] + (kept[^1] - kept[^2]) * share);
        }
        double[] at = [.. kept.Select(index => (double)index / kept.Max() * (rates.Length - 1))];
        for (var i = 0; i < places.Length; i++)
        {
            // The interval before the first index that is not below the place.
            var found = Array.FindIndex(at, index => index >= places[i]);
            var before = Math.Clamp((found < 0 ? at.Length : found) - 1, 0, at.Length - 2);
            overlaps[i] += Interpolated(ownOverlaps, before);
            rates[i] += Interpolated(ownRates, before);

            double Interpolated(double[] curve, int index) => curve[kept[index]]
                + (curve[kept[index + 1]] - curve[kept[index]]) / (Epsilon + (at[index + 1] - at[index])) * (places[i] - at[index]);
        }
    }
}
