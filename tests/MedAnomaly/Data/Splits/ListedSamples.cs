using MedAnomaly.Data;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

/// <summary>Samples without images: splits look at none.</summary>
sealed class ListedSamples(IReadOnlyList<Sample> samples) : IImageDataset
{
    public string Id => "listed";
    public string Title => "Listed";
    public DataKind Kind => DataKind.Simulated;
    public string ManifestHash => "";
    public IReadOnlyList<Sample> Samples => samples;
    public Image LoadImage(Sample sample) => throw new NotSupportedException();
    public Mask? LoadMask(Sample sample) => throw new NotSupportedException();
}
