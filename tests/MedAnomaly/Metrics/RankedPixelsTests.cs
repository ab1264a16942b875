using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class RankedPixelsTests
{
    public static TheoryData<string> Cases { get; } =
        [.. Repository.Golden("metrics/pixels.json").GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    static JsonElement Golden(string name) => Repository.Golden("metrics/pixels.json").GetProperty("cases").EnumerateArray()
        .Single(item => item.GetProperty("name").GetString() == name);

    static ScoredMap[] Maps(JsonElement golden) =>
    [
        .. golden.GetProperty("maps").EnumerateArray().Zip(golden.GetProperty("masks").EnumerateArray(), (scores, mask) => new ScoredMap(
            scores.EnumerateArray().Select(item => item.GetSingle()).ToArray(),
            mask.EnumerateArray().Select(item => item.GetByte() == 0 ? (byte)0 : (byte)255).ToArray(),
            golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32())),
    ];

    [Theory, MemberData(nameof(Cases))]
    public void PRO_equals_its_definition_with_four_and_with_eight_neighbours(string name)
    {
        var golden = Golden(name);
        foreach (var expected in golden.GetProperty("pro").EnumerateArray())
        {
            var connectivity = expected.GetProperty("connectivity").GetInt32() == 1 ? Connectivity.Faces : Connectivity.Corners;
            var pixels = RankedPixels.Of(Maps(golden), connectivity: connectivity);

            Assert.Equal(expected.GetProperty("regions").GetInt32(), pixels.Regions);
            Assert.Equal(expected.GetProperty("value").GetDouble(), pixels.Pro(expected.GetProperty("limit").GetDouble()).Value, 1e-12);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Pixel_AUROC_and_average_precision_and_greatest_Dice_equal_those_of_scikit_learn(string name)
    {
        var golden = Golden(name);
        var all = RankedPixels.Of(Maps(golden)).Scores;
        var abnormal = RankedPixels.Of(Maps(golden), PixelScope.AbnormalImages).Scores;

        Assert.Equal(golden.GetProperty("auroc").GetDouble(), all.Auroc.Value, 1e-12);
        Assert.Equal(golden.GetProperty("ap").GetDouble(), all.AveragePrecision.Value, 1e-12);
        Assert.Equal(golden.GetProperty("maxDice").GetDouble(), all.MaxF1.Value, 1e-12);
        Assert.Equal(golden.GetProperty("abnormalAuroc").GetDouble(), abnormal.Auroc.Value, 1e-12);
        Assert.Equal(golden.GetProperty("abnormalAp").GetDouble(), abnormal.AveragePrecision.Value, 1e-12);
    }

    [Theory, MemberData(nameof(Cases))]
    public void The_PRO_curve_encloses_the_area_to_a_rate_of_one(string name)
    {
        var pixels = RankedPixels.Of(Maps(Golden(name)));
        var curve = pixels.ProCurve();

        var area = Enumerable.Range(1, curve.Thresholds.Length - 1).Sum(i =>
            (curve.FalsePositiveRates[i] - curve.FalsePositiveRates[i - 1]) * (curve.Overlaps[i] + curve.Overlaps[i - 1]) / 2);

        Assert.Equal(pixels.Pro(1).Value, area, 1e-12);
        Assert.Equal((1.0, 1.0), (curve.FalsePositiveRates[^1], curve.Overlaps[^1]));
    }

    [Fact]
    public void A_constant_map_gets_half_the_limit_because_the_area_is_divided_by_the_limit()
    {
        var map = new ScoredMap(new float[100], new byte[] { 1 }.Concat(new byte[99]).ToArray(), 10, 10);

        Assert.Equal(0.15, RankedPixels.Of([map]).Pro(0.3).Value, 1e-15);
    }

    [Fact]
    public void Masks_without_a_region_or_without_a_normal_pixel_leave_PRO_undefined()
    {
        var normal = RankedPixels.Of([new ScoredMap(new float[4], new byte[4], 2, 2)]);
        var full = RankedPixels.Of([new ScoredMap(new float[4], new byte[] { 1, 1, 1, 1 }, 2, 2)]);

        Assert.Equal("undefined (no abnormal region)", normal.Pro().ToString());
        Assert.Equal("undefined (no normal pixel)", full.Pro().ToString());
        Assert.Equal("A PRO curve needs both classes, but there is no abnormal region in 1 images.", Assert.Throws<DatasetException>(normal.ProCurve).Message);
        Assert.Equal("None of the 1 maps has an abnormal pixel, so there is no abnormal image to pool.",
            Assert.Throws<DatasetException>(() => RankedPixels.Of([new ScoredMap(new float[4], new byte[4], 2, 2)], PixelScope.AbnormalImages)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => normal.Pro(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => normal.Pro(double.NaN));
    }

    [Fact]
    public void What_cannot_be_ranked_is_refused_with_its_place()
    {
        var good = new ScoredMap(new float[6], new byte[6], 3, 2);

        Assert.Equal("There is no map to rank. (Parameter 'maps')", Fault());
        Assert.Equal("The score of map 1 at (x 2, y 1) is NaN; a ranking needs finite numbers.",
            Fault(good, good with { Scores = new float[] { 0, 0, 0, 0, 0, float.NaN } }));
        Assert.Equal("The mask of map 0 is 128 at (x 1, y 0); a mask is 0 (normal), and 1 or 255 (abnormal). "
            + "Values between come from resampling: resample masks by the nearest neighbour.", Fault(good with { Mask = new byte[] { 0, 128, 0, 0, 0, 0 } }));
        Assert.Equal("The size of map 0 is 3 x 2 x 1, so it needs 6 scores and as many mask pixels; got 6 scores and 5 mask pixels.", Fault(good with { Mask = new byte[5] }));
        Assert.StartsWith("The size of map 0 is 3 x 2 x 2, so it needs 12", Fault(good with { Depth = 2 }), StringComparison.Ordinal);

        static string Fault(params ScoredMap[] maps) => Assert.Throws<ArgumentException>(() => RankedPixels.Of(maps)).Message;
    }

    [Fact]
    public void Volumes_join_regions_across_slices()
    {
        var mask = new byte[2 * 2 * 2];
        (mask[0], mask[7]) = (1, 1);
        var volume = new ScoredMap(new float[8], mask, 2, 2, 2);

        Assert.Equal(1, RankedPixels.Of([volume]).Regions);
        Assert.Equal(2, RankedPixels.Of([volume], connectivity: Connectivity.Faces).Regions);
    }

    [Fact]
    public void Dice_of_a_map_is_the_F1_of_its_pixels()
    {
        var map = new ScoredMap(new float[] { 0.9f, 0.8f, 0.1f, 0.2f }, new byte[] { 255, 0, 255, 0 }, 2, 2);

        Assert.Equal(new ConfusionMatrix(1, 1, 1, 1), map.At(0.5));
        Assert.Equal(0.5, map.At(0.5).F1.Value);
        Assert.False((map with { Mask = new byte[4] }).At(1).F1.IsDefined);
    }

    [Fact]
    public void PRO_lies_in_the_unit_interval_and_no_order_of_images_changes_a_bit()
    {
        var map = Gen.Zip(Gen.Choose(-8, 8).ArrayOf(24), Gen.Frequency((4, Gen.Constant(0)), (1, Gen.Constant(1))).ArrayOf(24))
            .Select(pair => new ScoredMap(Array.ConvertAll(pair.Item1, score => score / 8f), Array.ConvertAll(pair.Item2, value => (byte)value), 6, 4));

        Prop.ForAll(map.NonEmptyListOf().Select(list => list.ToArray()).ToArbitrary(), maps =>
        {
            var pixels = RankedPixels.Of(maps);
            var reversed = RankedPixels.Of(Enumerable.Reverse(maps).ToArray());
            var pro = pixels.Pro();
            return pro == reversed.Pro() && pixels.Scores.Auroc == reversed.Scores.Auroc
                && (!pro.IsDefined || (pro.Value is >= 0 and <= 1 && pixels.Pro(0.05).Value <= 1));
        }).QuickCheckThrowOnFailure();
    }
}
