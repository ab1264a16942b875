using System.Globalization;
using MedAnomaly.Data.Brains;
using MedAnomaly.Figures;
using MedAnomaly.Metrics;

namespace MedAnomaly.Experiments;

/// <summary>What a method gets on one anomaly of a set in one brain.</summary>
/// <param name="Method">The method, as tables print it.</param>
/// <param name="Set">The set's name.</param>
/// <param name="Anomaly">The anomaly.</param>
/// <param name="Brain">The brain's name.</param>
/// <param name="AveragePrecision">In [0, 1].</param>
/// <param name="Prevalence">What scores without information get.</param>
/// <param name="Counts">How many slices or pixels were ranked, of each class.</param>
public sealed record ToyScore(string Method, string Set, ToyAnomaly Anomaly, string Brain, double AveragePrecision, double Prevalence, ClassCounts Counts);

/// <summary>
/// Average precisions of methods on toy anomalies, measured as source 002 (sections 2.4 and 3.2.4) does: of slices, an abnormal slice being
/// one with the anomaly; or of pixels, slice by slice, averaged over the slices of a scan that have the anomaly. The mAP of a set is the
/// mean over its anomalies and the brains.
/// </summary>
public sealed class ToyResults
{
    readonly List<ToyScore> scores = [];

    /// <summary>Everything that was measured, in that order.</summary>
    public IReadOnlyList<ToyScore> Scores => scores;

    /// <summary>The methods, in the order of their first measurement.</summary>
    public IReadOnlyList<string> Methods => [.. scores.Select(score => score.Method).Distinct()];

