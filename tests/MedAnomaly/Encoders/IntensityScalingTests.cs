using MedAnomaly.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class IntensityScalingTests
{
    [Fact]
    public void Each_image_is_scaled_by_its_own_percentiles_over_all_channels()
    {
        using var scope = NewDisposeScope();
        // 0 to 7, and ten times that: numpy.percentile(range(8), [0, 90]) is [0, 6.3].
        var first = arange(8f).view(1, 2, 2, 2);

        var scaled = IntensityScaling.ByPercentiles(cat([first, first * 10 + 5]), 0, 90);

        var expected = Enumerable.Range(0, 8).Select(i => Math.Min(1, i / 6.3)).ToArray();
        foreach (var image in new[] { scaled[0], scaled[1] })
            Assert.All(image.contiguous().data<float>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void An_image_without_contrast_is_black_and_percentiles_out_of_order_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.All(IntensityScaling.ByPercentiles(full([1, 2, 3, 3], 0.7f), 0, 99.99).data<float>().ToArray(), value => Assert.Equal(0, value));
        Assert.Contains("got 50 and 50", Assert.Throws<ArgumentOutOfRangeException>(() => IntensityScaling.ByPercentiles(zeros(1, 1, 2, 2), 50, 50)).Message, StringComparison.Ordinal);
    }
}
