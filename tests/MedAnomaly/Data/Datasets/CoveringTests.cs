using MedAnomaly.Data;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

public sealed class CoveringTests
{
    sealed class White : IImageDataset
    {
        public string Id => "white";
        public string Title => "White";
        public DataKind Kind => DataKind.StandIn;
        public string ManifestHash => "ab";
        public IReadOnlyList<Sample> Samples { get; } = [new("s", "s", Label.Normal, "", null, "")];

        public Image LoadImage(Sample sample)
        {
            var image = new Image<Rgb24>(10, 8);
            image.Pixels.Fill(new(255, 255, 255));
            return image;
        }

        public Mask? LoadMask(Sample sample) => null;
    }

    [Fact]
    public void A_part_of_every_image_is_black_and_the_hash_names_it()
    {
        var data = new White();

        var covered = data.WithCovered(new(0.55f, 0.1f, 0.2f, 0.3f));

        var image = (Image<Rgb24>)covered.LoadImage(covered.Samples[0]);
        for (var y = 0; y < 8; y++)
        {
            // Whole pixels: columns 5 to 7 of 10, rows 0 to 3 of 8.
            for (var x = 0; x < 10; x++) Assert.Equal(x is >= 5 and < 8 && y < 4 ? 0 : 255, image[x, y].R);
        }
        Assert.Equal(("white", DataKind.StandIn), (covered.Id, covered.Kind));
        Assert.NotEqual(data.ManifestHash, covered.ManifestHash);
        Assert.NotEqual(data.WithCovered(new(0.5f, 0.1f, 0.2f, 0.3f)).ManifestHash, covered.ManifestHash);
        Assert.Equal(64, covered.ManifestHash.Length);
    }

    [Fact]
    public void A_part_beyond_the_image_or_of_nothing_is_refused()
    {
        Assert.StartsWith("The part 0.9, 0, 0.2, 0.1 (left, top, width, height) is none of an image; it lies within (0, 0, 1, 1) and is not empty.",
            Assert.Throws<ArgumentException>(() => new White().WithCovered(new(0.9f, 0, 0.2f, 0.1f))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new White().WithCovered(new(0, 0, 0, 0.1f)));
    }
}
