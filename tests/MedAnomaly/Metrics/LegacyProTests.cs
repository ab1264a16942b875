using System.Text.Json;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class LegacyProTests
{
    public static TheoryData<string> Cases { get; } =
        [.. Repository.Golden("metrics/legacyPro.json").GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    static (JsonElement Golden, ScoredMap[] Maps) Load(string name)
    {
        var golden = Repository.Golden("metrics/legacyPro.json").GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        return (golden,
        [
            .. golden.GetProperty("maps").EnumerateArray().Zip(golden.GetProperty("masks").EnumerateArray(), (scores, mask) => new ScoredMap(
                scores.EnumerateArray().Select(item => item.GetSingle()).ToArray(), mask.EnumerateArray().Select(item => item.GetByte()).ToArray(),
                golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32())),
        ]);
    }

    static void AssertEqual(JsonElement expected, Metric actual)
    {
        if (expected.ValueKind == JsonValueKind.Null) Assert.False(actual.IsDefined);
        else Assert.Equal(expected.GetDouble(), actual.Value, 1e-9);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Each_legacy_measure_equals_its_definition_by_a_threshold_loop(string name)
    {
        var (golden, maps) = Load(name);

        AssertEqual(golden.GetProperty("dilated"), LegacyPro.Dilated(maps));
        AssertEqual(golden.GetProperty("perImage"), LegacyPro.PerImage(maps).Mean);
        Assert.Equal(golden.GetProperty("perImageIncluded").GetInt32(), LegacyPro.PerImage(maps).Included);
        AssertEqual(golden.GetProperty("boxed"), LegacyPro.Boxed(maps));
        AssertEqual(golden.GetProperty("interpolated"), LegacyPro.Interpolated(maps));
        AssertEqual(golden.GetProperty("interpolatedTight"), LegacyPro.Interpolated(maps, 0.05));
    }

    [Fact]
    public void A_region_with_a_hole_overlaps_by_more_than_all_of_it_where_boxes_are_filled()
    {
        var (_, maps) = Load("good");

        Assert.True(LegacyPro.Boxed(maps).Value > 1);
        Assert.True(RankedPixels.Of(maps).Pro().Value < 1);
    }

    [Fact]
    public void Equal_scores_and_missing_regions_are_undefined_and_volumes_refused()
    {
        var flat = new ScoredMap(new float[9], new byte[] { 0, 0, 0, 0, 1, 0, 0, 0, 0 }, 3, 3);
        var normal = new ScoredMap(new float[] { 1, 2, 3, 4 }, new byte[4], 2, 2);

        Assert.Equal("undefined (all scores are equal)", LegacyPro.Dilated([flat]).ToString());
        Assert.Equal("undefined (all scores are equal)", LegacyPro.Boxed([flat]).ToString());
        Assert.Equal("undefined (all 1 are undefined)", LegacyPro.PerImage([flat]).Mean.ToString());
        Assert.Equal("undefined (no abnormal region)", LegacyPro.Dilated([normal]).ToString());
        Assert.Equal("undefined (no abnormal region)", LegacyPro.Interpolated([normal]).ToString());
        Assert.StartsWith("Map 0 has 2 slices; the legacy measures are of images.",
            Assert.Throws<ArgumentException>(() => LegacyPro.Boxed([new ScoredMap(new float[8], new byte[8], 2, 2, 2)])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => LegacyPro.Dilated([normal], limit: 0));
    }
}