    /// <summary>Measures a method by a score for each slice of <see cref="PreparedBrain.Slices"/>.</summary>
    /// <exception cref="ArgumentException">There is not one finite score for each.</exception>
    public void AddSlices(string method, ToyCase one, IReadOnlyList<double> sliceScores)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(sliceScores);
        double[] ranked = [.. sliceScores];
        bool[] labels = [.. one.Toy.Brain.Slices.Select(one.Toy.IsAbnormal)];
        Add(method, one, MetricLevel.Image, [RankedScores.Of(ranked, labels)]);
    }

    /// <summary>Measures a method by its anomaly maps, within the brain: each slice with the anomaly alone, averaged.</summary>
    /// <param name="method">The method.</param>
    /// <param name="one">What was scored.</param>
    /// <param name="map">From a slice's number to a score for each pixel.</param>
    /// <exception cref="ArgumentException">A map is of another size, or a score is NaN or infinite.</exception>
    public void AddPixels(string method, ToyCase one, Func<int, float[]> map)
    {
        ArgumentNullException.ThrowIfNull(one);
        Add(method, one, MetricLevel.Pixel, Enumerable.Range(one.Toy.First, one.Toy.Height).Select(slice => Pixels(one.Toy, [slice], map)));
    }

    /// <summary>Measures a method by its anomaly maps of all slices of the scan, those without the anomaly included, pooled: as MOOD does.</summary>
    /// <inheritdoc cref="AddPixels"/>
    public void AddPooled(string method, ToyCase one, Func<int, float[]> map)
    {
        ArgumentNullException.ThrowIfNull(one);
        Add(method, one, MetricLevel.Pixel, [Pixels(one.Toy, one.Toy.Brain.Slices, map)]);
    }

    /// <summary>The mAP of a method on sets with its interval over anomalies and brains; undefined where nothing was measured.</summary>
    public Estimate Mean(string method, params IReadOnlyCollection<ToySet> sets) => MeanInterval.Of([.. Of(method, sets).Select(score => score.AveragePrecision)]);

    /// <summary>The mean of what scores without information get on sets.</summary>
    public double Prevalence(params IReadOnlyCollection<ToySet> sets) => Of(Methods[0], sets).Average(score => score.Prevalence);

    /// <summary>How many slices or pixels of each class a method was measured on, over all anomalies and brains of sets.</summary>
    public ClassCounts Counts(string method, params IReadOnlyCollection<ToySet> sets)
    {
        var counts = Of(method, sets).Select(score => score.Counts).ToList();
        return new(counts[0].Level, counts.Sum(count => count.Positives), counts.Sum(count => count.Negatives));
    }

    /// <summary>The mAP of a method on one anomaly.</summary>
    public double Mean(string method, ToySet set, ToyAnomaly anomaly)
    {
        ArgumentNullException.ThrowIfNull(anomaly);
        return Of(method, [set]).Where(score => score.Anomaly == anomaly).Average(score => score.AveragePrecision);
    }

    /// <summary>
    /// By how much a method gains here against elsewhere, anomaly by anomaly and brain by brain: the mean difference with its interval.
    /// </summary>
    /// <param name="method">The method.</param>
    /// <param name="other">Measurements of the same anomalies in the same brains, otherwise prepared.</param>
    /// <param name="chosen">Which anomalies count.</param>
    public Estimate Gain(string method, ToyResults other, Func<ToyAnomaly, bool> chosen)
    {
        ArgumentNullException.ThrowIfNull(other);
        var theirs = other.scores.Where(score => score.Method == method).ToDictionary(Key, score => score.AveragePrecision);
        return MeanInterval.Of([.. scores.Where(score => score.Method == method && chosen(score.Anomaly)).Select(score => score.AveragePrecision - theirs[Key(score)])]);

        static (string, ToyAnomaly, string) Key(ToyScore score) => (score.Set, score.Anomaly, score.Brain);
    }

    /// <summary>A method's mAP on every anomaly: circles and random shapes by radius and intensity, the others as bars.</summary>
    public Figure Breakdown(string method, string title)
    {
        ToySet[] others = [ToySets.MultipleOfOneSize, ToySets.MultipleOfOneIntensity, ToySets.Tumours];
        var bars = others.SelectMany(set => set.Anomalies.Select(anomaly =>
            (Key: set == ToySets.Tumours ? "tumour" : FormattableString.Invariant($"{anomaly.Radius} mm, {Signed(anomaly.Intensity)}"), Value: Mean(method, set, anomaly)))).ToArray();
        var columns = Chart.Column(bars.Select(bar => bar.Value), bars.Select(bar => bar.Key)).WithYAxisStyle("AP", MinMax: (0, 1));
        return Chart.Grid([Heat(ToySets.Circles), Heat(ToySets.RandomShapes), columns], 1, 3, ["circles", "random shapes", "multiple; tumour"])
            .WithTitle(title).WithSize(Width: 800, Height: 280);

        static string Signed(double intensity) => intensity.ToString("+0.##;-0.##;0", CultureInfo.InvariantCulture);

        Figure Heat(ToySet set)
        {
            var values = new double[ToySets.Radii.Count, ToySets.Intensities.Count];
            foreach (var (row, radius) in ToySets.Radii.Index())
            {
                foreach (var (column, intensity) in ToySets.Intensities.Index())
                    values[row, column] = Mean(method, set, set.Anomalies.Single(anomaly => (anomaly.Radius, anomaly.Intensity) == (radius, intensity)));
            }
            return Chart.Heatmap(values, X: [.. ToySets.Intensities.Select(Signed)],
                Y: [.. ToySets.Radii.Select(radius => FormattableString.Invariant($"{radius} mm"))], ZMinMax: (0, 1), ColorBarTitle: "AP").WithXAxisStyle("intensity");
        }
    }

    IEnumerable<ToyScore> Of(string method, IReadOnlyCollection<ToySet> sets) =>
        scores.Where(score => score.Method == method && sets.Any(set => set.Name == score.Set));

    void Add(string method, ToyCase one, MetricLevel level, IEnumerable<RankedScores> ranked)
    {
        var all = ranked.ToList();
        scores.Add(new(method, one.Set.Name, one.Anomaly, one.Toy.Brain.Name, all.Average(part => part.AveragePrecision.Value),
            all.Average(part => part.Trivial.Prevalence.Value), new(level, all.Sum(part => part.Positives), all.Sum(part => part.Negatives))));
    }

    static RankedScores Pixels(ToyBrain toy, IEnumerable<int> slices, Func<int, float[]> map)
    {
        List<float> values = [];
        List<bool> labels = [];
        foreach (var slice in slices)
        {
            var pixels = map(slice);
            var brain = toy.Brain.Brain(slice);
            var mask = toy.Mask(slice).Pixels;
            if (pixels.Length != brain.Length)
                throw new ArgumentException($"The map of slice {slice} has {pixels.Length} scores; a slice has {brain.Length} pixels.");
            for (var i = 0; i < pixels.Length; i++)
            {
                if (!brain[i]) continue;
                values.Add(pixels[i]);
                labels.Add(mask[i]);
            }
        }
        float[] ranked = [.. values];
        bool[] truth = [.. labels];
        return RankedScores.Of(ranked, truth);
    }
}
