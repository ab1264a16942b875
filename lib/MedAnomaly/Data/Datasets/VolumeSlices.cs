using System.Globalization;
using MedAnomaly.Images;
using MedAnomaly.Progress;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data;

/// <summary>
/// The axial slices of a dataset's volumes as 8-bit images, turned for display. A slice is abnormal where its mask has a voxel; its group
/// is the patient; slices in which nothing is to be seen are left out. The grey window is the volume's own, from the 0.5th to the 99.5th
/// percentile.
/// </summary>
public sealed class VolumeSlices : ISliceDataset
{
    const double LowPercentile = 0.5, HighPercentile = 99.5;

    readonly IVolumeDataset volumes;
    readonly bool keepBlank;
    readonly Dictionary<string, (Sample Volume, int Index, int Count)> slices = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    Loaded? last;

    /// <summary>Reads all volumes of <paramref name="volumes"/> once, to tell which slices there are and what they are.</summary>
    /// <param name="volumes">The volumes.</param>
    /// <param name="progress">Told how many are read.</param>
    /// <param name="keepBlank">Keeps slices in which nothing is to be seen: a protocol that counts slices needs them.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DataFormatException">A volume cannot be read.</exception>
    public VolumeSlices(IVolumeDataset volumes, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default,
        bool keepBlank = false)
    {
        ArgumentNullException.ThrowIfNull(volumes);
        (this.volumes, this.keepBlank) = (volumes, keepBlank);
        var samples = new List<Sample>();
        for (var i = 0; i < volumes.Samples.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new("slices", i, volumes.Samples.Count));
            samples.AddRange(SlicesOf(volumes.Samples[i]));
        }
        progress?.Report(new("slices", volumes.Samples.Count, volumes.Samples.Count));
        Samples = samples;
        ManifestHash = SampleListHash.Of(volumes.ManifestHash, samples);
    }

    /// <inheritdoc/>
    public string Id => volumes.Id;

    /// <inheritdoc/>
    public string Title => $"{volumes.Title}, axial slices";

    /// <inheritdoc/>
    public DataKind Kind => volumes.Kind;

    /// <inheritdoc/>
    public string ManifestHash { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; }

    /// <inheritdoc/>
    public Image LoadImage(Sample sample)
    {
        var (volume, index, _) = Find(sample);
        var loaded = Load(volume);
        return loaded.Volume.Section(AnatomicalPlane.Axial, index).ToImage(loaded.Window);
    }

    /// <inheritdoc/>
    public Mask? LoadMask(Sample sample)
    {
        var (volume, index, _) = Find(sample);
        var loaded = Load(volume);
        if (sample.IsAbnormal && loaded.Mask is null) return null;
        var plane = (sample.IsAbnormal ? loaded.Mask! : loaded.Volume).Section(AnatomicalPlane.Axial, index);
        return Mask.FromPixels(Array.ConvertAll(plane.Values, value => sample.IsAbnormal && value > 0), plane.Width, plane.Height);
    }

    /// <inheritdoc/>
    public (int Index, int Count) PositionOf(Sample sample)
    {
        var (_, index, count) = Find(sample);
        return (index, count);
    }

    IEnumerable<Sample> SlicesOf(Sample volume)
    {
        var loaded = Load(volume);
        var count = loaded.Volume.ToCanonical().Size.Z;
        for (var z = 0; z < count; z++)
        {
            if (!keepBlank && loaded.Volume.Section(AnatomicalPlane.Axial, z).Values.All(value => !(value > loaded.Window.Low))) continue;
            var abnormal = loaded.Mask is null ? volume.IsAbnormal
                : loaded.Mask.Section(AnatomicalPlane.Axial, z).Values.Any(value => value > 0);
            var id = string.Create(CultureInfo.InvariantCulture, $"{volume.Id}/z{z:D3}");
            slices.Add(id, (volume, z, count));
            yield return volume with { Id = id, Label = abnormal ? Label.Abnormal : Label.Normal, Mask = abnormal ? volume.Mask : null };
        }
    }

    (Sample Volume, int Index, int Count) Find(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return slices.TryGetValue(sample.Id, out var slice) ? slice
            : throw new ArgumentException($"{Id} has no slice '{sample.Id}'.", nameof(sample));
    }

    /// <summary>The volume, its mask and its window; the last one is kept, since slices are mostly asked for one after another.</summary>
    Loaded Load(Sample volume)
    {
        lock (gate)
        {
            if (last?.Id == volume.Id) return last;
            var loaded = volumes.LoadVolume(volume).ReplaceNonFinite();
            return last = new(volume.Id, loaded, volumes.LoadMask(volume), loaded.PercentileWindow(LowPercentile, HighPercentile));
        }
    }

    sealed record Loaded(string Id, Volume Volume, Volume? Mask, IntensityWindow Window);
}
