using MedAnomaly.Detectors;

namespace MedAnomaly.Tests.Detectors;

public sealed class ScoreMapTests
{
    static readonly ScoreMap Map = new([1, 2, 3, 4, 5, 6], 3, 2);

    [Fact]
    public void Scores_within_a_mask_reach_from_0_to_1_and_those_outside_are_no_numbers()
    {
        Assert.Equal([float.NaN, 0, float.NaN, 2 / 3f, float.NaN, 1], new ScoreMap([9, 1, -5, 3, 8, 4], 3, 2).Within([false, true, false, true, false, true]).Values);
        Assert.Equal([float.NaN, 0, 0, float.NaN, float.NaN, float.NaN], new ScoreMap([7, 2, 2, 7, 7, 7], 3, 2).Within([false, true, true, false, false, false]).Values);
    }

    [Fact]
    public void A_mask_of_another_size_and_an_empty_one_are_refused()
    {
        Assert.StartsWith("The mask has 2 pixels, the map 3 x 2; they must be the same.", Assert.Throws<ArgumentException>(() => Map.Within([true, true])).Message, StringComparison.Ordinal);
        Assert.StartsWith("The mask is empty; nothing lies within it.", Assert.Throws<ArgumentException>(() => Map.Within(new bool[6])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thinned_it_keeps_the_first_of_so_many_rows_and_columns()
    {
        var thin = Map.Thinned(2);

        Assert.Equal((2, 1), (thin.Width, thin.Height));
        Assert.Equal([1, 3], thin.Values);
        Assert.Equal(Map.Values, Map.Thinned(1).Values);
    }
}
