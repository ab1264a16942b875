using MedAnomaly.Data;
using MedAnomaly.Data.Brains;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data.Brains;

/// <summary>MOOD in its challenge's folders, with two volumes for 800.</summary>
public sealed class HealthyBrainsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    DataStore Mood(Func<int, Volume> brain)
    {
        foreach (var path in new[] { "brain_train/00000", "brain_train/00001", "toy/toy_0", "toy_label/pixel/toy_0" })
        {
            var file = folder.At($"mood/brain/{path}.nii.gz");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            Nifti.Save(brain(path.Contains("label", StringComparison.Ordinal) ? 1 : 0), file);
        }
        var manifest = File.ReadAllText(Path.Combine(Repository.Root, "data-manifests", "mood.json")).Replace("800\n", "2\n", StringComparison.Ordinal).Replace("4\n", "1\n", StringComparison.Ordinal);
        return new(folder.At("data"), folder.Path, new([ManifestReader.Read("mood.json", System.Text.Encoding.UTF8.GetBytes(manifest))]));
    }

    static Volume Small(int label) => new(new(4, 5, 6, Affine.Identity), [.. Enumerable.Range(0, 120).Select(i => label == 1 ? (i < 7 ? 1f : 0) : i)]);

    [Fact]
    public void Moods_folders_are_healthy_volumes_and_toys_with_labels()
    {
        var volumes = Dataset.OpenVolumes("mood", Mood(Small));

        Assert.Equal([("brain_train/00000", false), ("brain_train/00001", false), ("toy/toy_0", true)], volumes.Samples.Select(sample => (sample.Id, sample.IsAbnormal)));
        Assert.Equal(7, volumes.LoadMask(volumes.Samples[2])!.Voxels.Sum());
        Assert.Equal(0, volumes.LoadMask(volumes.Samples[0])!.Voxels.Sum());
        Assert.Equal(DataKind.Real, volumes.Kind);
    }

    [Fact]
    public void Volumes_that_are_not_registered_and_too_few_are_refused()
    {
        var store = Mood(Small);
        var brains = HealthyBrains.Open("mood", 2, 112, 5, store: store);

        Assert.Equal(2, brains.Samples.Count);
        Assert.DoesNotContain(brains.Samples, sample => sample.IsAbnormal);
        var fault = Assert.Throws<DataFormatException>(() => brains.Load(brains.Samples[0])).Message;
        Assert.Contains("4 x 5 x 6 voxels of 1 x 1 x 1 mm (right, front, up) are not the 240 x 240 x 155 of 1 mm of SRI24. The volume has not been registered", fault, StringComparison.Ordinal);
        Assert.Equal("mood has 2 healthy brains, 3 are asked for. Ask for fewer.", Assert.Throws<DatasetException>(() => HealthyBrains.Open("mood", 3, 112, 5, store: store)).Message);
    }

    [Fact]
    public void Registered_volumes_become_slices_and_a_brain_from_elsewhere_is_fitted_to_them()
    {
        // The drawn brain on SRI24's grid, which has no reason to be smooth.
        var grid = new VolumeGrid(240, 240, 155, Affine.Translate(-120, -120, -80));
        var registered = Brain.Drawn().Resample(grid);
        var brains = HealthyBrains.Open("mood", 1, 56, 10, store: Mood(label => label == 0 ? registered : new(grid)));

        var slices = brains.Load(brains.Samples[0]);
        Assert.Equal((56, 56, 16), slices.Size);
        Assert.Equal((4.0, 4.0, 10.0), slices.Spacing);
        var moved = new Volume(registered.Grid with { Affine = Affine.Translate(30, 0, 5) * registered.Affine }, registered.Voxels);
        var difference = brains.Fit(moved).Voxels.Zip(slices.Voxels).Max(voxel => Math.Abs(voxel.First - voxel.Second));
        Assert.True(difference < 0.5, $"{difference}");
        Assert.InRange(new BrainPreparation().Prepare(slices, "mood").Slices.Count, 6, 9);
    }
}
