using MedAnomaly.Images;

namespace MedAnomaly.Data;

/// <summary>A dataset with one image a file, and a mask file or outlines for some.</summary>
sealed class FileImageDataset(string id, string title, DataKind kind, string hash, IReadOnlyList<Sample> samples,
    Outlines? outlines = null) : IImageDataset
{
    public string Id => id;

    public string Title => title;

    public DataKind Kind => kind;

    public string ManifestHash => hash;

    public IReadOnlyList<Sample> Samples => samples;

    public Image LoadImage(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return Image.Load(sample.Path);
    }

    public Mask? LoadMask(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.IsAbnormal && sample.Mask is null) return null;
        if (sample.Mask is { } mask && outlines is null) return Mask.LoadFor(sample.Path, mask);
        var image = Image.Identify(sample.Path);
        return sample.IsAbnormal
            ? outlines!.Rasterize(Path.GetFileName(sample.Path), image.Width, image.Height)
            : Mask.FromPixels(new bool[image.Width * image.Height], image.Width, image.Height);
    }
}
