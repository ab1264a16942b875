using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class BootstrapTests
{
    const double MonteCarloError = 0.004;

    static readonly System.Text.Json.JsonElement Golden = Repository.Golden("metrics/bootstrap.json");
    static readonly bool[] Labels = [.. Golden.GetProperty("labels").EnumerateArray().Select(item => item.GetInt32() == 1)];
    static readonly string[] Groups = [.. Golden.GetProperty("groups").EnumerateArray().Select(item => item.GetString()!)];

    static double[] Numbers(string key) => RankedScoresTests.Numbers(Golden.GetProperty(key));

    [Fact]
    public void A_stratified_interval_equals_that_of_plain_resampling_but_for_chance()
    {
        var estimate = Bootstrap.Stratified(Numbers("scores"), Labels).Percentile(sample => sample.Auroc, resamples: 20_000);

        Assert.Equal(Numbers("stratified")[0], estimate.Low.Value, MonteCarloError);
        Assert.Equal(Numbers("stratified")[1], estimate.High.Value, MonteCarloError);
        Assert.Equal((20_000, 0), (estimate.Resamples, estimate.Excluded));
    }

    [Fact]
    public void An_interval_by_group_equals_that_of_plain_resampling_of_patients_but_for_chance()
    {
        var byGroup = Bootstrap.ByGroup(Numbers("clustered"), Labels, Groups).Percentile(sample => sample.Auroc, resamples: 20_000);

        Assert.Equal(Numbers("byGroup")[0], byGroup.Low.Value, MonteCarloError);
        Assert.Equal(Numbers("byGroup")[1], byGroup.High.Value, MonteCarloError);
    }

    [Fact]
    public void Neither_the_order_of_the_samples_nor_the_schedule_of_the_threads_changes_a_bit()
    {
        var scores = Numbers("scores");
        var backwards = (Scores: Enumerable.Reverse(scores).ToArray(), Labels: Enumerable.Reverse(Labels).ToArray(), Groups: Enumerable.Reverse(Groups).ToArray());

        Assert.Equal(Bootstrap.Stratified(scores, Labels).Percentile(sample => sample.AveragePrecision, seed: 3),
            Bootstrap.Stratified(backwards.Scores, backwards.Labels).Percentile(sample => sample.AveragePrecision, seed: 3));
        Assert.Equal(Bootstrap.ByGroup(scores, Labels, Groups).Percentile(sample => sample.Auroc),
            Bootstrap.ByGroup(backwards.Scores, backwards.Labels, backwards.Groups).Percentile(sample => sample.Auroc));
        Assert.NotEqual(Bootstrap.Stratified(scores, Labels).Percentile(sample => sample.Auroc, seed: 1).Low,
            Bootstrap.Stratified(scores, Labels).Percentile(sample => sample.Auroc, seed: 2).Low);
    }

    [Fact]
    public void Singles_give_the_interval_of_the_same_numbers_in_double()
    {
        float[] singles = [.. Numbers("scores").Select(score => (float)score)];
        double[] doubles = [.. singles.Select(score => (double)score)];

        Assert.Equal(Bootstrap.Stratified(doubles, Labels).Percentile(sample => sample.Auroc), Bootstrap.Stratified(singles, Labels).Percentile(sample => sample.Auroc));
        Assert.Equal(Bootstrap.ByGroup(doubles, Labels, Groups).Percentile(sample => sample.MaxF1),
            Bootstrap.ByGroup(singles, Labels, Groups).Percentile(sample => sample.MaxF1));
    }

    [Fact]
    public void Every_resample_has_the_prevalence_of_the_sample()
    {
        var bootstrap = Bootstrap.Stratified(Numbers("scores"), Labels);

        var estimate = bootstrap.Percentile(sample => sample.Trivial.Prevalence);

        Assert.Equal((estimate.Value, estimate.Value), (estimate.Low, estimate.High));
    }

    [Fact]
    public void One_sample_of_a_class_gives_a_value_but_no_interval()
    {
        var estimate = Bootstrap.Stratified([1, 2, 3], [false, false, true]).Percentile(sample => sample.Auroc);

        Assert.Equal(1, estimate.Value.Value);
        Assert.Equal("undefined (1 abnormal sample)", estimate.Low.ToString());
        Assert.Equal("1.0000", estimate.ToString());
        Assert.Equal("undefined (1 group with abnormal samples)", Bootstrap.ByGroup([1, 2, 3, 4], [false, true, true, false], ["a", "b", "b", "c"])
            .Percentile(sample => sample.Auroc).High.ToString());
    }

    [Fact]
    public void Resamples_that_leave_the_metric_undefined_are_left_out_and_counted()
    {
        // All normal samples belong to one of three mixed groups: a resample without it has one class.
        var estimate = Bootstrap.ByGroup([1, 2, 3, 4], [false, true, true, true], ["a", "a", "b", "c"]).Percentile(sample => sample.Auroc);

        Assert.InRange(estimate.Excluded, 1, 1999);
        Assert.True(estimate.Low.IsDefined);
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        var bootstrap = Bootstrap.Stratified([1, 2, 3, 4], [false, false, true, true]);

        Assert.Throws<ArgumentOutOfRangeException>(() => bootstrap.Percentile(sample => sample.Auroc, level: 95));
        Assert.Throws<ArgumentOutOfRangeException>(() => bootstrap.Percentile(sample => sample.Auroc, resamples: 0));
        Assert.StartsWith("There are 1 groups for 2 scores; there must be one a score.",
            Assert.Throws<ArgumentException>(() => Bootstrap.ByGroup([1, 2], [false, true], ["a"])).Message, StringComparison.Ordinal);
    }

    /// <summary>The published AUROCs of lung CT, COVID and head CT, whose errors are 0.6, 2.8 and 4.2 points.</summary>
    [Theory]
    [InlineData(0.9669, 621, 98, 0.006004049885779099)]
    [InlineData(0.84, 100, 100, 0.028361859643873347)]
    [InlineData(0.87, 50, 20, 0.04183801299999109)]
    [InlineData(1, 50, 20, 0)]
    public void Hanley_and_McNeils_standard_error_follows_from_the_printed_number(double auroc, int positives, int negatives, double expected)
    {
        Assert.Equal(expected, HanleyMcNeil.StandardError(auroc, positives, negatives), 1e-12);
    }
}
