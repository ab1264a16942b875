using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class PrevalenceTests
{
    [Fact]
    public void Metrics_at_a_stated_prevalence_equal_those_of_weighted_samples()
    {
        foreach (var item in Repository.Golden("metrics/prevalence.json").GetProperty("cases").EnumerateArray())
        {
            byte[] labels = [.. item.GetProperty("labels").EnumerateArray().Select(label => label.GetByte())];
            var ranked = RankedScores.Of<byte>(RankedScoresTests.Numbers(item.GetProperty("scores")), labels);
            var prevalence = item.GetProperty("prevalence").GetDouble();
            var rates = ranked.At(0.5).AtPrevalence(prevalence);

            Assert.Equal(item.GetProperty("ap").GetDouble(), ranked.AveragePrecisionAt(prevalence).Value, 1e-12);
            Assert.Equal(item.GetProperty("precision").GetDouble(), rates.Precision.Value, 1e-12);
            Assert.Equal(item.GetProperty("f1").GetDouble(), rates.F1.Value, 1e-12);
            Assert.Equal(item.GetProperty("accuracy").GetDouble(), rates.Accuracy.Value, 1e-12);
        }
    }

    [Fact]
    public void At_the_samples_own_prevalence_nothing_changes()
    {
        var ranked = RankedScores.Of<byte>([0.9, 0.8, 0.7, 0.2, 0.1], [1, 0, 1, 1, 0]);
        var matrix = ranked.At(0.5);

        Assert.Equal(ranked.AveragePrecision.Value, ranked.AveragePrecisionAt(0.6).Value, 1e-15);
        Assert.Equal(matrix.Precision.Value, matrix.AtPrevalence(0.6).Precision.Value, 1e-15);
        Assert.Equal(matrix.F1.Value, matrix.AtPrevalence(0.6).F1.Value, 1e-15);
        Assert.Equal(matrix.Accuracy.Value, matrix.AtPrevalence(0.6).Accuracy.Value, 1e-15);
    }

    [Fact]
    public void Without_a_class_there_is_nothing_to_weigh()
    {
        var normal = RankedScores.Of<byte>([1.0, 2.0], [0, 0]);

        Assert.Equal("undefined (no abnormal sample)", normal.AveragePrecisionAt(0.05).ToString());
        Assert.Equal("undefined (no abnormal sample)", normal.At(1).AtPrevalence(0.05).F1.ToString());
        Assert.Equal("undefined (nothing was called abnormal)", new ConfusionMatrix(0, 0, 5, 5).AtPrevalence(0.05).Precision.ToString());
        Assert.StartsWith("A prevalence lies between 0 and 1, both excluded; 5 % is 0.05.",
            Assert.Throws<ArgumentOutOfRangeException>(() => normal.AveragePrecisionAt(5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConfusionMatrix(1, 1, 1, 1).AtPrevalence(0));
    }

    [Fact]
    public void Every_rule_that_the_samples_allow_is_an_operating_point()
    {
        double[] scores = [.. Enumerable.Range(0, 60).Select(i => i / 60.0)];
        bool[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3 == 0 || i > 40)];
        var ranked = RankedScores.Of(scores, labels);

        var points = OperatingPoint.Of(ranked, ThresholdSource.Test, ranked);
        Assert.Equal(OperatingPoint.Rules, points.Select(point => point.Threshold.Rule));
        Assert.All(points, point => Assert.Equal(ranked.At(point.Threshold), point.Confusion));

        var few = RankedScores.Of([1.0, 2.0, 3.0], [false, true, true]);
        Assert.DoesNotContain(OperatingPoint.Of(few, ThresholdSource.Test, few), point => point.Threshold.Rule == ThresholdRule.NormalQuantile());
        var normal = RankedScores.Of(scores, new bool[60]);
        Assert.Equal(["normal quantile 0.95", "specificity 0.95"],
            OperatingPoint.Of(normal, ThresholdSource.Validation, ranked).Select(point => point.Threshold.Rule.ToString()));
    }
}
