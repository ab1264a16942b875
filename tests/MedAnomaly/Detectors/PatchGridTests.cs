using MedAnomaly.Data.Brains;
using MedAnomaly.Detectors;
using MedAnomaly.Tests.Data.Brains;

namespace MedAnomaly.Tests.Detectors;

public sealed class PatchGridTests
{
    static readonly PreparedBrain Healthy = Brain.Prepared();

    static PatchGrid Grid(int slice = 9) => new(Healthy.Brain(slice), Healthy.Width, 16, 8);

    [Fact]
    public void Patches_cover_the_brain_and_those_without_a_pixel_of_it_are_ignored()
    {
        var whole = new PatchGrid(Enumerable.Repeat(true, 64 * 64).ToArray(), 64, 16, 8);
        Assert.Equal(49, whole.Corners.Count);
        Assert.Equal([(0, 0), (8, 0), (16, 0)], whole.Corners.Take(3));
        Assert.Equal((48, 48), whole.Corners[^1]);
        Assert.Equal(25, new PatchGrid(Enumerable.Repeat(true, 70 * 70).ToArray(), 70, 16, 16).Corners.Count);

        var one = new bool[64 * 64];
        one[20 * 64 + 30] = true;
        Assert.Equal([(16, 8), (24, 8), (16, 16), (24, 16)], new PatchGrid(one, 64, 16, 8).Corners);
    }

    [Fact]
    public void A_patch_has_the_pixels_of_its_place()
    {
        var (pixels, brain) = Grid().Cut(Healthy, 9).First();
        var (x, y) = Grid().Corners[0];

        Assert.Equal(Healthy.Slice(9).Slice((y + 3) * 64 + x, 16), pixels.AsSpan(48, 16));
        Assert.Equal(Healthy.Brain(9).Slice((y + 15) * 64 + x, 16), brain.AsSpan(240, 16));
    }

    [Fact]
    public void Maps_are_summed_and_scores_averaged_where_patches_overlap()
    {
        var whole = new PatchGrid(Enumerable.Repeat(true, 32 * 32).ToArray(), 32, 16, 8);
        var ones = whole.Corners.Select(_ => Enumerable.Repeat(1f, 256).ToArray()).ToList();

        var sum = whole.Sum(ones);
        Assert.Equal([1, 2, 2, 1, 4, 4], [sum[0], sum[8], sum[23], sum[31], sum[8 * 32 + 8], sum[16 * 32 + 16]]);
        var coarse = whole.Coarse([.. whole.Corners.Select(corner => (double)corner.X)]);
        Assert.Equal([0, 4, 12, 16], [coarse[0], coarse[8], coarse[16], coarse[31]]);
        Assert.Equal("The slice has 9 patches, but there are scores of 8.", Assert.Throws<ArgumentException>(() => whole.Coarse(new double[8])).Message);
        Assert.Equal(0, Grid(1).Coarse([.. Grid(1).Corners.Select(_ => 1.0)])[0]);
    }

    [Fact]
    public void Training_patches_have_their_middle_in_the_brain_and_depend_on_the_seed()
    {
        var drawn = PatchGrid.Draw(Healthy, 50, 7, 16);

        Assert.Equal(50, drawn.Count);
        Assert.All(drawn, patch => Assert.True(patch.Brain[8 * 16 + 8]));
        Assert.Equal(drawn.Select(patch => patch.Pixels), PatchGrid.Draw(Healthy, 50, 7, 16).Select(patch => patch.Pixels));
        Assert.NotEqual(drawn.Select(patch => patch.Pixels), PatchGrid.Draw(Healthy, 50, 8, 16).Select(patch => patch.Pixels));
    }

    [Fact]
    public void Grids_that_do_not_fit_are_named()
    {
        string Fault(int size, int stride) => Assert.Throws<UsageException>(() => new PatchGrid(new bool[64 * 64], 64, size, stride)).Message;

        Assert.Equal("Patches of 16 pixels every 17 make no grid; the stride is 1 to the size.", Fault(16, 17));
        Assert.Equal("A slice of 64 x 64 pixels has no patch of 128. Cut larger slices, or choose smaller patches.", Fault(128, 16));
    }
}
