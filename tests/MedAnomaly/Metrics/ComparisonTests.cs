using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class ComparisonTests
{
    static readonly JsonElement Golden = Repository.Golden("metrics/tests.json");

    static double Number(JsonElement item, string key) => item.GetProperty(key).GetDouble();

    static double[] Numbers(JsonElement item, string key) => RankedScoresTests.Numbers(item.GetProperty(key));

    [Fact]
    public void McNemars_test_equals_the_binomial_test_and_chi_square_of_SciPy()
    {
        foreach (var item in Golden.GetProperty("mcnemar").EnumerateArray())
        {
            var test = new McNemar(item.GetProperty("first").GetInt64(), item.GetProperty("second").GetInt64());

            Assert.Equal(Number(item, "exact"), test.ExactPValue, 1e-12);
            Assert.Equal(Number(item, "chiSquare"), test.ChiSquare.Value, 1e-12);
            Assert.Equal(Number(item, "chiSquareP"), test.ChiSquarePValue.Value, 1e-12);
        }
    }

    [Fact]
    public void McNemars_test_counts_the_samples_on_which_one_method_is_right()
    {
        bool[] labels = [true, true, true, false, false, false];
        bool[] first = [true, true, false, false, true, true];
        bool[] second = [true, false, false, true, true, false];

        Assert.Equal(new McNemar(2, 1), McNemar.Compare(first, second, labels));
        var same = McNemar.Compare(first, first, labels);
        Assert.Equal(1, same.ExactPValue);
        Assert.Equal("undefined (the two methods are right on the same samples)", same.ChiSquarePValue.ToString());
        Assert.Equal("There are 6 and 5 decisions for 6 labels; there must be one each.",
            Assert.Throws<ArgumentException>(() => McNemar.Compare(first, second.AsSpan(1), labels)).Message);
    }

    [Fact]
    public void Holms_adjustment_equals_hand_made_examples()
    {
        foreach (var item in Golden.GetProperty("holm").EnumerateArray())
        {
            var adjusted = Holm.Adjust(Numbers(item, "p"));
            Assert.All(adjusted.Zip(Numbers(item, "adjusted")), pair => Assert.Equal(pair.Second, pair.First, 1e-15));
        }
        Assert.Empty(Holm.Adjust([]));
        Assert.StartsWith("The p-value at index 1 is NaN; it lies in [0, 1].",
            Assert.Throws<ArgumentException>(() => Holm.Adjust([0.5, double.NaN])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Adjusted_p_values_keep_their_order_and_lie_between_their_own_and_Bonferronis()
    {
        Prop.ForAll(Gen.Choose(0, 1000).Select(value => value / 1000.0).ArrayOf().ToArbitrary(), pValues =>
        {
            var adjusted = Holm.Adjust(pValues);
            return pValues.Zip(adjusted).All(pair => pair.Second >= pair.First && pair.Second <= Math.Min(1, pair.First * pValues.Length) + 1e-12)
                && pValues.Zip(adjusted).OrderBy(pair => pair.First).Select(pair => pair.Second).SequenceEqual(adjusted.Order());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void The_corrected_t_of_repeated_folds_equals_its_definition()
    {
        foreach (var item in Golden.GetProperty("folds").EnumerateArray())
        {
            var folds = RepeatedFolds.Of(Numbers(item, "values"), item.GetProperty("training").GetInt64(), item.GetProperty("test").GetInt64());

            Assert.Equal(Number(item, "error"), folds.StandardError, 1e-14);
            Assert.Equal(Number(item, "t"), folds.T.Value, 1e-11);
            Assert.Equal(Number(item, "p"), folds.PValue.Value, 1e-12);
            Assert.Equal(Numbers(item, "interval")[0], folds.Interval().Low, 1e-10);
            Assert.Equal(Numbers(item, "interval")[1], folds.Interval().High, 1e-10);
        }
    }

    [Fact]
    public void Folds_that_agree_have_no_t_and_one_fold_no_spread()
    {
        var folds = RepeatedFolds.Of([0.5, 0.5, 0.5], 80, 20);

        Assert.Equal("undefined (all folds have the same value)", folds.PValue.ToString());
        Assert.Equal((0.5, 0.5), folds.Interval());
        Assert.StartsWith("A spread needs at least two folds, got 1.", Assert.Throws<ArgumentException>(() => RepeatedFolds.Of([0.5], 80, 20)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => RepeatedFolds.Of([0.5, double.NaN], 80, 20));
        Assert.Throws<ArgumentOutOfRangeException>(() => RepeatedFolds.Of([0.5, 0.4], 80, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => folds.Interval(95));
    }

    [Fact]
    public void The_distributions_equal_those_of_SciPy()
    {
        foreach (var item in Golden.GetProperty("quantiles").EnumerateArray())
        {
            var (p, z) = (Number(item, "p"), Number(item, "z"));
            Assert.Equal(z, Normal.Quantile(p), 1e-9 * Math.Max(1, Math.Abs(z)));
            Assert.Equal(p, Normal.Cumulative(z), 1e-14);
        }
        foreach (var item in Golden.GetProperty("beta").EnumerateArray())
        {
            var expected = Number(item, "value");
            Assert.Equal(expected, IncompleteBeta.Of(Number(item, "x"), Number(item, "a"), Number(item, "b")), 1e-10 * Math.Max(expected, 1e-3));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Normal.Quantile(0));
    }
}
