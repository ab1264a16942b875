using System.Drawing;
using System.IO.Compression;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

public sealed class ImageTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public static TheoryData<string> Names => Golden.Names;

    public static TheoryData<string> OddNames =>
        ["with space.png", "number#1%20.png", "it's \"quoted\".png", "Läsion-肿瘤-π.png", "-dash.png"];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Pixels_equal_those_of_Pillow(string name)
    {
        var expected = Golden.Entry(name);
        var image = Image.Load(new MemoryStream(Golden.File(name)));

        Assert.Equal(expected.GetProperty("pixelType").GetString(), image.PixelType.Name);
        Assert.Equal(expected.GetProperty("width").GetInt32(), image.Width);
        Assert.Equal(expected.GetProperty("height").GetInt32(), image.Height);
        foreach (var pixels in expected.GetProperty("pixels").EnumerateObject())
            Assert.Equal((pixels.Name, pixels.Value.GetString()), (pixels.Name, Golden.Digest(Golden.Bytes(image, pixels.Name))));
    }

    [Theory]
    [InlineData("grey-1")]
    [InlineData("grey-4")]
    [InlineData("grey-16")]
    [InlineData("rgb-8")]
    [InlineData("rgb-16")]
    public void An_interlaced_PNG_has_the_pixels_of_one_that_is_not(string name)
    {
        var plain = Image.Load(new MemoryStream(Golden.File($"{name}.png")));
        var interlaced = Image.Load(new MemoryStream(Golden.File($"{name}-interlaced.png")));

        Assert.Equal(plain.Bytes, interlaced.Bytes);
    }

    [Fact]
    public void What_the_camera_says_about_orientation_is_not_applied()
    {
        var image = Image.Load(new MemoryStream(Golden.File("exif-orientation-6.jpg")));

        Assert.Equal((21, 17), (image.Width, image.Height));
    }

    [Fact]
    public void Identify_says_what_Load_delivers()
    {
        var path = Save("palette-2-trns.png");

        Assert.Equal(new ImageInfo(13, 9, new PixelTypeInfo(4, 8), ImageFormat.Png), Image.Identify(path));
        Assert.IsType<Image<Rgba32>>(Image.Load(path));
    }

    [Fact]
    public void A_JPEG_that_is_called_png_is_read_by_its_contents()
    {
        var path = Path.Combine(folder.FullName, "scan.png");
        File.WriteAllBytes(path, Golden.File("grey.jpg"));

        Assert.Equal(ImageFormat.Jpeg, Image.Identify(path).Format);
        Assert.Equal(Image.Load(new MemoryStream(Golden.File("grey.jpg"))).Bytes, Image.Load<L8>(path).Bytes);
    }

    [Theory]
    [MemberData(nameof(OddNames))]
    public void Any_name_will_do(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        var image = Image.LoadPixelData<L8>([new(1), new(2)], 2, 1);

        image.SaveAsPng(path);

        Assert.Equal(image.Pixels, Image.Load<L8>(path).Pixels);
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void Sixteen_bits_become_eight_by_their_high_byte_and_eight_become_sixteen_by_repetition()
    {
        var wide = Image.LoadPixelData<L16>([new(0), new(255), new(256), new(0x7FFF), new(0xFFFF)], 5, 1);

        Assert.Equal<L8>([new(0), new(0), new(1), new(0x7F), new(0xFF)], wide.CloneAs<L8>().Pixels.ToArray());
        Assert.Equal<L16>([new(0), new(0), new(0x0101), new(0x7F7F), new(0xFFFF)], wide.CloneAs<L8>().CloneAs<L16>().Pixels.ToArray());
    }

    [Fact]
    public void Grey_stays_what_it_was_in_every_pixel_type()
    {
        var grey = new Image<L8>(256, 1);
        for (var x = 0; x < 256; x++)
            grey[x, 0] = new((byte)x);

        Image[] others = [grey.CloneAs<La16>(), grey.CloneAs<Rgb24>(), grey.CloneAs<Rgba32>(), grey.CloneAs<L16>(), grey.CloneAs<La32>(),
            grey.CloneAs<Rgb48>(), grey.CloneAs<Rgba64>()];

        Assert.All(others, other => Assert.Equal(grey.Pixels, other.CloneAs<L8>().Pixels));
    }

    [Fact]
    public void Two_saves_of_one_image_have_the_same_bytes()
    {
        var image = Image.Load(new MemoryStream(Golden.File("rgb-16.png")));
        var (first, second) = (new MemoryStream(), new MemoryStream());

        image.SaveAsPng(first);
        image.SaveAsPng(second);

        Assert.Equal(first.ToArray(), second.ToArray());
    }

    [Fact]
    public void Mutate_changes_the_image_and_Clone_does_not()
    {
        var image = Image.Load<Rgb24>(new MemoryStream(Golden.File("rgb-8.png")));
        var pixel = image[5, 3];

        var clone = image.Clone(x => x.Crop(new Rectangle(5, 3, 4, 2)));
        var untouched = image.Clone(_ => { });
        image.Mutate(x => x.Crop(new Rectangle(4, 2, 8, 6)).Crop(new Rectangle(1, 1, 3, 3)));

        Assert.Equal((4, 2, pixel), (clone.Width, clone.Height, clone[0, 0]));
        Assert.Equal((3, 3, pixel), (image.Width, image.Height, image[0, 0]));
        Assert.Equal((13, 9, pixel), (untouched.Width, untouched.Height, untouched[5, 3]));
    }

    [Theory]
    [InlineData(0, 0, 14, 9)]
    [InlineData(-1, 0, 3, 3)]
    [InlineData(12, 8, 2, 1)]
    [InlineData(1, 1, int.MaxValue, 1)]
    [InlineData(1, 1, 0, 1)]
    public void A_crop_over_the_edge_is_refused_with_both_sizes(int x, int y, int width, int height)
    {
        var image = new Image<L8>(13, 9);

        var fault = Assert.Throws<ArgumentException>(() => image.Mutate(context => context.Crop(new Rectangle(x, y, width, height))));

        var rectangle = $"{{X={x},Y={y},Width={width},Height={height}}}";
        Assert.StartsWith($"{rectangle} does not lie inside an image of 13 x 9 pixels.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pixel_outside_is_refused_and_not_taken_from_the_next_row()
    {
        var image = new Image<L8>(3, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => image[3, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[-1, 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => image[0, 2] = new(1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, -1)]
    [InlineData(int.MaxValue, 2)]
    [InlineData(13_378, 13_378)]
    public void An_image_of_no_size_or_too_large_a_one_cannot_be_made(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image<L8>(width, height));

    [Fact]
    public void A_stream_that_cannot_seek_is_read_to_its_end()
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionMode.Compress, leaveOpen: true))
            zlib.Write(Golden.File("grey-8.png"));
        packed.Position = 0;

        using var stream = new ZLibStream(packed, CompressionMode.Decompress);

        Assert.Equal("L8 13 x 9", Image.Load(stream).ToString());
    }

    string Save(string name)
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, Golden.File(name));
        return path;
    }
}
