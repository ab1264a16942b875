using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Data.Brains;
using MedAnomaly.Images;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Data.Brains;

public sealed class ToyAnomalyTests
{
    static readonly PreparedBrain Healthy = Brain.Prepared();

    static readonly ToyAnomaly Circle = new(ToyShape.Circle, 10, 1) { Height = 20 };

    static int Regions(Mask mask) => ConnectedComponents.Of(mask.Pixels.ToArray().Select(pixel => (byte)(pixel ? 1 : 0)).ToArray(), mask.Width, mask.Height).Count;

    /// <summary>The pixels of a slice that are other than the healthy brain's.</summary>
    static bool[] Changed(ToyBrain toy, int slice) => [.. toy.Brain.Slice(slice).ToArray().Zip(Healthy.Slice(slice).ToArray(), (a, b) => a != b)];

    [Fact]
    public void A_circle_changes_exactly_the_pixels_of_its_mask_in_its_run_of_slices()
    {
        var toy = Circle.InsertAt(Healthy, 30, 28, 8);

        Assert.Equal((8, 5), (toy.First, toy.Height));
        for (var slice = 0; slice < Brain.Slices; slice++)
        {
            Assert.Equal(Changed(toy, slice), toy.Mask(slice).Pixels.ToArray());
            Assert.Equal(slice is >= 8 and < 13, toy.IsAbnormal(slice));
            Assert.Equal(toy.IsAbnormal(slice), toy.Mask(slice).Count > 0);
        }
        // 10 mm are 5 pixels.
        for (var y = 0; y < 64; y++)
        {
            for (var x = 0; x < 64; x++) Assert.Equal((x - 30) * (x - 30) + (y - 28) * (y - 28) <= 25, toy.Mask(10)[x, y]);
        }
        Assert.Equal(1, toy.Brain.Slice(10)[28 * 64 + 30]);
    }

    [Fact]
    public void Whatever_is_drawn_lies_in_the_brain_and_has_the_regions_that_it_should()
    {
        var anomalies = ToySets.All.SelectMany(set => set.Anomalies).ToArray();
        Prop.ForAll<int, byte>((seed, which) => LiesInTheBrain(anomalies[which % anomalies.Length] with { Height = 20 }, seed)).QuickCheckThrowOnFailure();
    }

    static void LiesInTheBrain(ToyAnomaly anomaly, int seed)
    {
        var toy = anomaly.Insert(Healthy, seed);

        for (var slice = toy.First; slice < toy.First + toy.Height; slice++)
        {
            var mask = toy.Mask(slice);
            Assert.Equal(anomaly.Count, Regions(mask));
            foreach (var (pixel, changed) in Changed(toy, slice).Index()) Assert.True(!changed || Healthy.Brain(slice)[pixel]);
            foreach (var (pixel, abnormal) in mask.Pixels.ToArray().Index()) Assert.True(!abnormal || Healthy.Brain(slice)[pixel]);
        }
    }

    [Fact]
    public void A_random_shape_has_a_discs_area_and_none_is_a_disc()
    {
        var areas = Enumerable.Range(0, 40).Select(seed => new ToyAnomaly(ToyShape.Blob, 14, 0) { Height = 4 }.Insert(Healthy, seed)).Select(toy => toy.Mask(toy.First).Count).ToList();

        Assert.InRange(areas.Average(), Math.PI * 7 * 7 - 4, Math.PI * 7 * 7 + 4);
        var disc = Circle with { Radius = 14, Height = 4 };
        Assert.NotEqual(disc.InsertAt(Healthy, 32, 32, 9).Mask(9).Pixels.ToArray(), (disc with { Shape = ToyShape.Blob }).InsertAt(Healthy, 32, 32, 9, seed: 3).Mask(9).Pixels.ToArray());
    }

    [Fact]
    public void A_tumour_is_black_within_a_bright_ring_and_fades_into_the_brain()
    {
        var toy = new ToyAnomaly(ToyShape.Tumour, 10, 1) { Height = 4 }.InsertAt(Healthy, 32, 32, 9);
        float At(int x) => toy.Brain.Slice(9)[32 * 64 + 32 + x];

        Assert.Equal(-1, At(0), 1e-3);
        Assert.True(At(6) > 0.5, $"{At(6)}");
        Assert.True(At(7) > 0.5 && toy.Mask(9)[39, 32]);
        // Half at 1.6 radii, 8 pixels; what is less is no longer in the mask.
        Assert.False(toy.Mask(9)[41, 32]);
        Assert.True(Changed(toy, 9)[32 * 64 + 41]);
        Assert.False(Changed(toy, 9)[32 * 64 + 45]);
    }

