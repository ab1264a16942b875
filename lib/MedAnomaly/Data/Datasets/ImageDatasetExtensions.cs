using MedAnomaly.Images;

namespace MedAnomaly.Data;

/// <summary>Datasets made of other datasets.</summary>
public static class ImageDatasetExtensions
{
    /// <summary>
    /// The dataset with other samples: fewer, or regrouped. Its <see cref="IImageDataset.ManifestHash"/> names the choice as well.
    /// </summary>
    public static IImageDataset WithSamples(this IImageDataset dataset, IEnumerable<Sample> samples)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new Selection(dataset, [.. samples]);
    }

    sealed class Selection(IImageDataset source, IReadOnlyList<Sample> samples) : IImageDataset
    {
        public string Id => source.Id;

        public string Title => source.Title;

        public DataKind Kind => source.Kind;

        public string ManifestHash { get; } = SampleListHash.Of(source.ManifestHash, samples);

        public IReadOnlyList<Sample> Samples => samples;

        public Image LoadImage(Sample sample) => source.LoadImage(sample);

        public Mask? LoadMask(Sample sample) => source.LoadMask(sample);
    }
}
