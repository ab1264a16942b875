namespace MedAnomaly.Tests;

public sealed class SplitMix64Tests
{
    [Fact]
    public void The_numbers_of_a_seed_never_change()
    {
        var random = new SplitMix64(7);
        Assert.Equal<ulong>([13019073220954770443, 8057604665378085418, 15843472109760280494], [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
        Assert.NotEqual(new SplitMix64(7, 1).NextUInt64(), new SplitMix64(7, 2).NextUInt64());
    }

    [Fact]
    public void Integers_and_fractions_fill_their_range_evenly()
    {
        var random = new SplitMix64(1);
        var counts = new int[10];
        for (var i = 0; i < 10_000; i++) counts[random.Next(10)]++;
        Assert.All(counts, count => Assert.InRange(count, 880, 1120));
        var fractions = Enumerable.Range(0, 10_000).Select(_ => random.NextDouble()).ToList();
        Assert.All(fractions, fraction => Assert.InRange(fraction, 0, Math.BitDecrement(1.0)));
        Assert.InRange(fractions.Average(), 0.48, 0.52);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(0));
    }

    [Fact]
    public void Shuffling_keeps_all_items()
    {
        var items = Enumerable.Range(0, 100).ToArray();
        new SplitMix64(3).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
