using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

/// <summary>Small images for tests.</summary>
static class Pictures
{
    /// <summary>Writes a grey image that a seed makes, smooth enough to have a fingerprint.</summary>
    public static string Picture(this TemporaryFolder folder, string name, ulong seed, int width = 24, int height = 20)
    {
        var random = new SplitMix64(seed);
        var waves = Enumerable.Range(0, 6).Select(_ => (X: random.Next(7), Y: random.Next(7), Phase: random.NextDouble() * 6)).ToArray();
        var image = new Image<L8>(width, height);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                image[x, y] = new((byte)(127
                    + 20 * waves.Sum(wave => Math.Sin(wave.X * (x + 0.5) / width * 3 + wave.Y * (y + 0.5) / height * 3 + wave.Phase))));
        return folder.Png(name, image);
    }

    /// <summary>Writes a mask whose first pixels are abnormal.</summary>
    public static string MaskOf(this TemporaryFolder folder, string name, int abnormal = 1, int width = 24, int height = 20)
    {
        var image = new Image<L8>(width, height);
        for (var i = 0; i < abnormal; i++) image.Pixels[i] = new(255);
        return folder.Png(name, image);
    }

    static string Png(this TemporaryFolder folder, string name, Image<L8> image)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        image.SaveAsPng(folder.At(name));
        return folder.At(name);
    }
}
