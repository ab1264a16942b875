namespace MedAnomaly.Data;

/// <summary>
/// Which axial slices of a head are near its ends: there the skull changes from slice to slice, and a detector would call it abnormal. Such
/// slices are outliers, the others inliers; neither says whether there is disease.
/// </summary>
/// <param name="EndShare">The share of the slices at each end that are outliers; of 155 slices the first and the last 31 by default.</param>
/// <remarks>Source 000, section 5.4.</remarks>
public sealed record SliceProtocol(double EndShare = 31.0 / 155)
{
    /// <summary>Slices at each end of a volume of <paramref name="count"/> slices that are outliers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The share leaves no inlier.</exception>
    public int Ends(int count)
    {
        var ends = (int)Math.Round(count * EndShare, MidpointRounding.AwayFromZero);
        if (ends < 0 || 2 * ends >= count)
            throw new ArgumentOutOfRangeException(nameof(count), count, FormattableString.Invariant(
                $"A share of {EndShare:0.###} at each end leaves no slice of {count} between them."));
        return ends;
    }

    /// <summary>Whether slice <paramref name="index"/> (from 0, feet first) of <paramref name="count"/> is near an end.</summary>
    public bool IsOutlier(int index, int count) => index < Ends(count) || index >= count - Ends(count);

    /// <summary>Whether a slice of <paramref name="dataset"/> is near an end of its head.</summary>
    public bool IsOutlier(ISliceDataset dataset, Sample sample)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (index, count) = dataset.PositionOf(sample);
        return IsOutlier(index, count);
    }
}

/// <summary>Datasets of volumes made of other datasets.</summary>
public static class VolumeDatasetExtensions
{
    const int NamesShown = 5;

    /// <summary>
    /// The volumes of one modality, one a patient, each with its mask: what slices of one kind can be drawn from. Patients are groups,
    /// modalities the classes of the samples.
    /// </summary>
    /// <param name="dataset">A dataset that may have several modalities.</param>
    /// <param name="modality">Which, such as "FLAIR"; may be left out where there is one only.</param>
    /// <exception cref="DatasetException">
    /// There is no such modality, there are several and none was named, a patient has two volumes of it, or one has no mask.
    /// </exception>
    public static IVolumeDataset OfModality(this IVolumeDataset dataset, string? modality = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var present = dataset.Samples.GroupBy(sample => sample.Class).OrderBy(group => group.Key, StringComparer.Ordinal).ToList();
        var listed = string.Join(", ", present.Select(group => $"{group.Key} ({group.Count()})"));
        if (modality is null && present.Count > 1)
            throw new DatasetException($"{dataset.Id} mixes the modalities {listed}. Grey levels of one mean nothing in another; name one of them.");
        var chosen = modality is null ? dataset.Samples
            : [.. dataset.Samples.Where(sample => string.Equals(sample.Class, modality, StringComparison.OrdinalIgnoreCase))];
        if (chosen.Count == 0)
            throw new DatasetException($"{dataset.Id} has no volume of modality '{modality}'; there are {listed}."
                + Spelling.Hint(modality ?? "", present.Select(group => group.Key)));
        if (chosen.GroupBy(sample => sample.Group).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new DatasetException($"The patient '{twice.Key}' of {dataset.Id} has {twice.Count()} volumes of modality '{twice.First().Class}': "
                + $"{string.Join(" and ", twice.Select(sample => sample.Id).Take(2))}. Keep one.");
        var unmasked = chosen.Where(sample => sample.IsAbnormal && sample.Mask is null).Select(sample => sample.Group).ToList();
        if (unmasked.Count > 0)
            throw new DatasetException($"{unmasked.Count} of {chosen.Count} patients of {dataset.Id} have no mask: {string.Join(", ", unmasked.Take(NamesShown))}"
                + $"{(unmasked.Count > NamesShown ? ", ..." : "")}. Without it nobody knows which of their slices are normal. "
                + "Put the masks beside the volumes, or take those patients out.");
        return new Selection(dataset, chosen);
    }

    sealed class Selection(IVolumeDataset source, IReadOnlyList<Sample> samples) : IVolumeDataset
    {
        public string Id => source.Id;

        public string Title => source.Title;

        public DataKind Kind => source.Kind;

        public string ManifestHash { get; } = SampleListHash.Of(source.ManifestHash, samples);

        public IReadOnlyList<Sample> Samples => samples;

        public Volumes.Volume LoadVolume(Sample sample) => source.LoadVolume(sample);

        public Volumes.Volume? LoadLabels(Sample sample) => source.LoadLabels(sample);

        public Volumes.Volume? LoadMask(Sample sample) => source.LoadMask(sample);
    }
}
