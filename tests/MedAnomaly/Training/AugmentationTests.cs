using MedAnomaly.Detectors;
using MedAnomaly.Tests.Encoders;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Training;

public sealed class AugmentationTests : IDisposable
{
    static readonly Augmentation All = Augmentation.HeadCt with { Saturation = 0.3, Blur = 1, Noise = 0.05 };

    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static Tensor Images(int count, int channels = 1) => Formula.Noise(7, count, channels, 16, 20) * 0.5 + 0.5;

    static float[] Values(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    [Fact]
    public void The_affine_map_is_torchvisions()
    {
        var golden = Repository.Golden("reconstruction/reconstruction.json").GetProperty("augmentation");
        var maps = golden.GetProperty("maps").EnumerateArray().Select(map => new Augmentation.AffineMap(map[0].GetDouble(), map[1].GetDouble(), map[2].GetDouble(), map[3].GetDouble(), map[4].GetDouble())).ToList();

        Formula.AssertClose(golden.GetProperty("affine"), Augmentation.Affine(Formula.Noise(3003, 3, 1, 12, 16) * 0.5 + 0.5, maps));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_image_changes_in_the_same_way_in_any_batch_and_with_any_number_of_threads(int channels)
    {
        var images = Images(6, channels);
        var threads = get_num_threads();
        float[] Changed(params long[] numbers) => Values(All.Apply(images.index_select(0, tensor(numbers)), numbers, epoch: 3, seed: 5));

        var together = Changed(0, 1, 2, 3, 4, 5);
        var alone = Changed(4);
        try
        {
            set_num_threads(threads == 1 ? 2 : 1);
            Assert.Equal(together, Changed(0, 1, 2, 3, 4, 5));
        }
        finally
        {
            set_num_threads(threads);
        }

        Assert.Equal(together[(4 * alone.Length)..(5 * alone.Length)], alone);
        Assert.Equal(together[(2 * alone.Length)..(3 * alone.Length)], Changed(5, 2)[alone.Length..]);
    }

    [Fact]
    public void Epoch_seed_and_number_draw_anew_and_pixels_stay_in_range()
    {
        var images = Images(1).expand(4, 1, 16, 20).contiguous();
        float[] Changed(long number, int epoch, int seed) => Values(All.Apply(images.narrow(0, 0, 1), [number], epoch, seed));
        float[][] drawn = [Changed(0, 0, 0), Changed(1, 0, 0), Changed(0, 1, 0), Changed(0, 0, 1)];

        for (var i = 0; i < drawn.Length; i++)
        {
            for (var j = 0; j < i; j++) Assert.NotEqual(drawn[i], drawn[j]);
            Assert.All(drawn[i], value => Assert.InRange(value, 0f, 1f));
        }
    }

    [Fact]
    public void The_least_values_do_nothing()
    {
        var images = Images(3, 3);

        Assert.Equal(Values(images), Values(new Augmentation().Apply(images, [0, 1, 2], 0, 0)));
    }

    [Fact]
    public void Each_setting_does_what_it_says()
    {
        var images = Images(40) * 0.4f + 0.3f;
        long[] numbers = [.. Enumerable.Range(0, 40).Select(i => (long)i)];
        Tensor Changed(Augmentation augmentation) => augmentation.Apply(images, numbers, 0, 0);
        double Spread(Tensor batch) => batch.flatten(1).std(1).mean().item<float>();
        double Mean(Tensor batch) => batch.mean().item<float>();

        var mirrored = Values(Changed(new() { Mirror = 0.5 }).eq(images.flip(3)).flatten(1).all(1).to(ScalarType.Float32)).Sum();
        Assert.InRange(mirrored, 10, 30);
        Assert.Equal(40, Values(Changed(new() { Mirror = 1 }).eq(images.flip(3)).flatten(1).all(1).to(ScalarType.Float32)).Sum());
        var bright = Changed(new() { Brightness = 0.2 }) / images;
        Assert.InRange(bright.min().item<float>(), 0.799f, 0.9f);
        Assert.InRange(bright.max().item<float>(), 1.1f, 1.201f);
        Assert.True(Spread(Changed(new() { Blur = 2 })) < 0.8 * Spread(images));
        Assert.Equal(Mean(images), Mean(Changed(new() { Blur = 2 })), 0.01);
        var noise = Changed(new() { Noise = 0.1 }) - images;
        Assert.InRange(noise.std().item<float>(), 0.04f, 0.07f);
        Assert.Equal(Values(images.mean([2L, 3])), Values(Changed(new() { Contrast = 0.2 }).mean([2L, 3])), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.NotEqual(Values(images), Values(Changed(new() { Contrast = 0.2 })));
        Assert.Equal(Values(images), Values(Changed(new() { Saturation = 0.5 })));
        Assert.NotEqual(Values(images), Values(Changed(new() { Rotation = 5 })));
        // What is moved out at the edge comes in black.
        Assert.True(Mean(Changed(new() { Translation = 0.3 })) < 0.95 * Mean(images));
    }

    [Fact]
    public void A_share_of_the_images_stays_in_place_and_the_others_move_as_they_would()
    {
        var images = Images(40);
        long[] numbers = [.. Enumerable.Range(0, 40).Select(i => (long)i)];
        float[][] Changed(double share) => [.. Values(new Augmentation { Mirror = 0.5, Rotation = 10, AffineShare = share }.Apply(images, numbers, 0, 0)).Chunk(16 * 20)];
        var (all, none, half) = (Changed(1), Changed(0), Changed(0.5));

        var moved = half.Index().Where(image => image.Item.SequenceEqual(all[image.Index])).Select(image => image.Index).ToList();
        Assert.InRange(moved.Count, 10, 30);
        Assert.All(Enumerable.Range(0, 40).Except(moved), i => Assert.Equal(none[i], half[i]));
        Assert.Equal(Values(new Augmentation { Mirror = 0.5 }.Apply(images, numbers, 0, 0)), none.SelectMany(image => image));
    }

    [Fact]
    public void Values_that_make_no_sense_are_named()
    {
        using var detector = new ReconstructionDetector(new ConvolutionalAutoencoder(16, latentDimension: 2));
        string Fault(Augmentation augmentation) => Assert.Throws<UsageException>(() => detector.Train(Images(2), new(Images(2), [true, false]), augmentation: augmentation)).Message;

        Assert.Equal("The augmentation makes no sense: Augmentation.Mirror is 1.5; it lies between 0 and 1.", Fault(new() { Mirror = 1.5 }));
        Assert.Equal("The augmentation makes no sense: Augmentation.Scaling is 1; it lies between 0 and 0.9.", Fault(new() { Scaling = 1 }));
        Assert.Equal("The augmentation makes no sense: Augmentation.Noise is NaN; it lies between 0 and 1.", Fault(new() { Noise = double.NaN }));
    }
}
