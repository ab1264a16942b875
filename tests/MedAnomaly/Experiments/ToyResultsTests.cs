using MedAnomaly.Data.Brains;
using MedAnomaly.Experiments;
using MedAnomaly.Tests.Data.Brains;

namespace MedAnomaly.Tests.Experiments;

public sealed class ToyResultsTests
{
    static readonly ToySet Set = new("circles", [new(ToyShape.Circle, 8, 1) { Height = 20 }, new(ToyShape.Circle, 8, 0) { Height = 20 }]);

    static readonly List<ToyCase> Cases = [.. ToySets.Insert([Brain.Prepared(), Brain.Prepared(name: "second")], 0, Set)];

    static float[] Truth(ToyCase one, int slice) => [.. one.Toy.Mask(slice).Pixels.ToArray().Select(pixel => pixel ? 1f : 0)];

    [Fact]
    public void Slices_are_abnormal_where_the_anomaly_is()
    {
        var results = new ToyResults();
        foreach (var one in Cases)
        {
            results.AddSlices("perfect", one, [.. one.Toy.Brain.Slices.Select(slice => one.Toy.IsAbnormal(slice) ? 1.0 : 0)]);
            results.AddSlices("constant", one, [.. one.Toy.Brain.Slices.Select(_ => 0.0)]);
        }

        Assert.Equal(1, results.Mean("perfect", Set).Value.Value);
        Assert.Equal(5.0 / 18, results.Mean("constant", Set).Value.Value, 1e-12);
        Assert.Equal(5.0 / 18, results.Prevalence(Set), 1e-12);
        Assert.Equal(["perfect", "constant"], results.Methods);
        Assert.False(results.Mean("perfect", ToySets.Tumours).Value.IsDefined);
        Assert.Throws<ArgumentException>(() => results.AddSlices("short", Cases[0], [1.0]));
    }

    [Fact]
    public void Pixels_count_within_the_brain_slice_by_slice_or_pooled()
    {
        var (alone, pooled) = (new ToyResults(), new ToyResults());
        var one = Cases[0];
        // Above everything abnormal lies the background, and a healthy slice's brain.
        float[] Map(int slice) => [.. Truth(one, slice).Zip(one.Toy.Brain.Brain(slice).ToArray(), (truth, brain) => !brain || !one.Toy.IsAbnormal(slice) ? 9 : truth)];

        alone.AddPixels("map", one, Map);
        pooled.AddPooled("map", one, Map);

        Assert.Equal(1, alone.Scores[0].AveragePrecision);
        Assert.True(pooled.Scores[0].AveragePrecision < 0.2);
        Assert.True(pooled.Scores[0].Prevalence < alone.Scores[0].Prevalence);
        Assert.Equal((one.Anomaly, "drawn", "circles"), (alone.Scores[0].Anomaly, alone.Scores[0].Brain, alone.Scores[0].Set));
        Assert.Throws<ArgumentException>(() => alone.AddPixels("map", one, _ => [1f]));
    }

    [Fact]
    public void A_gain_is_the_mean_of_paired_differences()
    {
        ToyResults Scored(Func<ToyCase, double> wrong)
        {
            var results = new ToyResults();
            foreach (var one in Cases) results.AddSlices("m", one, [.. one.Toy.Brain.Slices.Select(slice => one.Toy.IsAbnormal(slice) ? 1.0 : wrong(one))]);
            return results;
        }

        var gain = Scored(_ => 0).Gain("m", Scored(one => one.Anomaly.Intensity > 0 ? 2 : 0), anomaly => anomaly.Intensity > 0);

        Assert.True(gain.Value.Value > 0.5);
        Assert.Equal(0, Scored(_ => 0).Gain("m", Scored(_ => 0), _ => true).Value.Value);
    }

    [Fact]
    public void The_breakdown_shows_every_anomaly_of_the_sets()
    {
        var results = new ToyResults();
        foreach (var one in ToySets.Insert([Brain.Prepared()], 0, [.. ToySets.All.Select(set => set with { Anomalies = [.. set.Anomalies.Select(anomaly => anomaly with { Height = 8 })] })]))
            results.AddSlices("m", one with { Anomaly = one.Anomaly with { Height = 50 } }, [.. one.Toy.Brain.Slices.Select(slice => one.Toy.IsAbnormal(slice) ? 1.0 : 0)]);

        var figure = results.Breakdown("m", "Everything found");

        Assert.Equal(3, figure.Layout.Subplots.Count);
        Assert.Equal(["circles", "random shapes", "multiple; tumour"], figure.Layout.Subplots.Select(subplot => subplot.Title));
        Assert.Contains("<svg", figure.ToSvg(), StringComparison.Ordinal);
    }
}
