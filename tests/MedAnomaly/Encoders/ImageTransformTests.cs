using System.Collections.Concurrent;
using MedAnomaly.Data;
using MedAnomaly.Encoders;
using MedAnomaly.Images;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class ImageTransformTests
{
    [Fact]
    public void An_image_becomes_what_torchvision_makes_of_it()
    {
        using var scope = NewDisposeScope();
        var golden = Repository.Golden("patchcore/transform.json");
        var (width, height) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32());
        var values = Formula.Noise(11, height, width, 3).data<float>().ToArray();
        var image = new Image<Rgb24>(width, height);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = new Rgb24(Byte(values[3 * i]), Byte(values[3 * i + 1]),
            Byte(values[3 * i + 2]));
        var transform = new ImageTransform(golden.GetProperty("size").GetInt32(), golden.GetProperty("crop")
            .GetInt32(), ImageNormalisation.Torchvision);

        Formula.AssertClose(golden.GetProperty("result"), transform.Apply(image), 1e-6);

        static byte Byte(float noise) => (byte)((noise + 1) * 128);
    }

    [Fact]
    public void A_grey_transform_makes_one_channel_of_luminance_and_a_grey_image_stays_as_it_is()
    {
        using var scope = NewDisposeScope();
        var half = new ImageNormalisation(ColourOrder.Rgb, 0.5f, [1, 0, 0], [2, 1, 1]);
        var transform = new ImageTransform(2, 2, half) { IsGrey = true };
        var grey = new Image<L8>(2, 2);
        (grey[0, 0], grey[1, 0], grey[0, 1], grey[1, 1]) = (new(0), new(10), new(100), new(255));
        var red = new Image<Rgb24>(2, 2);
        red.Pixels.Fill(new Rgb24(200, 0, 0));

        var batch = transform.Batch([grey, red]);

        Assert.Equal([2L, 1, 2, 2], batch.shape);
        Assert.Equal([-0.5f, 2, 24.5f, 63.25f], batch[0].data<float>().ToArray());
        Assert.All(batch[1].contiguous().data<float>().ToArray(), value => Assert.Equal((red.CloneAs<L8>()[0, 0].PackedValue * 0.5f - 1) / 2, value));
        Assert.Equal(new ImageTransform(2, 2, half).Apply(grey)[0].data<float>().ToArray(), batch[0].data<float>().ToArray());
    }

    [Fact]
    public void A_crop_larger_than_the_image_is_refused()
    {
        var fault = Assert.Throws<ArgumentException>(() => new ImageTransform(8, 9, ImageNormalisation.Torchvision)
            .Picture(new Image<L8>(8, 8)));

        Assert.Equal("A crop of 9 pixels does not fit images of 8.", fault.Message);
    }

    [Theory]
    [InlineData(ColourOrder.Rgb)]
    [InlineData(ColourOrder.Bgr)]
    public void An_image_becomes_normalised_planes_in_the_encoders_colour_order(ColourOrder order)
    {
        using var scope = NewDisposeScope();
        var image = new Image<Rgb24>(4, 4);
        image.Pixels.Fill(new Rgb24(10, 20, 30));
        image[2, 1] = new Rgb24(110, 120, 130);
        var transform = new ImageTransform(4, 2, new ImageNormalisation(order, 0.5f, [1, 2, 3], [1, 2, 4]));

        var planes = transform.Apply(image);

        Assert.Equal([3L, 2L, 2L], planes.shape);
        float[] first = order == ColourOrder.Rgb ? [4, 4 + 50] : [14, 14 + 50], last = order == ColourOrder.Rgb ? [3, 3 + 12.5f]
            : [0.5f, 0.5f + 12.5f];
        Assert.Equal([first[0], first[1], first[0], first[0], 4, 4 + 25, 4, 4, last[0], last[1], last[0], last[0]], planes.data<float>()
            .ToArray());
    }

    [Fact]
    public void Batches_are_loaded_one_at_a_time_and_counted()
    {
        var dataset = new Recorder();
        var batches = new ImageBatches(dataset, dataset.Samples, new ImageTransform(8, 8, ImageNormalisation.Torchvision), 2);

        Assert.Equal(3, batches.Count);
        var sizes = new List<long>();
        foreach (var batch in batches)
        {
            sizes.Add(batch.shape[0]);
            Assert.Equal(dataset.Samples.Take(2 * sizes.Count), dataset.Loaded.OrderBy(sample => sample.Id));
        }
        Assert.Equal([2L, 2L, 1L], sizes);
    }

    [Fact]
    public void All_batches_stacked_are_the_images_in_order_and_an_empty_part_is_named()
    {
        using var scope = NewDisposeScope();
        var dataset = new Recorder();
        var transform = new ImageTransform(8, 4, ImageNormalisation.Torchvision);

        using var all = new ImageBatches(dataset, dataset.Samples, transform, 2).Stack();

        Assert.Equal([5L, 3, 4, 4], all.shape);
        Assert.Equal(transform.Batch([.. dataset.Samples.Select(dataset.LoadImage)]).data<float>().ToArray(), all.data<float>().ToArray());
        Assert.Equal("recorder has no image in this part of the split.", Assert.Throws<DatasetException>(() => new ImageBatches(dataset, [], transform).Stack()).Message);
    }

    /// <summary>Five images, each brighter than the last, and a note of which were loaded.</summary>
    sealed class Recorder : IImageDataset
    {
        public string Id => "recorder";

        public string Title => "Recorder";

        public DataKind Kind => DataKind.Simulated;

        public string ManifestHash => "";

        public IReadOnlyList<Sample> Samples { get; } = [.. Enumerable.Range(0, 5)
            .Select(i => new Sample($"{i}", $"{i}", Label.Normal, ""))];

        public ConcurrentQueue<Sample> Loaded { get; } = new();

        public Image LoadImage(Sample sample)
        {
            Loaded.Enqueue(sample);
            var image = new Image<L8>(8, 8);
            image.Pixels.Fill(new((byte)(50 * int.Parse(sample.Id))));
            return image;
        }

        public Mask? LoadMask(Sample sample) => null;
    }
}
