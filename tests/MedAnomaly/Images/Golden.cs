using System.Security.Cryptography;
using System.Text.Json;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

/// <summary>Small image files and Pillow's pixels of them; tests/golden/images.py makes both.</summary>
static class Golden
{
    static readonly JsonElement files = Repository.Golden("images/files.json");

    /// <summary>The name of every file that Pillow decoded.</summary>
    public static TheoryData<string> Names =>
        [.. files.GetProperty("files").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()!)];

    public static JsonElement Entry(string name) =>
        files.GetProperty("files").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == name);

    public static byte[] File(string name) => Entry(name).GetProperty("file").GetBytesFromBase64();

    /// <summary>A file that Pillow may read and that we refuse.</summary>
    public static byte[] Refused(string name) => files.GetProperty("refused").GetProperty(name).GetBytesFromBase64();

    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The bytes of the image after conversion to the pixel type of that name.</summary>
    public static ReadOnlySpan<byte> Bytes(Image image, string pixelType) => pixelType switch
    {
        "L8" => image.CloneAs<L8>().Bytes,
        "L16" => image.CloneAs<L16>().Bytes,
        "La16" => image.CloneAs<La16>().Bytes,
        "Rgb24" => image.CloneAs<Rgb24>().Bytes,
        "Rgba32" => image.CloneAs<Rgba32>().Bytes,
        _ => throw new ArgumentOutOfRangeException(nameof(pixelType), pixelType, null),
    };
}
