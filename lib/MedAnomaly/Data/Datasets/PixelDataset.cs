using System.Globalization;
using System.Text.Json;
using MedAnomaly.Images;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>A dataset of small grey images in memory, read from one JSON file a class: <c>{"data": [[pixel, ...], ...]}</c>.</summary>
sealed class PixelDataset : IImageDataset
{
    const int Side = 28;

    readonly Dictionary<string, (byte[] Pixels, int Index)> images = new(StringComparer.Ordinal);

    PixelDataset(string id, string title, DataKind kind) => (Id, Title, Kind) = (id, title, kind);

    public string Id { get; }

    public string Title { get; }

    public DataKind Kind { get; }

    public string ManifestHash { get; private set; } = "";

    public IReadOnlyList<Sample> Samples { get; private set; } = [];

    /// <exception cref="DataFormatException">A file is not such JSON, or has not as many images as the manifest says.</exception>
    internal static PixelDataset Load(Manifest manifest, DataKind kind, string folder, SampleFiles files, IProgress<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        var dataset = new PixelDataset(manifest.Id, manifest.Title, kind);
        var samples = new List<Sample>();
        foreach (var file in files.Samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new("read", dataset.images.Count, (file.Rule.Images ?? 0) * files.Samples.Count));
            var path = Path.Combine(folder, file.Path);
            var pixels = Read(path);
            var count = pixels.Length / (Side * Side);
            if (file.Rule.Images is { } expected && count != expected)
                throw new DataFormatException($"{path} has {count} images, expected {expected}. Remove {folder} "
                    + $"and run 'medanomaly data get {manifest.Id}'.");
            for (var i = 0; i < count; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{file.Id}/{i:D4}");
                dataset.images.Add(id, (pixels, i));
                samples.Add(new(id, id, file.Rule.Label ?? Label.Normal, path, null, file.Rule.Class));
            }
        }
        progress?.Report(new("read", samples.Count, samples.Count));
        dataset.Samples = samples;
        dataset.ManifestHash = SampleListHash.Of(manifest.Hash, samples);
        return dataset;
    }

    public Image LoadImage(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var (pixels, index) = images[sample.Id];
        var image = new Image<L8>(Side, Side);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = new(pixels[index * Side * Side + i]);
        return image;
    }

    public Mask? LoadMask(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return sample.IsAbnormal ? null : Mask.FromPixels(new bool[Side * Side], Side, Side);
    }

    /// <summary>All pixels of the file's images, one after another. Empty rows, which the npm package has, are no images.</summary>
    static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        // A pixel takes a digit and a comma at least.
        var pixels = new List<byte>(bytes.Length / 2);
        var reader = new Utf8JsonReader(bytes);
        try
        {
            Expect(ref reader, JsonTokenType.StartObject);
            Expect(ref reader, JsonTokenType.PropertyName);
            if (reader.GetString() != "data") throw new JsonException($"expected the field 'data', got '{reader.GetString()}'");
            Expect(ref reader, JsonTokenType.StartArray);
            while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            {
                var before = pixels.Count;
                while (reader.Read() && reader.TokenType == JsonTokenType.Number) pixels.Add(reader.GetByte());
                if (reader.TokenType != JsonTokenType.EndArray)
                    throw new JsonException($"expected a number from 0 to 255, got {reader.TokenType}");
                if (pixels.Count - before is not (0 or Side * Side))
                    throw new JsonException($"expected an image of {Side * Side} pixels, got {pixels.Count - before}");
            }
            if (reader.TokenType != JsonTokenType.EndArray)
                throw new JsonException($"expected the end of the list, got {reader.TokenType}");
        }
        catch (Exception fault) when (fault is JsonException or FormatException or InvalidOperationException)
        {
            throw new DataFormatException($"{path}, byte {reader.TokenStartIndex}: {fault.Message.TrimEnd('.')}. Fetch the file again.",
                fault);
        }
        return [.. pixels];
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (!reader.Read() || reader.TokenType != type) throw new JsonException($"expected {type}, got {reader.TokenType}");
    }
}
