using MedAnomaly.Outliers;

namespace MedAnomaly.Tests.Outliers;

public sealed class AbsoluteDeviationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_growing_set_has_the_deviation_of_its_numbers(ulong seed)
    {
        var random = new SplitMix64(seed);
        // Some of them are equal.
        double[] sorted = [.. Enumerable.Range(0, 60).Select(_ => random.Next(40) / 8.0).Order()];
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        random.Shuffle(order.AsSpan());
        var deviation = new AbsoluteDeviation(sorted);
        for (var round = 0; round < 2; round++)
        {
            deviation.Clear();
            List<double> added = [];
            foreach (var rank in order)
            {
                deviation.Add(rank);
                added.Add(sorted[rank]);
                var mean = added.Average();
                Assert.Equal(added.Average(value => Math.Abs(value - mean)), deviation.Value, 1e-12);
            }
        }
    }
}
