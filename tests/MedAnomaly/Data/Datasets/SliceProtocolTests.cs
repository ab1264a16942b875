using MedAnomaly.Data;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data;

public sealed class SliceProtocolTests : IDisposable
{
    static readonly Affine Millimetres = new VolumeGrid(1, 1, 1, Affine.Identity).Affine;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    void Save(string name, Func<int, float> value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        var volume = new Volume(new(4, 5, 10, Millimetres));
        for (var i = 0; i < volume.Voxels.Length; i++) volume.Voxels[i] = value(i);
        Nifti.Save(volume, folder.At(name));
    }

    void Patient(string name, bool mask = true, params string[] modalities)
    {
        // Slices 0 and 1 are blank; slices 4 and 5 have a lesion.
        foreach (var modality in modalities) Save($"small/{name}/{modality}.nii.gz", i => i < 40 ? 0 : i % 17 + 1);
        if (mask) Save($"small/{name}/mask.nii.gz", i => i / 20 is 4 or 5 && i % 7 == 0 ? 1 : 0);
    }

    IVolumeDataset Open()
    {
        string Rule(string file, string name) => $$"""{ "pattern": "*/{{file}}.nii.gz", "class": "{{name}}", "group": "^([^/]+)/", "mask": "mask.nii.gz", "counts": [0, 1, 2, 3] }""";
        var manifest = SmallManifest.Read(("\"form\": \"images\"", "\"form\": \"volumes\""), (SmallManifest.Rules, $"[ {Rule("flair", "FLAIR")}, {Rule("t2", "T2")} ]"));
        return Dataset.OpenVolumes("small", new DataStore(folder.At("data"), folder.Path, new([manifest])));
    }

    [Fact]
    public void Of_155_slices_the_first_and_last_31_are_outliers()
    {
        var protocol = new SliceProtocol();

        // The paper counts from 1: inliers are 32 to 124.
        Assert.Equal(Enumerable.Range(32, 93), Enumerable.Range(1, 155).Where(number => !protocol.IsOutlier(number - 1, 155)));
        Assert.Equal(2, protocol.Ends(10));
        Assert.StartsWith("A share of 0.5 at each end leaves no slice of 10 between them.",
            Assert.Throws<ArgumentOutOfRangeException>(() => new SliceProtocol(0.5).Ends(10)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Slices_of_one_modality_know_their_place_and_their_label_blank_ones_included()
    {
        Patient("p1", true, "flair", "t2");
        Patient("p2", true, "flair", "t2");

        var slices = new VolumeSlices(Open().OfModality("flair"), keepBlank: true);

        Assert.Equal(20, slices.Samples.Count);
        Assert.Equal(["p1", "p2"], slices.Samples.Select(sample => sample.Group).Distinct());
        Assert.All(slices.Samples, sample => Assert.Equal("FLAIR", sample.Class));
        Assert.Equal([4, 5], slices.Samples.Where(sample => sample.Group == "p1" && sample.IsAbnormal).Select(sample => slices.PositionOf(sample).Index));
        Assert.Equal((9, 10), slices.PositionOf(slices.Samples[9]));
        Assert.Equal(16, new VolumeSlices(Open().OfModality("FLAIR")).Samples.Count);
    }

    [Fact]
    public void Mixed_and_missing_modalities_and_patients_without_masks_are_named()
    {
        Patient("p1", true, "flair", "t2");
        Patient("p2", false, "flair");

        Assert.Equal("small mixes the modalities FLAIR (2), T2 (1). Grey levels of one mean nothing in another; name one of them.",
            Assert.Throws<DatasetException>(() => Open().OfModality()).Message);
        Assert.StartsWith("small has no volume of modality 'T1c'; there are FLAIR (2), T2 (1).",
            Assert.Throws<DatasetException>(() => Open().OfModality("T1c")).Message, StringComparison.Ordinal);
        Assert.StartsWith("1 of 2 patients of small have no mask: p2. Without it nobody knows which of their slices are normal.",
            Assert.Throws<DatasetException>(() => Open().OfModality("FLAIR")).Message, StringComparison.Ordinal);
        Assert.Single(Open().OfModality("T2").Samples);
    }
}
