using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

public sealed class ImageTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public static TheoryData<string> Names => Golden.Names;

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
}
