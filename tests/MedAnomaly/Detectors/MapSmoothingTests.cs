using MedAnomaly.Detectors;
using MedAnomaly.Tests.Encoders;

namespace MedAnomaly.Tests.Detectors;

public sealed class MapSmoothingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_map_equals_torchs_enlargement_and_scipys_filter(int index)
    {
        using var noise = Formula.Noise(3, 5, 7);
        var golden = Repository.Golden("patchcore/maps.json").GetProperty("maps")[index];
        var (width, height) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32());

        var map = new MapSmoothing(7, 5, width, height).Apply(new ScoreMap(noise.data<float>().ToArray(), 7, 5));

        Assert.Equal((width, height), (map.Width, map.Height));
        Formula.AssertClose(golden.GetProperty("map"), [.. map.Values.Select(value => (double)value)], 1e-5);
    }

    [Fact]
    public void A_constant_grid_stays_constant()
    {
        var map = new MapSmoothing(3, 2, 50, 40).Apply(new ScoreMap([2, 2, 2, 2, 2, 2], 3, 2));

        Assert.All(map.Values, value => Assert.Equal(2, value, 1e-6));
    }

    [Fact]
    public void A_grid_of_another_size_is_refused()
    {
        var fault = Assert.Throws<ArgumentException>(() => new MapSmoothing(3, 2, 50, 40).Apply(new ScoreMap([1], 1, 1)));

        Assert.StartsWith("A grid of 3 x 2 was expected; got 1 x 1.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_becomes_a_matrix_of_rows_and_columns()
    {
        var matrix = new ScoreMap([1, 2, 3, 4, 5, 6], 3, 2).ToMatrix();

        Assert.Equal(new float[,] { { 1, 2, 3 }, { 4, 5, 6 } }, matrix);
    }
}
