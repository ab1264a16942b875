using MedAnomaly.Volumes;

namespace MedAnomaly.Data;

/// <summary>Volumes with a truth about each, listed at once and loaded one at a time.</summary>
public interface IVolumeDataset
{
    /// <summary>The id of the dataset's manifest.</summary>
    string Id { get; }

    /// <summary>What a caption calls it.</summary>
    string Title { get; }

    /// <summary>Whether results may stand beside a paper's.</summary>
    DataKind Kind { get; }

    /// <inheritdoc cref="IImageDataset.ManifestHash"/>
    string ManifestHash { get; }

    /// <summary>All volumes, ordered by id. One whose mask alone tells its label is listed as abnormal.</summary>
    IReadOnlyList<Sample> Samples { get; }

    /// <summary>The volume of <paramref name="sample"/>; the first of a series.</summary>
    /// <exception cref="DataFormatException">The file is not a readable volume.</exception>
    Volume LoadVolume(Sample sample);

    /// <summary>The label volume of <paramref name="sample"/>, as its file has it: anatomy, or lesions. Null where there is none.</summary>
    /// <exception cref="DataFormatException">The file is not a readable volume, or its size is not the volume's.</exception>
    Volume? LoadLabels(Sample sample);

    /// <summary>
    /// The voxels of <paramref name="sample"/> that are abnormal: 1, and 0 elsewhere. Null where nobody has outlined them.
    /// </summary>
    /// <exception cref="DataFormatException">The labels cannot be read.</exception>
    Volume? LoadMask(Sample sample);
}
