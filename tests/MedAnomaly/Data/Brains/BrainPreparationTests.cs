using MedAnomaly.Data.Brains;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Data.Brains;

public sealed class BrainPreparationTests
{
    static float[] Values(PreparedBrain brain, bool inside) =>
        [.. brain.Slices.SelectMany(slice => brain.Slice(slice).ToArray().Zip(brain.Brain(slice).ToArray()).Where(pixel => pixel.Second == inside).Select(pixel => pixel.First))];

    static (double Mean, double Deviation) Moments(float[] values) => (values.Average(), Math.Sqrt(values.Average(value => value * (double)value) - Math.Pow(values.Average(), 2)));

    [Fact]
    public void The_brain_has_mean_0_and_a_third_for_standard_deviation()
    {
        var (mean, deviation) = Moments([.. Brain.Prepared().Values.Voxels.Zip(Brain.Drawn().Voxels).Where(voxel => voxel.Second > 0).Select(voxel => voxel.First)]);

        Assert.Equal(0, mean, 1e-4);
        Assert.Equal(1 / 3.0, deviation, 1e-4);
    }

    [Fact]
    public void Values_beyond_three_deviations_are_clipped()
    {
        var volume = Brain.Drawn();
        var place = 10 * Brain.Width * Brain.Height + 32 * Brain.Width + 32;
        volume.Voxels[place] = 10_000;

        Assert.Equal(1, new BrainPreparation().Prepare(volume, "bright").Values.Voxels[place]);
    }

    [Fact]
    public void The_background_is_noise_like_the_brain_or_what_becomes_of_black()
    {
        var (mean, deviation) = Moments(Values(Brain.Prepared(), inside: false));
        Assert.Equal(0, mean, 0.01);
        Assert.Equal(1 / 3.0, deviation, 0.01);
        Assert.All(Brain.Prepared().Values.Voxels, value => Assert.InRange(value, -1, 1));
        Assert.Equal([-1f], Values(Brain.Prepared(noise: false), inside: false).Distinct());
        Assert.Equal(Values(Brain.Prepared(noise: false), inside: true), Values(Brain.Prepared(), inside: true));
    }

    [Fact]
    public void Noise_depends_on_seed_and_name_only()
    {
        Assert.Equal(Brain.Prepared().Values.Voxels, Brain.Prepared().Values.Voxels);
        Assert.NotEqual(Brain.Prepared().Values.Voxels, Brain.Prepared(name: "other").Values.Voxels);
        Assert.NotEqual(Brain.Prepared().Values.Voxels, new BrainPreparation(Seed: 1).Prepare(Brain.Drawn(), "drawn").Values.Voxels);
    }

    [Fact]
    public void Orientation_does_not_matter_and_empty_slices_are_left_out()
    {
        var (brain, turned) = (Brain.Prepared(), new BrainPreparation().Prepare(Brain.Drawn("SAR"), "drawn"));

        Assert.Equal(brain.Values.Voxels, turned.Values.Voxels);
        Assert.Equal((64, 64), (brain.Width, brain.Height));
        Assert.Equal(Enumerable.Range(1, 18), brain.Slices);
        Assert.InRange(brain.Picture(9)[32, 32].PackedValue, (byte)1, (byte)254);
    }

    [Fact]
    public void Volumes_that_cannot_be_normalised_are_named()
    {
        string Fault(Func<float, float> change) => Assert.Throws<DataFormatException>(() =>
            new BrainPreparation().Prepare(new Volume(Brain.Drawn().Grid, Array.ConvertAll(Brain.Drawn().Voxels, voxel => change(voxel))) { Source = "v.nii" }, "v")).Message;

        Assert.Equal("v.nii: 0 of 81920 voxels are above 0. A volume to prepare has a background of 0 around the brain: remove the skull first.", Fault(_ => 0));
        Assert.Equal("v.nii: 81920 of 81920 voxels are above 0. A volume to prepare has a background of 0 around the brain: remove the skull first.", Fault(voxel => voxel + 1));
        Assert.Equal("v.nii: all brain voxels are 7. Intensities without spread cannot be normalised: give the scan itself, not a mask of it.", Fault(voxel => voxel > 0 ? 7 : 0));
        Assert.StartsWith("v.nii: ", Fault(voxel => voxel > 0 ? float.NaN : 0), StringComparison.Ordinal);
    }
}
