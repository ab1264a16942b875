using MedAnomaly.Images;

namespace MedAnomaly.Data;

/// <summary>Images with a truth about each, listed at once and loaded one at a time.</summary>
public interface IImageDataset
{
    /// <summary>The id of the dataset's manifest ("iq-oth-nccd"), or the name of its folder.</summary>
    string Id { get; }

    /// <summary>What a caption calls it.</summary>
    string Title { get; }

    /// <summary>Whether results may stand beside a paper's.</summary>
    DataKind Kind { get; }

    /// <summary>
    /// SHA-256 in lower-case hexadecimal of what defines the dataset: its manifest, and each sample's id, label, group and size of file.
    /// Results of two datasets may be compared only where it is equal.
    /// </summary>
    string ManifestHash { get; }

    /// <summary>All samples, ordered by id, the same on every machine.</summary>
    IReadOnlyList<Sample> Samples { get; }

    /// <summary>The image of <paramref name="sample"/> in the pixel type that its file has.</summary>
    /// <exception cref="DataFormatException">The file is not a readable image.</exception>
    Image LoadImage(Sample sample);

    /// <summary>
    /// The pixel truth of <paramref name="sample"/>, of the image's size. Empty for a normal sample. Null for an abnormal sample whose
    /// anomaly nobody has outlined.
    /// </summary>
    /// <exception cref="DataFormatException">The mask is not readable, or its size or values are not what they must be.</exception>
    Mask? LoadMask(Sample sample);
}
