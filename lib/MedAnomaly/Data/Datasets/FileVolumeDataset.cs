using MedAnomaly.Volumes;

namespace MedAnomaly.Data;

/// <summary>A dataset with one NIfTI volume a file, and a label volume for some.</summary>
sealed class FileVolumeDataset : IVolumeDataset
{
    readonly Dictionary<string, SampleFile> files;
    readonly string folder;

    internal FileVolumeDataset(DataLocation location, DataKind kind, SampleFiles files)
    {
        (Id, Title, Kind, folder) = (location.Manifest.Id, location.Manifest.Title, kind, location.Folder);
        this.files = files.Samples.ToDictionary(file => file.Id, StringComparer.Ordinal);
        Samples = [.. files.Samples.Select(file => new Sample(
            file.Id, ManifestDataset.Group(file) ?? file.Id, file.Rule.Label ?? Label.Abnormal,
            Path.Combine(folder, file.Path), file.Mask is null ? null : Path.Combine(folder, file.Mask), file.Rule.Class))];
        ManifestHash = SampleListHash.Of(location.Manifest.Hash, Samples);
    }

    public string Id { get; }

    public string Title { get; }

    public DataKind Kind { get; }

    public string ManifestHash { get; }

    public IReadOnlyList<Sample> Samples { get; }

    public Volume LoadVolume(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return Nifti.ReadHeader(sample.Path).Header is { Frames: > 1 } ? Nifti.Load(sample.Path, 0) : Nifti.Load(sample.Path);
    }

    public Volume? LoadLabels(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Mask is null) return null;
        var labels = Nifti.Load(sample.Mask);
        var image = Nifti.ReadHeader(sample.Path).Header!.Dimensions;
        if (image.Take(3).SequenceEqual([labels.Grid.X, labels.Grid.Y, labels.Grid.Z])) return labels;
        throw new DataFormatException($"{sample.Mask} has {labels.Grid.X} x {labels.Grid.Y} x {labels.Grid.Z} voxels, "
            + $"its volume {sample.Path} has {string.Join(" x ", image)}. They must be the same: nothing is resampled. "
            + "Check that the two belong together.");
    }

    public Volume? LoadMask(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        var rule = files[sample.Id].Rule;
        if (rule.Label == Label.Normal) return new(LoadVolume(sample).Grid);
        var labels = LoadLabels(sample);
        if (labels is null) return null;
        bool Abnormal(float value) => rule.MaskValues.Count == 0 ? value != 0 : rule.MaskValues.Contains((int)value);
        return new(labels.Grid, Array.ConvertAll(labels.Voxels, value => Abnormal(value) ? 1f : 0f)) { Source = labels.Source };
    }
}
