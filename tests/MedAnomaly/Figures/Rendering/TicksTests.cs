using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Figures.Rendering;

namespace MedAnomaly.Tests.Figures.Rendering;

public sealed class TicksTests
{
    [Theory]
    [InlineData(0, 1, "0.0 0.2 0.4 0.6 0.8 1.0", 0)]
    [InlineData(-0.5, 0.5, "−0.4 −0.2 0.0 0.2 0.4", 0)]
    [InlineData(0, 60, "0 10 20 30 40 50 60", 0)]
    [InlineData(0, 30000, "0 5,000 10,000 15,000 20,000 25,000 30,000", 0)]
    [InlineData(0, 3.6e-5, "0.0 0.5 1.0 1.5 2.0 2.5 3.0 3.5", -5)]
    [InlineData(0, 6.1e8, "0 1 2 3 4 5 6", 8)]
    [InlineData(0.9999, 1.0001, "0.99990 0.99995 1.00000 1.00005 1.00010", 0)]
    public void Values_are_round_and_labels_short(double min, double max, string labels, int exponent)
    {
        var ticks = Ticks.Of(new(min, max, false, false, null), 330, vertical: false);

        Assert.Equal(labels, string.Join(' ', ticks.Marks.Select(mark => mark.Label.Text)));
        Assert.Equal(exponent, ticks.Exponent);
    }

    [Theory]
    [InlineData(0, 3, "1 10 100 1,000")]
    [InlineData(-3, 0, "0.001 0.01 0.1 1")]
    [InlineData(-9, 1, "10<sup>−9</sup> 10<sup>−8</sup> 10<sup>−7</sup> 10<sup>−6</sup> 10<sup>−5</sup> 10<sup>−4</sup> 10<sup>−3</sup> 10<sup>−2</sup> 10<sup>−1</sup> 10<sup>0</sup> 10<sup>1</sup>")]
    public void Decades_are_plain_numbers_or_powers(double min, double max, string labels)
    {
        var ticks = Ticks.Of(new(min, max, true, false, null), 600, vertical: false);

        Assert.Equal(labels, string.Join(' ', ticks.Marks.Where(mark => !mark.Minor).Select(mark => mark.Label)));
    }

    [Fact]
    public void Whole_values_have_no_ticks_between()
    {
        var figure = MedAnomaly.Figures.Plot.LearningCurves([("loss", [1.5, 0.5, 0.25])]);

        var axis = FigureGeometry.Of(figure).Subplots[0].X;

        Assert.Equal([1, 2, 3], axis.Ticks.Marks.Select(mark => mark.Value));
    }

    [Fact]
    public void Many_decades_are_thinned()
    {
        var ticks = Ticks.Of(new(-30, 0, true, false, null), 200, vertical: false);

        Assert.True(ticks.Decades > 1);
        Assert.All(ticks.Marks, mark => Assert.False(mark.Minor));
    }

    [Fact]
    public void Labels_never_touch_and_ticks_stay_on_the_axis()
    {
        var axes = from start in Gen.Choose(-1_000_000, 1_000_000)
                   from span in Gen.Choose(1, 1_000_000)
                   from power in Gen.Choose(-9, 9)
                   from length in Gen.Choose(60, 900)
                   from log in Gen.Elements(false, true)
                   from vertical in Gen.Elements(false, true)
                   let unit = log ? 1e-5 : Math.Pow(10, power)
                   select (Domain: new AxisDomain(start * unit, (start + span) * unit, log, false, null), Length: (double)length, Vertical: vertical);

        Prop.ForAll(axes.ToArbitrary(), axis =>
        {
            var end = double.NegativeInfinity;
            var ticks = Ticks.Of(axis.Domain, axis.Length, axis.Vertical);
            foreach (var mark in ticks.Marks.Where(mark => !mark.Minor))
            {
                var at = axis.Domain.Fraction(mark.Value) * axis.Length;
                var half = axis.Vertical ? Style.TickSize / 2 : mark.Label.Width(Style.TickSize) / 2;
                if (at < -0.5 || at > axis.Length + 0.5 || at - half < end)
                    return false;
                end = at + half;
            }
            return ticks.Marks.Count <= 120;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_label_reads_as_its_value()
    {
        var values = from step in Gen.Choose(1, 999_999) from power in Gen.Choose(-12, 9) select step * Math.Pow(10, power);
        Prop.ForAll(values.ToArbitrary(), max =>
        {
            var ticks = Ticks.Of(new(0, max, false, false, null), 500, vertical: false);
            return ticks.Marks.All(mark =>
            {
                var read = double.Parse(mark.Label.Text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture) * Math.Pow(10, ticks.Exponent);
                return Math.Abs(read - mark.Value) <= 1e-9 * max;
            });
        }).QuickCheckThrowOnFailure();
    }
}
