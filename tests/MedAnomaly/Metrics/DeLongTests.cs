using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class DeLongTests
{
    [Fact]
    public void Errors_and_tests_equal_those_of_the_definition_with_and_without_ties()
    {
        foreach (var golden in Repository.Golden("metrics/delong.json").GetProperty("cases").EnumerateArray())
        {
            bool[] labels = [.. golden.GetProperty("labels").EnumerateArray().Select(item => item.GetInt32() == 1)];
            var (first, second) = (Numbers("first"), Numbers("second"));

            var comparison = DeLong.Compare(first, second, labels);

            Assert.Equal(Numbers("aurocs")[0], comparison.First, 1e-12);
            Assert.Equal(Numbers("aurocs")[1], comparison.Second, 1e-12);
            Assert.Equal(Numbers("errors")[0], DeLong.StandardError(first, labels).Value, 1e-12);
            Assert.Equal(golden.GetProperty("error").GetDouble(), comparison.StandardError, 1e-12);
            Assert.Equal(golden.GetProperty("z").GetDouble(), comparison.Z.Value, 1e-9);
            Assert.Equal(golden.GetProperty("p").GetDouble(), comparison.PValue.Value, 1e-10);

            double[] Numbers(string key) => RankedScoresTests.Numbers(golden.GetProperty(key));
        }
    }

    [Fact]
    public void Tails_of_the_normal_distribution_equal_those_of_scipy()
    {
        foreach (var tail in Repository.Golden("metrics/delong.json").GetProperty("tails").EnumerateArray())
        {
            var expected = tail.GetProperty("p").GetDouble();
            Assert.Equal(1, Normal.TwoSided(-tail.GetProperty("z").GetDouble()) / expected, 1e-12);
        }
    }

    [Fact]
    public void Methods_that_rank_alike_and_single_samples_have_no_test()
    {
        var same = DeLong.Compare([1, 2, 3, 4], [10, 20, 30, 40], [false, true, false, true]);

        Assert.Equal("undefined (the two methods rank every pair alike)", same.PValue.ToString());
        Assert.Equal("undefined (1 abnormal sample)", DeLong.StandardError([1, 2, 3], [false, false, true]).ToString());
        Assert.Equal("DeLong's test needs at least two samples of each class, but there is 0 normal sample.",
            Assert.Throws<DatasetException>(() => DeLong.Compare([1, 2], [1, 2], [true, true])).Message);
    }
}
