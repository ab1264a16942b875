using System.Text.Json;
using System.Xml.Linq;
using MedAnomaly.Figures;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Figures;

public sealed class ChartTests
{
    [Fact]
    public void Lengths_that_differ_are_refused()
    {
        Assert.Equal("x and y must be equally many: got 3 and 2.", Assert.Throws<ArgumentException>(() => Chart.Line([1, 2, 3], [1, 2])).Message);
        Assert.Equal("values and Keys must be equally many: got 1 and 2.", Assert.Throws<ArgumentException>(() => Chart.Column([1], ["a", "b"])).Message);
        Assert.Equal("values and the error bars above must be equally many: got 2 and 1.",
            Assert.Throws<ArgumentException>(() => Chart.Column([1, 2], ["a", "b"], Error: new([1, 1], [1]))).Message);
    }

    [Fact]
    public void An_infinite_value_is_refused_with_its_place()
    {
        var fault = Assert.Throws<ArgumentException>(() => Chart.Line([1, 2], [0, double.NegativeInfinity]));

        Assert.StartsWith("y[1] is -Infinity; a figure shows finite numbers, and NaN as a gap. Drop or clip the value first.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_without_a_point_is_refused()
    {
        var empty = Assert.Throws<ArgumentException>(() => Chart.Point(Array.Empty<double>(), Array.Empty<double>()));
        var gaps = Assert.Throws<ArgumentException>(() => Chart.Line([1.0, double.NaN], [double.NaN, 1.0]));
        var bars = Assert.Throws<ArgumentException>(() => Chart.Column([double.NaN], ["a"]));

        Assert.StartsWith("There is no point to draw: 0 given, none with both an x and a y.", empty.Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no point to draw: 2 given, none with both an x and a y.", gaps.Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no bar to draw: 1 given, none with a value.", bars.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gap_interrupts_the_line()
    {
        var path = Paths(Chart.Line([1, 2, 3, 4, 5], [1, 2, double.NaN, 2, 1])).Single();

        Assert.Equal(2, path.Count(letter => letter == 'M'));
        Assert.Equal(2, path.Count(letter => letter == 'L'));
    }

    [Fact]
    public void Combined_charts_get_colours_of_their_own_and_keep_those_they_were_given()
    {
        var combined = Chart.Combine(Chart.Line([1, 2], [1, 2], Name: "a"), Chart.Line([1, 2], [2, 3], Name: "b"),
            Chart.Line([1, 2], [3, 4], LineColor: Color.FromHex("#123456")).WithYAxisStyle("Loss"));

        Assert.Equal(["#0072b2", "#d55e00", "#123456"], combined.Data.Select(trace => ((ScatterTrace)trace).Line!.Color.ToString()));
        Assert.Equal("Loss", combined.Layout.Subplots.Single().Y.Title);
    }

    [Fact]
    public void A_ninth_series_is_told_from_the_first_by_its_dash()
    {
        var lines = Chart.Combine(Enumerable.Range(0, 9).Select(i => Chart.Line([1, 2], [i, i + 1]))).Data.Cast<ScatterTrace>().Select(trace => trace.Line!).ToArray();

        Assert.Equal(lines[0].Color, lines[8].Color);
        Assert.NotEqual(lines[0].Dash, lines[8].Dash);
        Assert.Equal(9, lines.Distinct().Count());
    }

    [Fact]
    public void A_grid_has_room_for_its_charts_or_is_refused()
    {
        var chart = Chart.Line([1, 2], [1, 2]);
        var full = Assert.Throws<ArgumentException>(() => Chart.Grid([chart, chart, chart], 1, 2));
        var nested = Assert.Throws<ArgumentException>(() => Chart.Combine(Chart.Grid([chart, chart], 1, 2), chart));
        var none = Assert.Throws<ArgumentException>(() => Chart.Combine());

        Assert.StartsWith("A grid of 1 x 2 has no room for 3 charts.", full.Message, StringComparison.Ordinal);
        Assert.StartsWith("Combine draws charts over each other, but one of them is a grid of 2. Use Grid.", nested.Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no chart to draw: give at least one.", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_counts_every_value_once_the_greatest_included()
    {
        var bars = (BarTrace)Chart.Histogram([0, 0.1, 0.5, 0.9, 1, double.NaN], NBinsX: 2).Data.Single();

        Assert.Equal([2, 3], bars.Values);
        Assert.Equal([0.25, 0.75], bars.Keys.Numbers);
        Assert.Equal(0.5, bars.Width);
    }

    [Fact]
    public void A_histogram_of_one_value_has_one_bar()
    {
        Assert.Equal([3], ((BarTrace)Chart.Histogram([7, 7, 7]).Data.Single()).Values);
    }

    [Fact]
    public void Boxes_have_numpys_quartiles_and_whiskers_within_the_fences()
    {
        var box = BoxStatistics.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 100, double.NaN]);

        // numpy.percentile([1..9, 100], [25, 50, 75]) = 3.25, 5.5, 7.75
        Assert.Equal((3.25, 5.5, 7.75), (box.Q1, box.Median, box.Q3));
        Assert.Equal((1.0, 9.0), (box.LowerFence, box.UpperFence));
        Assert.Equal([100], box.Outliers);
    }

    [Fact]
    public void A_heat_map_needs_values_and_a_name_for_each_row_and_column()
    {
        var nothing = Assert.Throws<ArgumentException>(() => Chart.Heatmap(new[,] { { double.NaN } }));
        var names = Assert.Throws<ArgumentException>(() => Chart.Heatmap(new double[,] { { 1, 2 } }, X: ["only"]));

        Assert.StartsWith("A heat map needs at least one value that is not NaN; the matrix is 1 x 1.", nothing.Message, StringComparison.Ordinal);
        Assert.Equal("the matrix' columns and X must be equally many: got 2 and 1.", names.Message);
    }

    [Fact]
    public void A_constant_heat_map_has_the_middle_colour()
    {
        var map = (HeatmapTrace)Chart.Heatmap(new double[,] { { 3, 3 } }).Data.Single();

        Assert.Equal((1.5, 4.5), (map.ZMin, map.ZMax));
        Assert.StartsWith("The range of colours is empty: 1 to 1.",
            Assert.Throws<ArgumentException>(() => Chart.Heatmap(new double[,] { { 3 } }, ZMinMax: (1, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_matrix_is_sent_as_means_of_blocks_at_their_middles()
    {
        var matrix = new double[200, 300];
        for (var i = 0; i < matrix.Length; i++)
            matrix[i / 300, i % 300] = i % 300;

        var text = Chart.Heatmap(matrix).ToJson();

        Assert.InRange(text.Length, 1000, 100_000);
        using var json = JsonDocument.Parse(text);
        var trace = json.RootElement.GetProperty("data")[0];
        Assert.Equal((67, 75), (trace.GetProperty("z").GetArrayLength(), trace.GetProperty("z")[0].GetArrayLength()));
        Assert.Equal((1.5, 4), (trace.GetProperty("z")[0][0].GetDouble(), trace.GetProperty("dx").GetDouble()));
        Assert.Equal(1.5, trace.GetProperty("x0").GetDouble());
    }

    [Fact]
    public void Error_bars_are_distances_from_their_bounds()
    {
        var error = ErrorBars.FromBounds([0.5, 0.8], [0.4, 0.8], [0.75, 0.9]);
        var outside = Assert.Throws<ArgumentException>(() => ErrorBars.FromBounds([0.5], [0.6], [0.7]));

        Assert.Equal(0.1, error.Below[0], 12);
        Assert.Equal(0.25, error.Above[0], 12);
        Assert.Equal("Value 0 is 0.5, outside its bounds 0.6 to 0.7.", outside.Message);
    }

    [Fact]
    public void A_line_of_a_million_points_stays_small_and_keeps_its_extremes()
    {
        var y = Enumerable.Range(0, 1_000_000).Select(i => Math.Sin(i / 1000.0)).ToArray();
        y[123_456] = 5;

        var json = Chart.Line(Enumerable.Range(0, y.Length), y).ToJson();

        Assert.InRange(json.Length, 1000, 100_000);
        using var document = JsonDocument.Parse(json);
        Assert.Contains(5, document.RootElement.GetProperty("data")[0].GetProperty("y").EnumerateArray().Select(value => value.GetDouble()));
    }

    [Fact]
    public void Bars_beside_a_heat_map_draw_no_line_through_it()
    {
        var heat = Chart.Heatmap(new double[,] { { 1, 2 }, { 3, 4 } }, X: ["a", "b"], Y: ["c", "d"]);
        int Lines(Figure beside) => System.Text.RegularExpressions.Regex.Count(Chart.Grid([heat, beside.WithYAxisStyle(MinMax: (0, 2))], 1, 2).ToSvg(), "d=\"M[0-9. -]+L[0-9. -]+\"");

        Assert.Equal(Lines(Chart.Point(["a", "b"], [1.0, 2])), Lines(Chart.Column([1.0, 2], ["a", "b"])));
    }

    [Fact]
    public void A_large_photograph_is_embedded_within_a_budget_and_in_its_own_coordinates()
    {
        var random = new Random(1);
        var noise = new Image<L8>(700, 500);
        for (var i = 0; i < noise.Pixels.Length; i++)
            noise.Pixels[i] = new((byte)random.Next(256));

        using var json = JsonDocument.Parse(Chart.Image(noise).ToJson());

        var trace = json.RootElement.GetProperty("data")[0];
        Assert.InRange(trace.GetProperty("source").GetString()!.Length, 10_000, 70_000);
        var png = Convert.FromBase64String(trace.GetProperty("source").GetString()!["data:image/png;base64,".Length..]);
        var stored = Image.Load<Rgb24>(new MemoryStream(png));
        Assert.Equal(700, stored.Width * trace.GetProperty("dx").GetDouble(), 6);
        Assert.Equal(500, stored.Height * trace.GetProperty("dy").GetDouble(), 6);
        Assert.Equal(-0.5, trace.GetProperty("x0").GetDouble() - trace.GetProperty("dx").GetDouble() / 2, 6);
    }

    static IEnumerable<string> Paths(Figure figure) => XDocument.Parse(figure.ToSvg()).Descendants()
        .Where(element => element.Name.LocalName == "path" && element.Parent!.Attribute("clip-path") is not null)
        .Select(element => element.Attribute("d")!.Value);
}
