using MedAnomaly.Data;
using MedAnomaly.Data.Brains;
using MedAnomaly.Data.Simulation;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data.Brains;

public sealed class AtlasSpaceTests
{
    static Volume Empty(int x, int y, int z, double spacing = 1) => new(new(x, y, z, Affine.Scale(spacing, spacing, spacing))) { Source = "scan.nii.gz" };

    [Fact]
    public void A_volume_of_another_grid_has_not_been_registered()
    {
        Assert.Equal("scan.nii.gz: 256 x 256 x 256 voxels of 0.7 x 0.7 x 0.7 mm (right, front, up) are not the 240 x 240 x 155 of 1 mm of SRI24. "
            + "The volume has not been registered: do so with ANTs, FSL or another tool, onto the atlas of the dataset 'sri24', and put the result in its place.",
            Assert.Throws<DataFormatException>(() => AtlasSpace.Sri24.Require(Empty(256, 256, 256, 0.7))).Message);
        Assert.Throws<DataFormatException>(() => AtlasSpace.Sri24.Require(Empty(240, 240, 155, 1.1)));
        var right = Empty(240, 240, 155);
        Assert.Same(right, AtlasSpace.Sri24.Require(right));
        AtlasSpace.Sri24.Require(right.Reorient("PIR"));
    }

    [Fact]
    public void Slices_of_224_are_the_middle_of_the_atlas_without_interpolation()
    {
        var volume = Empty(240, 240, 155);
        for (var i = 0; i < volume.Voxels.Length; i++) volume.Voxels[i] = i % 9973;

        var cut = AtlasSpace.Sri24.Cut(volume, 224, 224, 1);

        Assert.Equal((224, 224, 155), cut.Size);
        Assert.Equal("LPS", cut.Orientation.ToString());
        // Columns go to the left and rows to the back; 8 voxels are cut on each side.
        Assert.Equal(volume[231, 231, 3], cut[0, 0, 3]);
        Assert.Equal(volume[8, 8, 154], cut[223, 223, 154]);
        Assert.Equal((112, 112, 31), AtlasSpace.Sri24.Cut(volume, 112, 224, 5).Size);
    }

    [Fact]
    public void An_aligned_brain_lies_where_the_other_does()
    {
        var brain = Brain.Drawn();
        var moved = new Volume(brain.Grid with { Affine = Affine.Translate(11, -7, 30) * Affine.Scale(1.2, 0.9, 1.1) * brain.Affine }, brain.Voxels);

        var aligned = AtlasSpace.Align(moved, brain);

        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++) Assert.Equal(brain.Affine[row, column], aligned.Affine[row, column], 1e-6);
        }
        Assert.Same(moved.Voxels, aligned.Voxels);
    }

    [Fact]
    public void Real_volumes_are_recognised_and_refused_by_their_grids()
    {
        Volume Open(string id, string name)
        {
            Assert.SkipWhen(DataStore.FromEnvironment().Find(id) is null, $"{id} is not on this machine.");
            var volumes = Dataset.OpenVolumes(id);
            return volumes.LoadVolume(volumes.Samples.First(sample => sample.Id.Contains(name, StringComparison.Ordinal)));
        }
        var template = AtlasSpace.Mni152.Require(Open("mni152", "MNI152"));
        AtlasSpace.Mni152.Require(Open("open-ms-mni", "FLAIR"));
        var native = Open("kirby21", "MPRAGE");
        Assert.Contains("has not been registered", Assert.Throws<DataFormatException>(() => AtlasSpace.Mni152.Require(native)).Message, StringComparison.Ordinal);

        // What alignment can do: most of the brain lies on the template's.
        var aligned = AtlasSpace.Align(native, template).Resample(template.Grid);
        var both = aligned.Voxels.Zip(template.Voxels).Count(voxel => voxel is { First: > 0, Second: > 0 });
        Assert.True(2.0 * both / (aligned.Voxels.Count(voxel => voxel > 0) + template.Voxels.Count(voxel => voxel > 0)) > 0.75);
        var brain = new BrainPreparation().Prepare(AtlasSpace.Mni152.Cut(template, 112, 224, 5), "mni152");
        Assert.InRange(brain.Slices.Count, 25, 37);
        Assert.Equal(1.0, new ToyAnomaly(ToyShape.Circle, 8, 1).Insert(brain, 0).Brain.Values.Voxels.Max(), 1e-6);
    }

    [Fact]
    public void Simulated_subjects_are_volumes_of_their_slices()
    {
        var cohort = BrainCohort.Simulate(BrainTemplate.From(Brain.Drawn(), "a drawn brain"),
            new CohortDesign { Normal = 1, Abnormal = 1, Slices = new(-20, 20, 10, 48, 3), Lesions = new(SmallestRadius: 5, LargestRadius: 6) });
        var volumes = new SimulatedVolumes(cohort);

        Assert.Equal([("abnormal-000", true), ("normal-000", false)], volumes.Samples.Select(sample => (sample.Id, sample.IsAbnormal)));
        var volume = volumes.LoadVolume(volumes.Samples[0]);
        Assert.Equal((48, 48, 5), volume.Size);
        Assert.Equal((3.0, 3.0, 10.0), volume.Spacing);
        var third = cohort.Samples.Single(sample => sample.Id == "abnormal-000/slice-002");
        Assert.Equal(((MedAnomaly.Images.Image<MedAnomaly.Images.L8>)cohort.LoadImage(third)).Pixels.ToArray().Select(pixel => (float)pixel.PackedValue),
            volume.Section(AnatomicalPlane.Axial, 2).Values);
        Assert.Equal(cohort.Samples.Sum(sample => cohort.LoadMask(sample).Count), volumes.Samples.Sum(sample => (int)volumes.LoadMask(sample).Voxels.Sum()));
        Assert.Equal((DataKind.Simulated, cohort.ManifestHash), (volumes.Kind, volumes.ManifestHash));
        Assert.Equal("The simulated cohort has no subject 'nobody'. (Parameter 'sample')",
            Assert.Throws<ArgumentException>(() => volumes.LoadVolume(volumes.Samples[0] with { Id = "nobody" })).Message);
    }
}
