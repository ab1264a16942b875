using MedAnomaly.Figures;
using MedAnomaly.Figures.Rendering;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Figures.Rendering;

public sealed class LayoutTests
{
    static readonly int[] x = [.. Enumerable.Range(0, 50)];

    [Fact]
    public void A_legend_takes_a_corner_without_data()
    {
        var rising = FigureGeometry.Of(Chart.Line(x, x, Name: "rising"));
        var falling = FigureGeometry.Of(Chart.Line(x, x.Select(i => -i), Name: "falling"));

        Assert.True(rising.Legend!.Inside && falling.Legend!.Inside);
        Assert.False(Coverage.Touches(Chart.Line(x, x, Name: "rising"), rising.Subplots[0], rising.Legend.Box));
        Assert.True(rising.Legend.X < rising.Subplots[0].Area.MiddleX);
        Assert.True(falling.Legend.X > falling.Subplots[0].Area.MiddleX);
    }

    [Fact]
    public void A_legend_without_a_free_corner_stands_beside_the_plot()
    {
        var noise = Chart.Line(x, x.Select(i => i % 2 == 0 ? 0 : 1), Name: "noise");

        var geometry = FigureGeometry.Of(noise);

        Assert.False(geometry.Legend!.Inside);
        Assert.True(geometry.Legend.X >= geometry.Subplots[0].Area.Right);
        Assert.True(geometry.Legend.Box.Right <= geometry.Width);
    }

    [Fact]
    public void A_tall_legend_stands_below_the_plot_and_inside_the_figure()
    {
        var many = Chart.Combine(Enumerable.Range(0, 30).Select(k => Chart.Line(x, x.Select(i => (i + k) % 2 + k), Name: $"a method with a long name, number {k}")));

        var geometry = FigureGeometry.Of(many);

        Assert.True(geometry.Legend!.Y >= geometry.Subplots[0].Area.Bottom);
        Assert.True(geometry.Legend.Box.Bottom <= geometry.Height && geometry.Legend.Box.Right <= geometry.Width);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(4, 5)]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    public void Images_in_a_grid_keep_their_shape_and_their_distance(int rows, int columns)
    {
        var image = new Image<L8>(160, 120);
        var grid = Plot.ImageGrid([.. Enumerable.Range(0, rows).Select(_ => (IReadOnlyList<Panel>)[.. Enumerable.Range(0, columns).Select(_ => Panel.Image(image))])],
            [.. Enumerable.Range(0, columns).Select(i => $"column {i}")], [.. Enumerable.Range(0, rows).Select(i => $"a rather long name of row {i}")]);

        var geometry = FigureGeometry.Of(grid);

        Assert.InRange(geometry.Width, 100, FigureGeometry.NotebookWidth);
        Assert.All(geometry.Subplots, plot => Assert.Equal(160.0 / 120, plot.Area.Width / plot.Area.Height, 6));
        foreach (var one in geometry.Subplots)
        {
            Assert.True(one.Area.X >= 0 && one.Area.Right <= geometry.Width && one.Area.Bottom <= geometry.Height);
            foreach (var other in geometry.Subplots.Where(other => other.Index > one.Index))
                Assert.True(one.Area.Right < other.Area.X || one.Area.Bottom < other.Area.Y || other.Area.Right < one.Area.X);
        }
    }

    [Fact]
    public void Long_names_of_bars_are_turned_and_stay_inside_the_figure()
    {
        var names = Enumerable.Range(0, 12).Select(i => $"Mahalanobis distance, variant {i}").ToArray();

        var axis = FigureGeometry.Of(Chart.Column(x.Take(12), names)).Subplots[0].X;

        Assert.NotEqual(0, axis.Angle);
        Assert.True(axis.Start - axis.Overhang >= 0);
        Assert.Equal(names.Select(name => new[] { name }), axis.Names);
    }

    [Fact]
    public void Reference_labels_that_would_touch_stand_above_each_other()
    {
        var figure = Chart.Line(x, x).WithReferenceLine(X: 20, Label: "threshold of the first").WithReferenceLine(X: 21, Label: "threshold of the second")
            .WithReferenceLine(X: 45, Label: "far away");

        var labels = FigureGeometry.Of(figure).Subplots[0].Labels;

        Assert.Equal(labels[0].Y, labels[2].Y);
        Assert.Equal(ReferenceLabel.Step, labels[0].Y - labels[1].Y, 6);
    }

    [Theory]
    [InlineData("short", 100, 2, "short")]
    [InlineData("two words", 60, 2, "two words")]
    [InlineData("several words that wrap", 80, 3, "several words|that wrap")]
    [InlineData("IQ-OTH/NCCD", 50, 3, "IQ-OTH/|NCCD")]
    [InlineData("Donaudampfschiff", 60, 3, "Donaud…")]
    [InlineData("one two three four five", 40, 2, "one|two t…")]
    public void Text_is_wrapped_at_its_width_and_shortened_where_it_cannot(string text, double width, int lines, string expected)
    {
        var wrapped = FontMetrics.Wrap(text, 12, width, lines);

        Assert.Equal(expected, string.Join('|', wrapped));
        Assert.All(wrapped, line => Assert.True(FontMetrics.Width(line, 12) <= width));
    }

    [Fact]
    public void A_missing_library_or_font_is_named_with_its_package()
    {
        Assert.Equal("A figure cannot be drawn as an image: the system has no librsvg-2.so.2 (with libcairo.so.2, libgobject-2.0.so.0 and libglib-2.0.so.0) that can be loaded. "
            + "Install it with: apt-get install -y librsvg2-2 fonts-liberation",
            Rasterizer.MissingLibrary(new DllNotFoundException()).Message);
        Assert.Equal(ExitCode.Environment, Rasterizer.MissingFont().ExitCode);
        Assert.EndsWith("apt-get install -y fonts-liberation", Rasterizer.MissingFont().Message, StringComparison.Ordinal);
    }
}
