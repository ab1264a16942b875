using System.Text.Json;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class ThresholdTests
{
    public static TheoryData<string> Cases => RankedScoresTests.Cases;

    [Theory, MemberData(nameof(Cases))]
    public void Max_F1_chooses_the_threshold_of_scikit_learns_curve_and_its_confusion_matrix_agrees(string name) =>
        AssertAgrees(name, "maxF1", ThresholdRule.MaxF1);

    [Theory, MemberData(nameof(Cases))]
    public void Youden_chooses_the_threshold_of_scikit_learns_curve_and_its_confusion_matrix_agrees(string name) =>
        AssertAgrees(name, "youden", ThresholdRule.Youden);

    static void AssertAgrees(string name, string rule, ThresholdRule ours)
    {
        var golden = RankedScoresTests.Golden(name);
        var expected = golden.GetProperty(rule);
        var ranked = RankedScoresTests.Ranked(golden);

        var threshold = ours.Choose(ranked, ThresholdSource.Validation);
        var confusion = ranked.At(threshold);

        Assert.Equal(expected.GetProperty("threshold").GetDouble(), threshold.Value);
        Assert.Equal(new ConfusionMatrix(Count("tp"), Count("fp"), Count("tn"), Count("fn")), confusion);
        Assert.Equal(Number("precision"), confusion.Precision.Value, 1e-12);
        Assert.Equal(Number("recall"), confusion.Recall.Value, 1e-12);
        Assert.Equal(Number("specificity"), confusion.Specificity.Value, 1e-12);
        Assert.Equal(Number("accuracy"), confusion.Accuracy.Value, 1e-12);
        Assert.Equal(Number("balancedAccuracy"), confusion.BalancedAccuracy.Value, 1e-12);
        Assert.Equal(Number("f1"), confusion.F1.Value, 1e-12);
        if (confusion.Mcc.IsDefined) Assert.Equal(Number("mcc"), confusion.Mcc.Value, 1e-12);
        else Assert.Equal(0, Number("mcc"));

        long Count(string key) => expected.GetProperty(key).GetInt64();
        double Number(string key) => expected.GetProperty(key).GetDouble();
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_normal_quantile_lies_just_above_the_kth_smallest_normal_score(string name)
    {
        var golden = RankedScoresTests.Golden(name);
        var ranked = RankedScoresTests.Ranked(golden);

        foreach (var item in golden.GetProperty("quantiles").EnumerateArray())
        {
            var score = item.GetProperty("value").GetDouble();
            var threshold = ThresholdRule.NormalQuantile(item.GetProperty("q").GetDouble()).Choose(ranked, ThresholdSource.Validation);

            Assert.Equal(Math.BitIncrement(score), threshold.Value);
            Assert.False(threshold.IsAbnormal(score));
        }
    }

    [Fact]
    public void A_normal_quantile_counts_conformally_and_refuses_too_few()
    {
        double[] scores = [.. Enumerable.Range(1, 19).Select(rank => (double)rank)];
        var enough = RankedScores.Of(scores, new int[19]);
        var short1 = RankedScores.Of(scores.AsSpan(1), new int[18]);

        Assert.Equal(Math.BitIncrement(19.0), ThresholdRule.NormalQuantile(0.95).Choose(enough, ThresholdSource.Validation).Value);
        var fault = Assert.Throws<DatasetException>(() => ThresholdRule.NormalQuantile(0.95).Choose(short1, ThresholdSource.Validation));
        Assert.Equal("A threshold by normal quantile 0.95 cannot be chosen on validation: a quantile of 0.95 needs at least 19 normal samples, got 18. "
            + "Give more, or lower the quantile.", fault.Message);
    }

    [Fact]
    public void A_rule_that_needs_a_missing_class_says_so_and_never_guesses()
    {
        var normal = RankedScores.Of(new double[] { 1, 2, 3 }, [0, 0, 0]);

        var fault = Assert.Throws<DatasetException>(() => ThresholdRule.MaxF1.Choose(normal, ThresholdSource.Validation));
        Assert.Equal("A threshold by max-F1 cannot be chosen on validation: there is no abnormal sample among 3. "
            + "A rule that needs normal samples only is the normal quantile.", fault.Message);
        Assert.Equal("A threshold by Youden cannot be chosen on test: there is no abnormal sample among 3.",
            Assert.Throws<DatasetException>(() => ThresholdRule.Youden.Choose(normal, ThresholdSource.Test)).Message);
    }

    [Fact]
    public void A_threshold_chosen_on_the_test_set_calls_itself_an_oracle()
    {
        var ranked = RankedScores.Of(new double[] { 1, 2, 3 }, [0, 1, 1]);

        Assert.Equal("max-F1 on test (oracle)", ThresholdRule.MaxF1.Choose(ranked, ThresholdSource.Test).ToString());
        Assert.Equal("normal quantile 0.5 on validation", ThresholdRule.NormalQuantile(0.5).Choose(ranked, ThresholdSource.Validation).ToString());
        Assert.Equal("equal error rate on training", ThresholdRule.EqualErrorRate.Choose(ranked, ThresholdSource.Training).ToString());
    }

    [Fact]
    public void A_specificity_that_no_score_reaches_puts_the_threshold_above_all()
    {
        var ranked = RankedScores.Of(new double[] { 5, 4, 3 }, [0, 1, 1]);

        Assert.Equal(Math.BitIncrement(5.0), ThresholdRule.Specificity(1).Choose(ranked, ThresholdSource.Test).Value);
        Assert.Equal(0, ranked.SensitivityAtSpecificity(1).Value);
        Assert.Equal(1, ranked.SensitivityAtSpecificity(0).Value);
        Assert.Equal(1, ranked.SpecificityAtSensitivity(0).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => ranked.SensitivityAtSpecificity(95));
    }

    [Fact]
    public void The_more_probable_class_is_a_threshold_that_nobody_chose()
    {
        Assert.Equal("most probable class", Threshold.MostProbable.ToString());
        Assert.Equal([false, true, true], new[] { 0.49, 0.5, 0.9 }.Select(Threshold.MostProbable.IsAbnormal));
        Assert.False(Threshold.MostProbable.IsOracle);
    }
}
