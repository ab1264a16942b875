using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class RankedScoresTests
{
    public static TheoryData<string> Cases { get; } =
        [.. Repository.Golden("metrics/rankings.json").GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    internal static JsonElement Golden(string name) => Repository.Golden("metrics/rankings.json").GetProperty("cases").EnumerateArray()
        .Single(item => item.GetProperty("name").GetString() == name);

    internal static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    internal static RankedScores Ranked(JsonElement golden) => RankedScores.Of(Numbers(golden.GetProperty("scores")),
        [.. golden.GetProperty("labels").EnumerateArray().Select(item => item.GetInt32())]);

    [Theory, MemberData(nameof(Cases))]
    public void AUROC_and_average_precision_equal_those_of_scikit_learn(string name)
    {
        var golden = Golden(name);
        var ranked = Ranked(golden);

        Assert.Equal(golden.GetProperty("auroc").GetDouble(), ranked.Auroc.Value, 1e-12);
        Assert.Equal(golden.GetProperty("ap").GetDouble(), ranked.AveragePrecision.Value, 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Equal_error_rate_and_fixed_operating_points_equal_those_read_off_the_curve_of_scikit_learn(string name)
    {
        var golden = Golden(name);
        var ranked = Ranked(golden);

        Assert.Equal(golden.GetProperty("eer").GetDouble(), ranked.EqualErrorRate.Value, 1e-12);
        Assert.Equal(golden.GetProperty("sensitivityAt95").GetDouble(), ranked.SensitivityAtSpecificity(0.95).Value, 1e-12);
        Assert.Equal(golden.GetProperty("specificityAt95").GetDouble(), ranked.SpecificityAtSensitivity(0.95).Value, 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Singles_rank_as_the_same_numbers_in_double(string name)
    {
        var golden = Golden(name);
        float[] singles = [.. Numbers(golden.GetProperty("scores")).Select(score => (float)score)];
        byte[] labels = [.. golden.GetProperty("labels").EnumerateArray().Select(item => item.GetByte())];

        var ranked = RankedScores.Of(singles, labels);
        var same = RankedScores.Of(Array.ConvertAll(singles, single => (double)single), labels);

        Assert.Equal(same.Steps, ranked.Steps);
    }

    [Fact]
    public void Equal_scores_are_chance_and_part_of_a_tie_is_a_trapezoid()
    {
        Assert.Equal(0.5, RankedScores.Of(new float[] { 3, 3, 3 }, [0, 1, 1]).Auroc.Value);
        Assert.Equal(0.875, RankedScores.Of(new double[] { 1, 2, 2, 3 }, [0, 0, 1, 1]).Auroc.Value);
        Assert.Single(RankedScores.Of(new double[] { -0.0, 0.0 }, [0, 1]).Steps);
    }

    [Fact]
    public void One_class_leaves_metrics_undefined_with_the_reason()
    {
        var normal = RankedScores.Of(new double[] { 1, 2 }, [0, 0]);
        var abnormal = RankedScores.Of(new double[] { 1, 2 }, [1, 1]);

        Assert.All([normal.Auroc, normal.AveragePrecision, normal.MaxF1, normal.EqualErrorRate, normal.SensitivityAtSpecificity(0.9)],
            metric => Assert.Equal("undefined (no abnormal sample)", metric.ToString()));
        Assert.All([abnormal.Auroc, abnormal.EqualErrorRate, abnormal.SpecificityAtSensitivity(0.9)],
            metric => Assert.Equal("undefined (no normal sample)", metric.ToString()));
        Assert.Equal(1, abnormal.AveragePrecision.Value);
        Assert.Equal("A ROC curve needs both classes, but there is no abnormal sample among 2.", Assert.Throws<DatasetException>(normal.Roc).Message);
        Assert.Equal("A precision-recall curve needs abnormal samples, but all 2 are normal.",
            Assert.Throws<DatasetException>(normal.PrecisionRecall).Message);
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_score_that_is_not_finite_is_refused_with_its_index(double bad, string shown)
    {
        var expected = $"The score at index 2 is {shown}; a ranking needs finite numbers. Find out what made it before ranking: dropping it would change the sample.";

        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => RankedScores.Of([1, 2, bad], [0, 1, 0])).Message);
        Assert.Equal(expected, Assert.Throws<ArgumentException>(() => RankedScores.Of([1, 2, (float)bad], [false, true, false])).Message);
    }

    [Fact]
    public void Nothing_unequal_lengths_and_other_labels_are_refused()
    {
        Assert.Equal("There is no score to rank.", Assert.Throws<ArgumentException>(() => RankedScores.Of(Array.Empty<float>(), Array.Empty<int>())).Message);
        Assert.Equal("There are 2 scores for 3 labels; there must be one label a score.",
            Assert.Throws<ArgumentException>(() => RankedScores.Of(new float[] { 1, 2 }, [0, 1, 1])).Message);
        Assert.Equal("The label at index 1 is 2; labels are 0 (normal) and 1 (abnormal). Map other codes, such as scikit-learn's 1 (inlier) and -1 (outlier), first.",
            Assert.Throws<ArgumentException>(() => RankedScores.Of(new float[] { 1, 2 }, [1, 2])).Message);
        Assert.Contains("The label at index 0 is -1;", Assert.Throws<ArgumentException>(() => RankedScores.Of(new float[] { 1, 2 }, [-1, 1])).Message);
    }

    [Fact]
    public void Millions_of_scores_take_the_parallel_path_and_count_without_loss()
    {
        const int Count = 2_000_003;
        var random = new Random(7);
        var scores = new float[Count];
        var labels = new byte[Count];
        for (var i = 0; i < Count; i++)
        {
            labels[i] = (byte)(random.Next(50) == 0 ? 1 : 0);
            scores[i] = (float)(random.NextDouble() - 0.4 + 0.2 * labels[i]);
        }

        var ranked = RankedScores.Of(scores, labels);

        Assert.Equal(Count, ranked.Count);
        Assert.Equal(scores.Distinct().Count(), ranked.Steps.Count());
        Assert.Equal(BruteAuroc(scores, labels), ranked.Auroc.Value, 1e-12);
        Assert.True(ranked.Steps.Zip(ranked.Steps.Skip(1)).All(pair => pair.First.Threshold > pair.Second.Threshold));
    }

    [Fact]
    public void Order_monotone_transforms_and_signs_do_what_they_must()
    {
        var samples = Gen.Zip(Gen.Choose(-20, 20), Gen.Choose(0, 1)).NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary();

        Prop.ForAll(samples, sample =>
        {
            int[] labels = [.. sample.Select(item => item.Item2)];
            double[] scores = [.. sample.Select(item => item.Item1 / 4.0)];
            var ranked = RankedScores.Of(scores, labels);
            var reversed = RankedScores.Of(Enumerable.Reverse(scores).ToArray(), Enumerable.Reverse(labels).ToArray());
            var monotone = RankedScores.Of(Array.ConvertAll(scores, score => (float)Math.Exp(score)), labels);
            var negated = RankedScores.Of(Array.ConvertAll(scores, score => -score), labels);
            if (ranked.MissingClass is not null) return !ranked.Auroc.IsDefined && !negated.Auroc.IsDefined;

            return ranked.Auroc == reversed.Auroc && ranked.AveragePrecision == reversed.AveragePrecision
                && ranked.Auroc == monotone.Auroc && ranked.AveragePrecision == monotone.AveragePrecision && ranked.MaxF1 == monotone.MaxF1
                && Math.Abs(negated.Auroc.Value - (1 - ranked.Auroc.Value)) < 1e-15
                && ranked.AveragePrecision.Value >= LeastAveragePrecision(ranked) - 1e-12 && ranked.AveragePrecision.Value <= 1
                && ranked.MaxF1.Value >= ranked.Trivial.AllPositive.F1.Value;
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>The average precision of the worst ranking: every normal sample first.</summary>
    static double LeastAveragePrecision(RankedScores ranked)
    {
        double sum = 0;
        for (var i = 1; i <= ranked.Positives; i++) sum += i / (double)(ranked.Negatives + i);
        return sum / ranked.Positives;
    }

    /// <summary>Mean rank of the abnormal, by a sort of the framework.</summary>
    static double BruteAuroc(float[] scores, byte[] labels)
    {
        var order = Enumerable.Range(0, scores.Length).ToArray();
        Array.Sort((float[])scores.Clone(), order);
        double ranks = 0;
        long positives = labels.Count(label => label == 1), negatives = labels.Length - positives;
        for (int from = 0, to; from < order.Length; from = to)
        {
            for (to = from; to < order.Length && scores[order[to]] == scores[order[from]]; to++) { }
            for (var i = from; i < to; i++)
            {
                if (labels[order[i]] == 1) ranks += (from + to + 1) / 2.0;
            }
        }
        return (ranks - positives * (positives + 1) / 2.0) / ((double)positives * negatives);
    }
}