    [Fact]
    public void The_same_seed_gives_the_same_and_another_intensity_lies_at_the_same_place()
    {
        var first = Circle.Insert(Healthy, 4);

        Assert.Equal(first.Brain.Values.Voxels, Circle.Insert(Healthy, 4).Brain.Values.Voxels);
        Assert.Equal(first.Mask(first.First).Pixels.ToArray(), (Circle with { Intensity = -1 }).Insert(Healthy, 4).Mask(first.First).Pixels.ToArray());
        Assert.NotEqual(first.Brain.Values.Voxels, Circle.Insert(Healthy, 5).Brain.Values.Voxels);
        var dark = (Circle with { Shape = ToyShape.Blob }).Insert(Brain.Prepared(noise: false), 4);
        Assert.Equal(dark.Mask(dark.First).Pixels.ToArray(), (Circle with { Shape = ToyShape.Blob }).Insert(Healthy, 4).Mask(dark.First).Pixels.ToArray());
    }

    [Fact]
    public void An_anomaly_outside_the_brain_is_refused_with_the_place()
    {
        string Fault(int x, int y, int slice) => Assert.Throws<DatasetException>(() => Circle.InsertAt(Healthy, x, y, slice)).Message;

        Assert.Equal("drawn: the anomaly (circle, 10 mm, +1) at column 8, row 32 of slices 8 to 12 falls outside the brain: "
            + "in slice 8 20 of its 81 pixels are none of the brain's. Move it, or choose a smaller one.", Fault(8, 32, 8));
        Assert.Equal("drawn: the anomaly (circle, 10 mm, +1) at column 2, row 32 of slices 8 to 12 falls outside the brain: "
            + "it reaches to column -1, row 28 of slices of 64 x 64 pixels. Move it, or choose a smaller one.", Fault(2, 32, 8));
        Assert.Equal("drawn: the anomaly (circle, 10 mm, +1) at column 32, row 32 of slices 17 to 21 falls outside the brain: "
            + "the volume has the slices 0 to 19. Move it, or choose a smaller one.", Fault(32, 32, 17));
    }

    [Fact]
    public void What_has_no_place_or_no_voxel_or_no_sense_is_named()
    {
        string Fault(ToyAnomaly anomaly) => Assert.Throws<DatasetException>(() => anomaly.Insert(Healthy, 0)).Message;
        string Wrong(ToyAnomaly anomaly) => Assert.Throws<UsageException>(() => anomaly.Insert(Healthy, 0)).Message;

        Assert.Equal("drawn: no place was found in 2000 draws where the anomaly (circle, 60 mm, +1) lies in the brain throughout 5 slices. Choose a smaller one, or a lower one (Height is 20 mm).",
            Fault(Circle with { Radius = 60 }));
        Assert.Equal("drawn: the anomaly (tumour, 0.1 mm, +1) covers no voxel: its mask is empty. Its radius is too small for pixels of 2 mm. Choose a larger one.",
            Fault(new ToyAnomaly(ToyShape.Tumour, 0.1, 1)));
        Assert.Equal("drawn: the anomaly (circle, 0.5 mm, +1) covers no voxel: its mask is empty. Its radius is too small for pixels of 2 mm. Choose a larger one.",
            Assert.Throws<DatasetException>(() => (Circle with { Radius = 0.5 }).InsertAt(Healthy, 32.5, 32.5, 9)).Message);
        Assert.Equal("The toy anomaly: Radius: is above 0 and at most 100 mm; got 0.", Wrong(Circle with { Radius = 0 }));
        Assert.Equal("The toy anomaly: Intensity: is -1 to 1, as prepared brains are; got 2.", Wrong(Circle with { Intensity = 2 }));
        Assert.Equal("The toy anomaly: Count: is 1 to 20; got 0.", Wrong(Circle with { Count = 0 }));
        Assert.Equal("The toy anomaly: Height: is above 0 mm; got NaN.", Wrong(Circle with { Height = double.NaN }));
        Assert.Equal("The anomaly (3 x circle, 10 mm, +1) has 3 shapes; one place is for one. Use Insert.",
            Assert.Throws<UsageException>(() => (Circle with { Count = 3 }).InsertAt(Healthy, 32, 32, 9)).Message);
    }

    [Fact]
    public void The_sets_have_the_sources_combinations()
    {
        Assert.Equal([20, 20, 3, 3, 1], ToySets.All.Select(set => set.Anomalies.Count));
        Assert.Equal(0.6, ToySets.Circles.Anomalies.Average(anomaly => Math.Abs(anomaly.Intensity) < 1 ? 1 : 0));
        Assert.Equal(20, ToySets.Circles.Anomalies.Distinct().Count());
        var cases = ToySets.Insert([Healthy, Brain.Prepared(name: "second")], 1, ToySets.Tumours, new ToySet("one", [Circle])).ToList();
        Assert.Equal([("tumours", "drawn"), ("tumours", "second"), ("one", "drawn"), ("one", "second")], cases.Select(one => (one.Set.Name, one.Toy.Brain.Name)));
    }
}
