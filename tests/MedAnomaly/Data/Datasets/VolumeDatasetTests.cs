using MedAnomaly.Data;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data;

public sealed class VolumeDatasetTests : IDisposable
{
    static readonly Affine Millimetres = new VolumeGrid(1, 1, 1, Affine.Identity).Affine;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Manifest Volumes(string rule) =>
        SmallManifest.Read(("\"form\": \"images\"", "\"form\": \"volumes\""), (SmallManifest.Rules, $"[ {rule} ]"));

    const string Pairs = """{ "pattern": "images/*.nii.gz", "mask": "../labels/{name}|../labelsTr/{name}", "maskValues": [2] }""";

    DataStore Store(Manifest manifest) => new(folder.At("data"), folder.Path, new([manifest]));

    void Save(string name, int z, Func<int, float> value)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.At(name))!);
        var volume = new Volume(new(4, 5, z, Millimetres));
        for (var i = 0; i < volume.Voxels.Length; i++) volume.Voxels[i] = value(i);
        Nifti.Save(volume, folder.At(name));
    }

    [Fact]
    public void Volumes_and_their_labels_are_paired_by_name()
    {
        Save("small/images/a.nii.gz", 3, i => i);
        Save("small/labels/a.nii.gz", 3, i => i / 20);
        var dataset = Dataset.OpenVolumes("small", Store(Volumes(Pairs)));
        var sample = Assert.Single(dataset.Samples);
        Assert.Equal(("images/a", folder.At("small/labels/a.nii.gz")), (sample.Id, sample.Mask));
        Assert.Equal((4, 5, 3), dataset.LoadVolume(sample).Size);
        Assert.Equal(1f, dataset.LoadLabels(sample)![0, 0, 1]);
        Assert.Equal(20, dataset.LoadMask(sample)!.Voxels.Count(value => value == 1));
    }

    [Fact]
    public void Labels_of_another_size_are_refused()
    {
        Save("small/images/a.nii.gz", 3, i => i);
        Save("small/labels/a.nii.gz", 2, i => i);
        var dataset = Dataset.OpenVolumes("small", Store(Volumes(Pairs)));
        var fault = Assert.Throws<DataFormatException>(() => dataset.LoadLabels(dataset.Samples[0]));
        Assert.Equal($"{folder.At("small/labels/a.nii.gz")} has 4 x 5 x 2 voxels, its volume {folder.At("small/images/a.nii.gz")} has 4 x "
            + "5 x 3. "
            + "They must be the same: nothing is resampled. Check that the two belong together.", fault.Message);
    }

    [Fact]
    public void Slices_are_labelled_by_the_mask_grouped_by_volume_and_empty_ones_left_out()
    {
        // Slice 0 is empty, slice 1 has anatomy only, slice 2 has three voxels of a lesion.
        Save("small/images/a.nii.gz", 3, i => i < 20 ? 0 : i % 7 + 1);
        Save("small/labels/a.nii.gz", 3, i => i < 40 ? 1 : i < 43 ? 2 : 0);
        var dataset = Dataset.Open("small", Store(Volumes(Pairs)));
        Assert.Equal(["images/a/z001", "images/a/z002"], dataset.Samples.Select(sample => sample.Id));
        Assert.Equal([Label.Normal, Label.Abnormal], dataset.Samples.Select(sample => sample.Label));
        Assert.All(dataset.Samples, sample => Assert.Equal("images/a", sample.Group));
        Assert.Equal((4, 5), (dataset.LoadImage(dataset.Samples[1]).Width, dataset.LoadImage(dataset.Samples[1]).Height));
        Assert.Equal([0, 3], dataset.Samples.Select(sample => dataset.LoadMask(sample)!.Count));
        Assert.Equal("Small, axial slices", dataset.Title);
    }

    [Fact]
    public void Images_are_not_opened_as_volumes()
    {
        folder.Picture("small/no/1.png", 1);
        folder.Picture("small/yes/1.png", 2);
        Assert.Equal("small holds no volumes.",
            Assert.Throws<UsageException>(() => Dataset.OpenVolumes("small", Store(SmallManifest.Read()))).Message);
    }
}
