using System.Text.Json;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class BiasCorrectionTests
{
    public static TheoryData<int> Cases { get; } = [.. Enumerable.Range(0, Golden.GetArrayLength())];

    static JsonElement Golden => Repository.Golden("metrics/biasCorrected.json").GetProperty("cases");

    static double[] Numbers(JsonElement item, string key) => RankedScoresTests.Numbers(item.GetProperty(key));

    [Theory, MemberData(nameof(Cases))]
    public void The_same_resamples_give_the_interval_of_SciPy(int index)
    {
        var golden = Golden[index];
        var replicates = Numbers(golden, "replicates").Order().ToArray();

        var quantiles = BiasCorrection.Quantiles(golden.GetProperty("value").GetDouble(), replicates,
            [Numbers(golden, "withoutNormal"), Numbers(golden, "withoutAbnormal")], 0.9);

        Assert.Null(quantiles.Obstacle);
        Assert.Equal(Numbers(golden, "interval")[0], Bootstrap.Quantile(replicates, quantiles.Low), 1e-12);
        Assert.Equal(Numbers(golden, "interval")[1], Bootstrap.Quantile(replicates, quantiles.High), 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void An_interval_of_our_own_resamples_equals_that_of_SciPy_but_for_chance(int index)
    {
        var golden = Golden[index];
        double[] normal = Numbers(golden, "normal"), abnormal = Numbers(golden, "abnormal");
        bool[] labels = [.. normal.Select(_ => false), .. abnormal.Select(_ => true)];

        var estimate = Bootstrap.Stratified([.. normal, .. abnormal], labels).BiasCorrected(sample => sample.Auroc, 0.9, 20_000);

        Assert.Equal(golden.GetProperty("value").GetDouble(), estimate.Value.Value, 1e-12);
        Assert.Equal(Numbers(golden, "manyInterval")[0], estimate.Low.Value, 0.011);
        Assert.Equal(Numbers(golden, "manyInterval")[1], estimate.High.Value, 0.011);
    }

    [Fact]
    public void Groups_of_one_sample_each_are_the_stratified_bootstrap()
    {
        double[] scores = [.. Numbers(Golden[1], "normal"), .. Numbers(Golden[1], "abnormal")];
        bool[] labels = [.. Enumerable.Range(0, scores.Length).Select(i => i >= Numbers(Golden[1], "normal").Length)];
        string[] groups = [.. Enumerable.Range(0, scores.Length).Select(i => $"patient-{i:00}")];

        var each = Bootstrap.Stratified(scores, labels).BiasCorrected(sample => sample.Auroc, resamples: 20_000);
        var grouped = Bootstrap.ByGroup(scores, labels, groups).BiasCorrected(sample => sample.Auroc, resamples: 20_000);

        Assert.Equal(each.Low.Value, grouped.Low.Value, 0.01);
        Assert.Equal(each.High.Value, grouped.High.Value, 0.01);
    }

    [Fact]
    public void More_units_than_blocks_are_left_out_block_by_block_and_change_the_interval_little()
    {
        var random = new SplitMix64(5);
        bool[] labels = [.. Enumerable.Range(0, 2600).Select(i => i % 2 == 0)];
        double[] scores = [.. labels.Select(label => random.NextDouble() + (label ? 0.4 : 0))];
        var bootstrap = Bootstrap.Stratified(scores, labels);

        var corrected = bootstrap.BiasCorrected(sample => sample.Auroc, resamples: 500);
        var percentile = bootstrap.Percentile(sample => sample.Auroc, resamples: 500);

        Assert.Equal(percentile.Low.Value, corrected.Low.Value, 0.003);
        Assert.Equal(percentile.High.Value, corrected.High.Value, 0.003);
    }

    [Fact]
    public void Neither_order_nor_threads_change_a_bit()
    {
        double[] scores = [.. Numbers(Golden[0], "normal"), .. Numbers(Golden[0], "abnormal")];
        bool[] labels = [.. Enumerable.Range(0, scores.Length).Select(i => i >= Numbers(Golden[0], "normal").Length)];

        Assert.Equal(Bootstrap.Stratified(scores, labels).BiasCorrected(sample => sample.AveragePrecision),
            Bootstrap.Stratified(Enumerable.Reverse(scores).ToArray(), Enumerable.Reverse(labels).ToArray()).BiasCorrected(sample => sample.AveragePrecision));
    }

    [Fact]
    public void What_no_correction_can_be_made_of_is_undefined_and_says_why()
    {
        // Group "a" holds the only normal sample: without it there is no AUROC.
        var needed = Bootstrap.ByGroup([1, 2, 3, 4], [false, true, true, true], ["a", "a", "b", "c"]).BiasCorrected(sample => sample.Auroc);
        Assert.True(needed.Value.IsDefined);
        Assert.Equal("undefined (the metric is undefined without one of the samples or groups)", needed.Low.ToString());

        var oneSided = BiasCorrection.Quantiles(0.5, [0.6, 0.7], [[0.4, 0.5]], 0.95);
        Assert.Equal("all resamples lie on one side of the metric", oneSided.Obstacle);
    }

    [Fact]
    public void A_metric_that_no_sample_moves_has_its_value_as_interval()
    {
        var estimate = Bootstrap.Stratified([1, 2, 3, 4, 5, 6], [false, false, false, true, true, true]).BiasCorrected(sample => sample.Auroc);

        Assert.Equal((1.0, 1.0), (estimate.Low.Value, estimate.High.Value));
    }
}
