using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Figures.Rendering;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Figures.Rendering;

public sealed class PngTests
{
    [Fact]
    public void Every_pixel_comes_back_from_a_palette_of_any_depth()
    {
        var images = from colors in Gen.Elements(1, 2, 3, 4, 5, 16, 17, 256, 300)
                     from width in Gen.Choose(1, 40)
                     from height in Gen.Choose(1, 20)
                     from seed in Gen.Choose(0, 1000)
                     from opaque in Gen.Elements(true, false)
                     select Noise(colors, width, height, seed, opaque);
        Prop.ForAll(images.ToArbitrary(), image =>
        {
            var read = Image.Load<Rgba32>(new MemoryStream(Png.Encode(image)));
            return read.Width == image.Width && read.Height == image.Height && read.Pixels.SequenceEqual(image.Pixels);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_palette_of_few_colours_stays_near_the_image()
    {
        var image = new Image<Rgba32>(256, 64);
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 256; x++)
                image[x, y] = new((byte)x, (byte)(4 * y), 128, 255);
        }

        var read = Image.Load<Rgba32>(new MemoryStream(Png.EncodeIndexed(image, 256)));

        Assert.True(read.Pixels.ToArray().Distinct().Count() <= 256);
        var error = Enumerable.Range(0, image.Pixels.Length).Average(i => Math.Abs(read.Pixels[i].R - image.Pixels[i].R) + Math.Abs(read.Pixels[i].G - image.Pixels[i].G));
        Assert.InRange(error, 0, 9);
    }

    static Image<Rgba32> Noise(int colors, int width, int height, int seed, bool opaque)
    {
        var random = new Random(seed);
        var palette = Enumerable.Range(0, colors).Select(_ => new Rgba32((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), opaque ? (byte)255 : (byte)random.Next(256))).ToArray();
        var image = new Image<Rgba32>(width, height);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = palette[random.Next(colors)];
        return image;
    }
}
