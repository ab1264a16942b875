using MedAnomaly.Detectors;
using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using MedAnomaly.Tests.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors;

public sealed class PatchCoreCoresetsTests(PatchCoreTests.SharedEncoder shared) : IClassFixture<PatchCoreTests.SharedEncoder>, IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    PatchCore Fitted(double ratio, long images = 6, int size = 64)
    {
        var detector = new PatchCore(shared.Encoder, new GreedyCoreset(ratio, Seed: 5), new LocallyAwarePatches(["layer1", "layer2"], 3, 64, 48), 16);
        detector.Fit([Formula.Noise(2000, images, 3, size, size)]);
        return detector;
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.1)]
    [InlineData(0.25)]
    public void A_smaller_coreset_is_what_a_fit_of_its_own_would_pick(double ratio)
    {
        using var large = Fitted(0.25);
        using var small = Fitted(ratio);

        using var beginning = large.WithCoreset(ratio);

        Assert.Equal(small.Bank.data<float>().ToArray(), beginning.Bank.data<float>().ToArray());
        Assert.Equal(small.PatchCount, beginning.PatchCount);
        Assert.Equal(small.Score(Formula.Noise(7, 2, 3, 64, 64)).Select(result => result.ReweightedScore),
            beginning.Score(Formula.Noise(7, 2, 3, 64, 64)).Select(result => result.ReweightedScore));
    }

    [Fact]
    public void A_larger_coreset_or_the_beginning_of_a_whole_bank_is_refused()
    {
        using var fitted = Fitted(0.1);
        using var whole = Fitted(1);
        using var unfitted = new PatchCore(shared.Encoder, new GreedyCoreset(0.1));

        var larger = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.WithCoreset(0.25));
        Assert.StartsWith("A coreset of 25.00 % is no beginning of one of 10.00 %. Fit with the largest ratio", larger.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.WithCoreset(0.5));
        Assert.Throws<InvalidOperationException>(() => unfitted.WithCoreset(0.05));
    }

    [Fact]
    public void Image_scores_are_the_largest_patch_scores_whatever_the_size_of_the_bank()
    {
        // 24 images of 32 x 32 patches: the larger bank is searched by bounds, the smaller one at once.
        using var large = Fitted(0.5, images: 24, size: 128);
        using var small = large.WithCoreset(0.01);
        Assert.True(large.Bank.shape[0] >= 8192 && small.Bank.shape[0] < 4096);
        var images = Formula.Noise(2001, 5, 3, 128, 128);
        images[2].narrow(1, 16, 24).narrow(2, 8, 32).add_(2);
        images[4].mul_(1.5);

        foreach (var detector in new[] { large, small })
        {
            var expected = detector.Score(images).Select(result => result.MaximumScore);
            Assert.Equal(expected, detector.ImageScores(images));
            Assert.Equal(expected, detector.ImageScores([images.narrow(0, 0, 2), images.narrow(0, 2, 3)]));
        }
    }

    [Fact]
    public void A_remembered_image_scores_zero()
    {
        using var detector = Fitted(1, images: 24, size: 128);

        Assert.Equal([0.0, 0.0], detector.ImageScores(Formula.Noise(2000, 24, 3, 128, 128).narrow(0, 3, 2)));
    }
}
