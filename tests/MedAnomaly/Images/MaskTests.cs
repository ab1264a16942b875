using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

public sealed class MaskTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    public void A_mask_of_two_values_says_which_pixels_are_abnormal(byte abnormal)
    {
        var mask = Mask.Load(Save(Image.LoadPixelData<L8>([new(0), new(abnormal), new(abnormal), new(0)], 2, 2)));

        Assert.Equal([false, true, true, false], mask.Pixels);
        Assert.Equal((true, 2), (mask[1, 0], mask.Count));
    }

    [Fact]
    public void Sixteen_bits_and_opaque_grey_colours_will_do()
    {
        Assert.Equal([true, false], Mask.Load(Save(Image.LoadPixelData<L16>([new(65535), new(0)], 2, 1))).Pixels);
        Assert.Equal([true, false], Mask.Load(Save(Image.LoadPixelData<Rgb24>([new(255, 255, 255), new(0, 0, 0)], 2, 1))).Pixels);
        Assert.Equal([true, false], Mask.Load(Save(Image.LoadPixelData<Rgba32>([new(1, 1, 1, 255), new(0, 0, 0, 255)], 2, 1))).Pixels);
    }

    [Fact]
    public void A_mask_with_nothing_abnormal_is_a_mask() => Assert.Equal(0, Mask.Load(Save(new Image<L8>(3, 3))).Count);

    [Fact]
    public void Other_values_are_refused_and_listed()
    {
        var path = Save(Image.LoadPixelData<L8>([new(0), new(3), new(128), new(255)], 4, 1));

        var fault = Assert.Throws<DataFormatException>(() => Mask.Load(path));

        Assert.Equal($"{path} is no mask: expected 0 and 255 (or 0 and 1) only, got 4 values: 0, 3, 128, 255. A mask that was saved as "
            + "JPEG or resized smoothly has such values: export it again as PNG, or resize it by nearest neighbour.", fault.Message);
    }

    [Fact]
    public void Two_kinds_of_abnormal_are_refused()
    {
        var path = Save(Image.LoadPixelData<L8>([new(0), new(1), new(255)], 3, 1));

        var fault = Assert.Throws<DataFormatException>(() => Mask.Load(path));

        Assert.Contains("got 3 values: 0, 1, 255.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_values_are_counted_and_the_first_are_listed()
    {
        var image = new Image<L8>(16, 16);
        for (var i = 0; i < 256; i++)
            image.Pixels[i] = new((byte)i);

        var fault = Assert.Throws<DataFormatException>(() => Mask.Load(Save(image)));

        Assert.Contains("got 256 values: 0, 1, 2, 3, 4, 5, 6, 7, ....", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_and_transparency_are_refused()
    {
        var path = Save(Image.LoadPixelData<Rgb24>([new(255, 0, 0), new(0, 0, 0)], 2, 1));
        var clear = Save(Image.LoadPixelData<La16>([new(255, 255), new(0, 0)], 2, 1));

        Assert.Equal($"{path} is no mask: its pixels are coloured or transparent. Expected a grey image of 0 and 255 (or 0 and 1).",
            Assert.Throws<DataFormatException>(() => Mask.Load(path)).Message);
        Assert.Throws<DataFormatException>(() => Mask.Load(clear));
    }

    [Fact]
    public void A_mask_of_another_size_than_its_image_is_refused_with_both()
    {
        var image = Save(new Image<Rgb24>(5, 4));
        var mask = Save(new Image<L8>(4, 5));

        var fault = Assert.Throws<DataFormatException>(() => Mask.LoadFor(image, mask));

        Assert.Equal($"{mask} is 4 x 5 pixels, but its image {image} is 5 x 4. A mask must have its image's size; neither was resized. "
            + "Check that the two belong together.", fault.Message);
        Assert.Equal(20, Mask.LoadFor(image, image).Pixels.Length);
    }

    [Fact]
    public void A_resized_mask_takes_the_nearest_pixels()
    {
        var mask = Mask.FromPixels([true, false, false, true], 2, 2);

        Assert.Equal([true, true, false, false, false, false, true, true], mask.Resize(4, 2).Pixels);
    }

    string Save(Image image)
    {
        var path = Path.Combine(folder.FullName, $"{Guid.NewGuid():N}.png");
        image.SaveAsPng(path);
        return path;
    }
}
