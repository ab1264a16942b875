using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

public sealed class ImagePropertyTests
{
    [Fact]
    public void A_PNG_gives_back_L8() => RoundTrips<L8>();

    [Fact]
    public void A_PNG_gives_back_L16() => RoundTrips<L16>();

    [Fact]
    public void A_PNG_gives_back_La16() => RoundTrips<La16>();

    [Fact]
    public void A_PNG_gives_back_La32() => RoundTrips<La32>();

    [Fact]
    public void A_PNG_gives_back_Rgb24() => RoundTrips<Rgb24>();

    [Fact]
    public void A_PNG_gives_back_Rgb48() => RoundTrips<Rgb48>();

    [Fact]
    public void A_PNG_gives_back_Rgba32() => RoundTrips<Rgba32>();

    [Fact]
    public void A_PNG_gives_back_Rgba64() => RoundTrips<Rgba64>();

    [Theory]
    [InlineData("palette-4-trns.png")]
    [InlineData("rgb-8-interlaced.png")]
    [InlineData("rgb-subsampling-2.jpg")]
    [InlineData("rgb-progressive.jpg")]
    [InlineData("grey-8-lzw.tif")]
    [InlineData("rgb-8-planar-tiles.tif")]
    [InlineData("rgb-8-deflate-predictor.tif")]
    public void A_file_with_one_wrong_byte_is_decoded_or_refused(string name)
    {
        var file = Golden.File(name);
        var mutations = Gen.Two(Gen.Choose(0, file.Length - 1)).Zip(Gen.Choose(0, 255));
        Prop.ForAll(mutations.ToArbitrary(), mutation =>
        {
            var (((first, _), value), mutant) = (mutation, (byte[])file.Clone());
            mutant[first] = (byte)value;
            try
            {
                var image = Image.Load(new MemoryStream(mutant));
                return image.Width > 0 && image.Height > 0;
            }
            catch (DataFormatException fault)
            {
                return fault.Message.StartsWith("The stream ", StringComparison.Ordinal);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    static void RoundTrips<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var images =
            from width in Gen.Choose(1, 20)
            from height in Gen.Choose(1, 20)
            from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(width * height * TPixel.TypeInfo.BitsPerPixel / 8)
            select Image.LoadPixelData(MemoryMarshal.Cast<byte, TPixel>(bytes), width, height);
        Prop.ForAll(images.ToArbitrary(), image =>
        {
            var file = new MemoryStream();
            image.SaveAsPng(file);
            file.Position = 0;
            return Image.Load(file) is Image<TPixel> again && again.Width == image.Width && again.Pixels.SequenceEqual(image.Pixels);
        }).QuickCheckThrowOnFailure();
    }
}
