using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class MeanIntervalTests
{
    [Fact]
    public void The_interval_is_about_the_normal_one_and_the_same_for_any_order()
    {
        double[] values = [.. Enumerable.Range(0, 200).Select(i => Math.Sin(i * 1.7) + 0.3)];
        var deviation = Math.Sqrt(values.Average(value => Math.Pow(value - values.Average(), 2)));

        var estimate = MeanInterval.Of(values);

        Assert.Equal(values.Average(), estimate.Value.Value, 1e-12);
        Assert.Equal(values.Average() - 1.96 * deviation / Math.Sqrt(200), estimate.Low.Value, 0.02);
        Assert.Equal(values.Average() + 1.96 * deviation / Math.Sqrt(200), estimate.High.Value, 0.02);
        Assert.Equal(estimate, MeanInterval.Of([.. values.Reverse()]));
        Assert.NotEqual(estimate, MeanInterval.Of(values, seed: 1));
    }

    [Fact]
    public void Few_measurements_have_no_interval()
    {
        Assert.Equal("no measurement", MeanInterval.Of([]).Value.Reason);
        var one = MeanInterval.Of([0.25]);
        Assert.Equal((0.25, "one measurement has no spread"), (one.Value.Value, one.Low.Reason));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Of([0.1, 0.2], level: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanInterval.Of([0.1, 0.2], resamples: 0));
    }
}
