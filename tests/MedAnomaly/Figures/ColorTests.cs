using MedAnomaly.Figures;

namespace MedAnomaly.Tests.Figures;

public sealed class ColorTests
{
    [Theory]
    [InlineData("0072b2")]
    [InlineData("#0072b")]
    [InlineData("#0072bg")]
    [InlineData("# 072b2")]
    public void What_is_no_colour_is_refused(string hex)
    {
        Assert.StartsWith($"'{hex}' is not a colour: expected #rrggbb, such as #0072b2.", Assert.Throws<ArgumentException>(() => Color.FromHex(hex)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_colour_is_written_as_css()
    {
        Assert.Equal("#0072b2", Color.FromHex("#0072B2").ToString());
        Assert.Equal("rgba(0,114,178,0.25)", Color.FromHex("#0072b2").WithOpacity(0.25).ToString());
    }

    [Fact]
    public void Scales_run_from_their_first_to_their_last_colour()
    {
        Assert.Equal("#440154", ColorScale.Viridis.At(0).ToString());
        Assert.Equal("#fde725", ColorScale.Viridis.At(1).ToString());
        Assert.Equal(ColorScale.Viridis.At(1), ColorScale.Viridis.At(7));
        Assert.Equal("#808080", ColorScale.Greys.At(0.5).ToString());
    }

    [Theory]
    [InlineData("viridis")]
    [InlineData("inferno")]
    [InlineData("magma")]
    [InlineData("cividis")]
    public void Perceptual_scales_grow_lighter_all_the_way(string name)
    {
        var scale = name switch { "viridis" => ColorScale.Viridis, "inferno" => ColorScale.Inferno, "magma" => ColorScale.Magma, _ => ColorScale.Cividis };
        var lumas = Enumerable.Range(0, 101).Select(i => scale.At(i / 100.0).Luma).ToArray();

        Assert.All(Enumerable.Range(1, 100), i => Assert.True(lumas[i] >= lumas[i - 1] - 0.004, $"{name} darkens at {i} %"));
    }
}
