using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Volumes;

public sealed class ResamplingTests
{
    static readonly System.Text.Json.JsonElement Golden = Repository.Golden("volumes/resampling.json").GetProperty("case");

    static Volume Source(Affine affine) => new(new(6, 5, 4, affine), NiftiGoldenTests.Floats(Golden.GetProperty("voxels")));

    [Fact]
    public void Intensities_and_labels_are_those_of_scipy()
    {
        // The target's affine is such that its voxels meet the source's where scipy's matrix says, wherever the source lies in the world.
        var place = new Affine(-1, 0.2, 0, 5, 0.1, 2, 0, -6, 0, 0.3, 3, 7);
        var map = new Affine([.. Golden.GetProperty("map").EnumerateArray().Select(NiftiGoldenTests.Double)]);
        var target = new VolumeGrid(7, 5, 5, place * map);

        var intensities = Source(place).Resample(target, fill: -7).Voxels;
        var labels = Source(place).ResampleLabels(target, fill: -7).Voxels;

        var expected = NiftiGoldenTests.Floats(Golden.GetProperty("order1"));
        Assert.Contains(-7f, expected);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], intensities[i], 1e-5f);
        Assert.Equal(NiftiGoldenTests.Floats(Golden.GetProperty("order0")), labels);
    }

    [Fact]
    public void The_same_grid_gives_the_same_volume()
    {
        var volume = Source(new(-0.7, 0.2, 0, 5, 0.1, 2, 0.1, -6, 0, 0.3, 1.3, 7));
        var again = volume.Resample(volume.Grid, fill: float.NaN);
        for (var i = 0; i < volume.Voxels.Length; i++) Assert.Equal(volume.Voxels[i], again.Voxels[i], 1e-5f);
        Assert.Equal(volume.Voxels, volume.ResampleLabels(volume.Grid, fill: float.NaN).Voxels);
    }

    [Fact]
    public void A_displacement_is_where_the_volume_is_read_in_millimetres()
    {
        // Intensity = world x, 2 mm apart; the field pulls by 3 mm at its left end and by 5 mm at its right, linearly between.
        var volume = new Volume(new(20, 3, 3, Affine.Scale(2, 1, 1)));
        for (var i = 0; i < volume.Voxels.Length; i++) volume.Voxels[i] = i % 20 * 2;
        var field = new DisplacementField(new(2, 1, 1, Affine.Scale(10, 1, 1)), [3, 5], [0, 0], [0, 0]);

        var warped = volume.Resample(new(11, 1, 1, Affine.Identity), field);

        Assert.Equal((4.0, 0.0, 0.0), field.At(5, 0, 0));
        Assert.Equal((5.0, 0.0, 0.0), field.At(99, 99, 99));
        for (var x = 0; x <= 10; x++) Assert.Equal(x + 3 + 0.2f * x, warped[x, 0, 0], 1e-5f);
    }

    [Fact]
    public void Labels_stay_labels_under_a_displacement()
    {
        var labels = new Volume(new(10, 10, 1, Affine.Identity));
        for (var i = 50; i < 100; i++) labels.Voxels[i] = 7;
        var field = new DisplacementField(new(1, 1, 1, Affine.Identity), [0.4f], [0.3f], [0]);
        Assert.Equal([0f, 7f], labels.ResampleLabels(labels.Grid, field).Voxels.Distinct().Order());
    }

    [Fact]
    public void A_field_that_does_not_fit_is_refused()
    {
        var grid = new VolumeGrid(2, 2, 1, Affine.Identity);
        Assert.Equal("A field on 2 x 2 x 1 points has 4 values a component, got 4, 3 and 4.",
            Assert.Throws<ArgumentException>(() => new DisplacementField(grid, new float[4], new float[3], new float[4])).Message);
        Assert.Equal("A displacement is NaN or infinite.",
            Assert.Throws<ArgumentException>(() => new DisplacementField(grid, new float[4], [0, 0, float.NaN, 0], new float[4])).Message);
    }

    [Fact]
    public void Smoothing_is_that_of_scipy()
    {
        var sigma = Golden.GetProperty("sigma").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var smoothed = Source(Affine.Identity).Smooth(sigma[0], sigma[1], sigma[2]).Voxels;
        var expected = NiftiGoldenTests.Floats(Golden.GetProperty("smoothed"));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], smoothed[i], 1e-6f);
        var wrapped = Source(Affine.Identity).SmoothPeriodic(sigma[0], sigma[1], sigma[2]).Voxels;
        expected = NiftiGoldenTests.Floats(Golden.GetProperty("wrapped"));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], wrapped[i], 1e-6f);
        Assert.Equal(Source(Affine.Identity).Voxels, Source(Affine.Identity).Smooth(0, 0, 0).Voxels);
        Assert.StartsWith("A standard deviation is at least 0.", Assert.Throws<ArgumentOutOfRangeException>(() => Source(Affine.Identity).Smooth(-1, 0, 0)).Message, StringComparison.Ordinal);
    }
}
