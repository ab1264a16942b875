using MedAnomaly.Images;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Volumes;

public sealed class VolumeTests
{
    /// <summary>Each voxel says where it is: 100 x + 10 y + z, in an LPS grid.</summary>
    static Volume Asymmetric()
    {
        var volume = new Volume(new(4, 3, 2, new(-1, 0, 0, 0, 0, -2, 0, 0, 0, 0, 3, 0)));
        for (var z = 0; z < 2; z++)
            for (var y = 0; y < 3; y++)
                for (var x = 0; x < 4; x++) volume[x, y, z] = 100 * x + 10 * y + z;
        return volume;
    }

    [Fact]
    public void X_is_fastest()
    {
        var volume = Asymmetric();
        Assert.Equal([0, 100, 200, 300, 10], volume.Voxels[..5]);
        Assert.Equal((1.0, 2.0, 3.0), volume.Spacing);
        Assert.Equal("LPS", volume.Orientation.Codes);
    }

    [Fact]
    public void A_slice_is_in_the_files_order()
    {
        var volume = Asymmetric();
        Assert.Equal([1, 101, 201, 301, 11, 111, 211, 311, 21, 121, 221, 321], volume.Slice(2, 1).Values);
        Assert.Equal([10, 110, 210, 310, 11, 111, 211, 311], volume.Slice(1, 1).Values);
        var sagittal = volume.Slice(0, 3);
        Assert.Equal((3, 2), (sagittal.Width, sagittal.Height));
        Assert.Equal([300, 310, 320, 301, 311, 321], sagittal.Values);
    }

    [Fact]
    public void A_section_looks_the_same_from_every_orientation()
    {
        var volume = Asymmetric();
        foreach (var codes in new[] { "RAS", "LPI", "ASR", "SLP", "PIL" })
        {
            var turned = volume.Reorient(codes);
            Assert.Equal(codes, turned.Orientation.Codes);
            // LPS has the patient's right and front first, which is how an axial section is shown.
            Assert.Equal(volume.Slice(2, 1).Values, turned.Section(AnatomicalPlane.Axial, 1).Values);
            // Counted from the back: y = 2 is the hindmost; the top row is the highest slice.
            Assert.Equal([21, 121, 221, 321, 20, 120, 220, 320], turned.Section(AnatomicalPlane.Coronal, 0).Values);
            // Counted from the left: x = 3 is the leftmost; the front comes first.
            Assert.Equal([301, 311, 321, 300, 310, 320], turned.Section(AnatomicalPlane.Sagittal, 0).Values);
        }
    }

    [Fact]
    public void Reorienting_moves_no_voxel_in_the_world()
    {
        var volume = Asymmetric();
        var turned = volume.Reorient("SAR");
        var back = turned.Affine.Inverse();
        for (var x = 0; x < 4; x++)
        {
            var world = volume.Affine.Apply(x, 1, 1);
            var (i, j, k) = back.Apply(world.X, world.Y, world.Z);
            Assert.Equal(volume[x, 1, 1], turned[(int)Math.Round(i), (int)Math.Round(j), (int)Math.Round(k)]);
        }
        Assert.Equal(volume.Voxels, turned.Reorient("LPS").Voxels);
    }

