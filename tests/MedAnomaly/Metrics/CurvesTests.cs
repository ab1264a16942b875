using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class CurvesTests
{
    public static TheoryData<string> Cases => RankedScoresTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void The_ROC_curve_is_scikit_learns_with_fewer_points_on_straight_lines(string name)
    {
        var golden = RankedScoresTests.Golden(name);
        var roc = RankedScoresTests.Ranked(golden).Roc();
        var fpr = RankedScoresTests.Numbers(golden.GetProperty("roc").GetProperty("fpr"));
        var tpr = RankedScoresTests.Numbers(golden.GetProperty("roc").GetProperty("tpr"));
        var thresholds = RankedScoresTests.Numbers(golden.GetProperty("roc").GetProperty("thresholds"));

        Assert.Equal((0.0, 0.0, double.PositiveInfinity), (roc.FalsePositiveRates[0], roc.TruePositiveRates[0], roc.Thresholds[0]));
        Assert.Equal((1.0, 1.0), (roc.FalsePositiveRates[^1], roc.TruePositiveRates[^1]));
        for (var i = 1; i < roc.Thresholds.Length; i++)
        {
            var at = Array.IndexOf(thresholds, roc.Thresholds[i]);
            Assert.Equal(fpr[at + 1], roc.FalsePositiveRates[i], 1e-15);
            Assert.Equal(tpr[at + 1], roc.TruePositiveRates[i], 1e-15);
        }
        var area = Enumerable.Range(1, roc.Thresholds.Length - 1).Sum(i =>
            (roc.FalsePositiveRates[i] - roc.FalsePositiveRates[i - 1]) * (roc.TruePositiveRates[i] + roc.TruePositiveRates[i - 1]) / 2);
        Assert.Equal(golden.GetProperty("auroc").GetDouble(), area, 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_precision_recall_curve_is_scikit_learns_reversed_without_the_inside_of_runs(string name)
    {
        var golden = RankedScoresTests.Golden(name);
        var curve = RankedScoresTests.Ranked(golden).PrecisionRecall();
        var points = Read("recall").Zip(Read("precision"), [.. Read("thresholds"), double.PositiveInfinity]).Reverse()
            .GroupBy(point => (point.First, point.Third == double.PositiveInfinity))
            .SelectMany(run => run.Count() == 1 ? run.Take(1) : [run.First(), run.Last()]).ToArray();

        Assert.Equal(points.Length, curve.Recalls.Length);
        for (var i = 0; i < points.Length; i++)
        {
            Assert.Equal(points[i].First, curve.Recalls[i], 1e-12);
            Assert.Equal(points[i].Second, curve.Precisions[i], 1e-12);
            Assert.Equal(points[i].Third, curve.Thresholds[i]);
        }

        double[] Read(string key) => RankedScoresTests.Numbers(golden.GetProperty("pr").GetProperty(key));
    }

    [Fact]
    public void A_thinned_curve_keeps_its_ends_and_its_own_points()
    {
        var random = new Random(3);
        double[] scores = [.. Enumerable.Range(0, 5000).Select(i => random.NextDouble() + i % 2 * 0.3)];
        var roc = RankedScores.Of(scores, [.. Enumerable.Range(0, 5000).Select(i => i % 2)]).Roc();

        var thin = roc.Thin(50);

        Assert.InRange(thin.Thresholds.Length, 40, 50);
        Assert.Equal((roc.Thresholds[0], roc.Thresholds[^1]), (thin.Thresholds[0], thin.Thresholds[^1]));
        Assert.Subset(roc.Thresholds.ToHashSet(), thin.Thresholds.ToHashSet());
        Assert.Throws<ArgumentOutOfRangeException>(() => roc.Thin(1));
    }
}
