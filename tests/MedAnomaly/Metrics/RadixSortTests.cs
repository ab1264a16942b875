using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class RadixSortTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(50_000)]
    public void Numbers_of_all_signs_and_sizes_come_out_as_the_framework_sorts_them(int count)
    {
        var random = new Random(count);
        double[] doubles = [.. Enumerable.Range(0, count).Select(i => i % 7 == 0 ? 0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)))];
        float[] singles = [.. doubles.Select(number => (float)number).Where(float.IsFinite), float.Epsilon, -float.Epsilon, float.MaxValue, float.MinValue, -0f];
        var (sortedDoubles, sortedSingles) = ((double[])doubles.Clone(), (float[])singles.Clone());

        RadixSort.Sort(sortedDoubles);
        RadixSort.Sort(sortedSingles);

        Assert.Equal(doubles.Order(), sortedDoubles);
        Assert.Equal(singles.Order(), sortedSingles);
        Assert.DoesNotContain(sortedSingles, number => number == 0 && float.IsNegative(number));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_order_and_keeps_that_of_equal_keys()
    {
        var random = new Random(1);
        ulong[] keys = [.. Enumerable.Range(0, 30_000).Select(i => (ulong)random.Next(500) << 45 | (uint)i)];
        var expected = keys.OrderBy(key => key >> 32).ToArray();

        foreach (var threads in new[] { 1, 2, 3, 16 })
        {
            var sorted = (ulong[])keys.Clone();
            RadixSort.Sort<ulong>(sorted, 32, threads);
            Assert.Equal(expected, sorted);
        }
    }
}
