using System.Runtime.InteropServices;
using System.Text.Json;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

public sealed class ResizeTests
{
    static readonly JsonElement golden = Repository.Golden("images/resize.json");

    public static TheoryData<string> Samplers => ["NearestNeighbor", "Box", "Triangle", "Hamming", "Bicubic", "Lanczos3"];

    [Theory]
    [MemberData(nameof(Samplers))]
    public void Pixels_equal_those_of_Pillow(string sampler)
    {
        var results = golden.GetProperty("results").EnumerateArray()
            .Where(result => result.GetProperty("sampler").GetString() == sampler).ToList();
        Assert.NotEmpty(results);
        var wrong = results.Where(result => Resized(result) != result.GetProperty("pixels").GetString()).Select(Describe);
        Assert.Empty(wrong);
    }

    static string Resized(JsonElement result)
    {
        var source = golden.GetProperty("sources")[result.GetProperty("source").GetInt32()];
        var pixels = source.GetProperty("pixels").GetBytesFromBase64();
        var (width, height) = (source.GetProperty("width").GetInt32(), source.GetProperty("height").GetInt32());
        var (newWidth, newHeight) = (result.GetProperty("width").GetInt32(), result.GetProperty("height").GetInt32());
        var sampler = Sampler(result.GetProperty("sampler").GetString()!);
        return source.GetProperty("pixelType").GetString() switch
        {
            "L8" => Digest<L8>(),
            "La16" => Digest<La16>(),
            "Rgb24" => Digest<Rgb24>(),
            "Rgba32" => Digest<Rgba32>(),
            "L16" => Digest<L16>(),
            _ => Golden.Digest(MemoryMarshal.AsBytes(PlaneResampler.Resize(
                MemoryMarshal.Cast<byte, float>(pixels), width, height, newWidth, newHeight, sampler).AsSpan())),
        };

        string Digest<TPixel>()
            where TPixel : unmanaged, IPixel<TPixel>
        {
            var image = Image.LoadPixelData(MemoryMarshal.Cast<byte, TPixel>(pixels), width, height);
            return Golden.Digest(image.Clone(x => x.Resize(newWidth, newHeight, sampler)).Bytes);
        }
    }

    static string Describe(JsonElement result)
    {
        var source = golden.GetProperty("sources")[result.GetProperty("source").GetInt32()];
        return $"{source.GetProperty("pixelType")} {Size(source)} to {Size(result)}";

        static string Size(JsonElement entry) => $"{entry.GetProperty("width")} x {entry.GetProperty("height")}";
    }

    static IResampler Sampler(string name) => (IResampler)typeof(KnownResamplers).GetProperty(name)!.GetValue(null)!;
}
