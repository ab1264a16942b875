using MedAnomaly.Images;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>The subjects of a simulated cohort as volumes: their slices, one above the other, grey values from 0 to 255.</summary>
/// <param name="cohort">The cohort.</param>
public sealed class SimulatedVolumes(BrainCohort cohort) : IVolumeDataset
{
    readonly ILookup<string, Sample> slices = cohort.Samples.ToLookup(sample => sample.Group, StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Id => cohort.Id;

    /// <inheritdoc/>
    public string Title => cohort.Title;

    /// <inheritdoc/>
    public DataKind Kind => cohort.Kind;

    /// <inheritdoc/>
    public string ManifestHash => cohort.ManifestHash;

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; } = [.. cohort.Samples.GroupBy(sample => sample.Group, StringComparer.Ordinal).Select(subject =>
        new Sample(subject.Key, subject.Key, subject.Any(slice => slice.IsAbnormal) ? Label.Abnormal : Label.Normal, Path: ""))];

    /// <inheritdoc/>
    public Volume LoadVolume(Sample sample) => Stack(sample, slice =>
        [.. ((Image<L8>)cohort.LoadImage(slice)).Pixels.ToArray().Select(pixel => (float)pixel.PackedValue)]);

    /// <inheritdoc/>
    public Volume LoadLabels(Sample sample) => LoadMask(sample);

    /// <inheritdoc/>
    public Volume LoadMask(Sample sample) => Stack(sample, slice => [.. cohort.LoadMask(slice).Pixels.ToArray().Select(pixel => pixel ? 1f : 0)]);

    Volume Stack(Sample sample, Func<Sample, float[]> pixels)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (!slices.Contains(sample.Id)) throw new ArgumentException($"The simulated cohort has no subject '{sample.Id}'.", nameof(sample));
        return new(cohort.Grid, [.. slices[sample.Id].OrderBy(slice => cohort.PositionOf(slice).Index).SelectMany(pixels)]) { Source = sample.Id };
    }
}
