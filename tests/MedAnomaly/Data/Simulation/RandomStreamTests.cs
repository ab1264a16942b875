using MedAnomaly.Data.Simulation;

namespace MedAnomaly.Tests.Data.Simulation;

public sealed class RandomStreamTests
{
    /// <summary>Pinned, so that no change of framework or machine changes a cohort unnoticed.</summary>
    [Fact]
    public void The_numbers_are_the_same_everywhere()
    {
        var random = new RandomStream(1, 2, 3);
        Assert.Equal([0.79067612646657359, 0.78292761137068478, -0.96557317676567911], new[] { random.Uniform(), random.Uniform(), random.Normal() });
    }

    [Fact]
    public void Keys_tell_streams_apart_by_value_and_place()
    {
        long[][] keys = [[0], [1], [0, 0], [1, 0], [0, 1], [0, 0, 1], [-1], [1, 0, 0], [2, 1]];
        Assert.Equal(keys.Length, keys.Select(key => new RandomStream(key).Uniform()).Distinct().Count());
    }

    [Fact]
    public void Uniform_and_normal_have_their_moments()
    {
        var random = new RandomStream(7);
        var uniform = Enumerable.Range(0, 100_000).Select(_ => random.Uniform()).ToArray();
        var normal = Enumerable.Range(0, 100_000).Select(_ => random.Normal()).ToArray();
        // Each bound is five standard errors.
        Assert.Equal(0.5, uniform.Average(), 0.005);
        Assert.InRange(uniform.Min(), 0, 0.001);
        Assert.InRange(uniform.Max(), 0.999, 1 - 1e-16);
        Assert.Equal(0, normal.Average(), 0.016);
        Assert.Equal(1, normal.Average(value => value * value), 0.023);
        Assert.Equal(3, normal.Average(value => value * value * value * value), 0.16);
        Assert.Equal(Enumerable.Range(0, 7), Enumerable.Range(0, 1000).Select(_ => random.Index(7)).Distinct().Order());
    }
}
