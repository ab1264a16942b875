using System.Text.RegularExpressions;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>Makes samples of a location's files by the rules of its manifest.</summary>
static class ManifestDataset
{
    internal static IImageDataset Open(DataLocation location, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var manifest = location.Manifest;
        if (manifest.Samples is null) throw new UsageException($"{manifest.Id} holds the weights of a network, not images.");
        var kind = KindOf(manifest);
        var files = SampleFiles.Find(manifest, location.Folder);
        return manifest.Samples.Form switch
        {
            SampleForm.Images => OpenImages(location, kind, files),
            SampleForm.JsonPixels => PixelDataset.Load(manifest, kind, location.Folder, files, progress, cancellationToken),
            SampleForm.Volumes => new VolumeSlices(new FileVolumeDataset(location, kind, files), progress, cancellationToken),
            _ => throw new UsageException($"{manifest.Id} is in NumPy's format, which is not opened as images yet."),
        };
    }

    internal static IVolumeDataset OpenVolumes(DataLocation location)
    {
        if (location.Manifest.Samples is not { Form: SampleForm.Volumes })
            throw new UsageException($"{location.Manifest.Id} holds no volumes.");
        return new FileVolumeDataset(location, KindOf(location.Manifest), SampleFiles.Find(location.Manifest, location.Folder));
    }

    static DataKind KindOf(Manifest manifest) => manifest.StandsFor is null ? DataKind.Real : DataKind.StandIn;

    static FileImageDataset OpenImages(DataLocation location, DataKind kind, SampleFiles files)
    {
        var (manifest, folder) = (location.Manifest, location.Folder);
        var rows = files.Tables.Count == 0 ? null
            : new LabelRows(manifest.Samples!.Table!, [.. files.Tables.Select(table => Path.Combine(folder, table))]);
        var outlines = files.Outlines is null ? null : Outlines.Load(Path.Combine(folder, files.Outlines));
        var samples = new List<Sample>();
        foreach (var file in files.Samples)
        {
            var row = rows?[Path.GetFileName(file.Path)];
            if (rows is not null && row is null) continue;
            var label = file.Rule.Label ?? row!.Value.Label;
            samples.Add(new(file.Id, Group(file) ?? row?.Group ?? file.Id, label, Path.Combine(folder, file.Path),
                MaskOf(file, folder, label, files.Outlines, outlines),
                file.Rule.Class.Length > 0 ? file.Rule.Class : row?.Class ?? ""));
        }
        if (samples.All(sample => sample.IsAbnormal) || !samples.Exists(sample => sample.IsAbnormal))
            throw new DatasetException($"{folder} has {samples.Count} samples of one class only; {manifest.Id} should have "
                + "normal and abnormal ones.");
        return new(manifest.Id, manifest.Title, kind, SampleListHash.Of(manifest.Hash, samples), samples, outlines);
    }

    static string? MaskOf(SampleFile file, string folder, Label label, string? outlinesFile, Outlines? outlines)
    {
        if (label == Label.Normal) return null;
        if (file.Mask is not null) return Path.Combine(folder, file.Mask);
        var name = Path.GetFileName(file.Path);
        return outlines?.Contains(name) == true ? $"{Path.Combine(folder, outlinesFile!)}#{name}" : null;
    }

    internal static string? Group(SampleFile file)
    {
        if (file.Rule.Group is not { } pattern) return null;
        var match = Regex.Match(file.Path, pattern, RegexOptions.CultureInvariant);
        return match.Success
            ? match.Groups[1].Value
            : throw new DatasetException($"The name '{file.Path}' does not tell its patient, as the manifest's '{pattern}' expects. "
                + "Rename the file.");
    }
}