    [Theory]
    [InlineData("RAR")]
    [InlineData("RA")]
    [InlineData("XYZ")]
    public void What_names_no_orientation_is_refused(string codes) =>
        Assert.StartsWith($"'{codes}' is no orientation: three letters, one of L or R, one of P or A, one of I or S (\"RAS\").",
            Assert.Throws<ArgumentException>(() => Asymmetric().Reorient(codes)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_lies_outside_is_refused()
    {
        var volume = Asymmetric();
        Assert.StartsWith("(0, 3, 0) lies outside a volume of 4 x 3 x 2.", Assert.Throws<ArgumentOutOfRangeException>(() => volume[0, 3, 0]).Message, StringComparison.Ordinal);
        Assert.StartsWith("The planes of this axis are 0 to 1.", Assert.Throws<ArgumentOutOfRangeException>(() => volume.Slice(2, 2)).Message, StringComparison.Ordinal);
        Assert.StartsWith("A volume has the axes 0, 1 and 2.", Assert.Throws<ArgumentOutOfRangeException>(() => volume.Slice(3, 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_that_cannot_carry_a_volume_is_refused()
    {
        Assert.Equal("A volume has at least one voxel along each axis, got 4 x 0 x 2.",
            Assert.Throws<ArgumentException>(() => new Volume(new(4, 0, 2, Affine.Identity))).Message);
        Assert.Equal("A volume holds at most 2147483591 voxels, got 2048 x 2048 x 2048.",
            Assert.Throws<ArgumentException>(() => new Volume(new(2048, 2048, 2048, Affine.Identity))).Message);
        Assert.Equal("The affine 1 0 0 0; 0 1 1 0; 0 0 0 0 is singular: two voxel axes coincide or one has no length.",
            Assert.Throws<ArgumentException>(() => new Volume(new(1, 1, 1, new(1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0)))).Message);
        Assert.StartsWith("A volume of 2 x 2 x 2 has 8 voxels, got 7.",
            Assert.Throws<ArgumentException>(() => new Volume(new(2, 2, 2, Affine.Identity), new float[7])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Voxels_that_are_no_numbers_are_counted_refused_or_replaced()
    {
        var volume = Asymmetric();
        Assert.Same(volume, volume.RequireFinite());
        volume[1, 2, 1] = float.NaN;
        volume[3, 2, 1] = float.PositiveInfinity;

        Assert.Equal(2, volume.CountNonFinite());
        Assert.Equal("A volume of 4 x 3 x 2: 2 of 24 voxels are NaN or infinite, the first (NaN) at (1, 2, 1). "
            + "A detector needs numbers: leave the volume out, or replace them on purpose with ReplaceNonFinite.",
            Assert.Throws<DataFormatException>(volume.RequireFinite).Message);
        var replaced = volume.ReplaceNonFinite(-1);
        Assert.Equal((0, -1f, -1f, 2f + 19), (replaced.CountNonFinite(), replaced[1, 2, 1], replaced[3, 2, 1], replaced[0, 2, 1]));
    }

    [Fact]
    public void Percentiles_are_those_of_numpy()
    {
        var expected = Repository.Golden("volumes/percentiles.json").GetProperty("case");
        var values = NiftiGoldenTests.Floats(expected.GetProperty("values"));
        var percentiles = expected.GetProperty("percentiles").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        var results = expected.GetProperty("expected").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        // What is not finite must not count.
        float[] withOdd = [float.NaN, .. values, float.NegativeInfinity];
        for (var i = 1; i < percentiles.Length; i++)
        {
            var window = IntensityWindow.FromPercentiles(withOdd, percentiles[0], percentiles[i]);
            Assert.Equal(results[0], window.Low, 1e-12);
            Assert.Equal(results[i], window.High, 1e-12);
        }
    }

    [Fact]
    public void A_window_maps_its_ends_to_black_and_white_and_NaN_to_black()
    {
        var plane = new Plane(6, 1);
        new float[] { -5, 10, 15, 20, 99, float.NaN }.CopyTo(plane.Values, 0);
        Assert.Equal<byte>([0, 0, 128, 255, 255, 0], plane.ToImage(new(10, 20)).Pixels.ToArray().Select(pixel => pixel.PackedValue));
    }

    [Fact]
    public void There_is_no_window_on_nothing()
    {
        Assert.Equal("None of 2 values is finite: there is no percentile to window by.",
            Assert.Throws<DataFormatException>(() => IntensityWindow.FromPercentiles([float.NaN, float.NaN], 1, 99)).Message);
        Assert.StartsWith("Percentiles are 0 <= low < high <= 100, got 99 and 1.",
            Assert.Throws<ArgumentOutOfRangeException>(() => IntensityWindow.FromPercentiles([1], 99, 1)).Message, StringComparison.Ordinal);
    }
}
