using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using MedAnomaly.Detectors;
using MedAnomaly.Figures;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Figures;

public sealed class FigureTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    static Figure Small => Chart.Line([1, 2, 4], [0.5, double.NaN, -1.25], Name: "a < b").WithXAxisStyle("Epoch").WithTitle("Loss & more", "simulated");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_notebook_gets_plotly_then_png_then_text_and_nothing_else()
    {
        var bundle = Small.MimeBundle();

        Assert.Equal(["application/vnd.plotly.v1+json", "image/png", "text/plain"], bundle.Keys);
        using var png = new MemoryStream(Convert.FromBase64String(bundle["image/png"]));
        Assert.Equal((1440, 2 * Small.DisplaySize!.Value.Height), SizeOf(Image.Load<Rgb24>(png)));
        Assert.Equal(720, Small.DisplaySize.Value.Width);
        Assert.Equal("Loss & more. simulated. Over Epoch. a < b: 3 points, -1.25 to 0.5, last -1.25.", bundle["text/plain"]);
    }

    [Fact]
    public void Pixels_that_are_not_smoothed_are_squares()
    {
        var edge = new Image<L8>(2, 1);
        edge.Pixels[1] = new(255);

        // Between black and white lie greys only where the edge was smoothed.
        Assert.True(Greys(smooth: true) > 1000);
        Assert.InRange(Greys(smooth: false), 0, 200);

        int Greys(bool smooth)
        {
            var path = Path.Combine(folder.FullName, $"{smooth}.png");
            Plot.ImageGrid([[Panel.Image(edge) with { Smooth = smooth }]]).SavePng(path);
            return Image.Load<L8>(path).Pixels.ToArray().Count(pixel => pixel.PackedValue is > 20 and < 235);
        }
    }

    [Fact]
    public void The_plotly_json_has_the_data_as_it_is_and_text_that_stays_text()
    {
        using var json = JsonDocument.Parse(Small.ToJson());
        var trace = json.RootElement.GetProperty("data")[0];

        Assert.Equal("""{"type":"scatter","x":[1,2,4],"y":[0.5,null,-1.25],"mode":"lines","line":{"color":"#0072b2","width":1.75},"name":"a &lt; b","showlegend":true,"xaxis":"x","yaxis":"y"}""",
            trace.GetRawText());
        var layout = json.RootElement.GetProperty("layout");
        Assert.Equal("Epoch", layout.GetProperty("xaxis").GetProperty("title").GetProperty("text").GetString());
        Assert.StartsWith("<b>Loss &amp; more</b><br>", layout.GetProperty("annotations")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.False(layout.TryGetProperty("barmode", out _));
    }

    [Fact]
    public void Numbers_that_differ_late_are_told_apart()
    {
        using var json = JsonDocument.Parse(Chart.Line([1_000_000, 1_000_001, 1_000_002], [0.123456789, 5, 9]).ToJson());
        var trace = json.RootElement.GetProperty("data")[0];

        Assert.Equal("[1000000,1000001,1000002]", trace.GetProperty("x").GetRawText());
        Assert.Equal("[0.123457,5,9]", trace.GetProperty("y").GetRawText());
    }

    [Fact]
    public void The_title_and_the_kind_of_data_are_told_before_the_numbers()
    {
        var text = Plot.ConfusionMatrix(new long[,] { { 1 } }, ["all"]).WithTitle("Test set", "A stand-in: Br35H").AltText;

        Assert.Equal("Test set. A stand-in: Br35H. Confusion matrix. all: 1 = 100.0 % called all.", text);
    }

    [Fact]
    public void A_scale_out_of_bounds_is_refused()
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => Small.SavePng("never.png", scale: 50));

        Assert.StartsWith("A figure is drawn at 0.5 to 8 pixels per pixel of its layout, got 50.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_and_plotly_put_the_axes_at_the_same_place()
    {
        var figure = Small;
        using var json = JsonDocument.Parse(figure.ToJson());
        var layout = json.RootElement.GetProperty("layout");
        var area = XDocument.Parse(figure.ToSvg()).Descendants().First(element => element.Name.LocalName == "clipPath").Elements().Single();

        double Of(string name) => double.Parse(area.Attribute(name)!.Value, CultureInfo.InvariantCulture);
        // The clip leaves a line on the edge its width.
        Assert.Equal(layout.GetProperty("xaxis").GetProperty("domain")[0].GetDouble() * layout.GetProperty("width").GetInt32(), Of("x") + 1.5, 0.1);
        Assert.Equal((1 - layout.GetProperty("yaxis").GetProperty("domain")[1].GetDouble()) * layout.GetProperty("height").GetInt32(), Of("y") + 1.5, 0.1);
    }

    [Fact]
    public void The_same_figure_gives_the_same_bytes()
    {
        var (one, other) = (EveryKind(), EveryKind());

        Assert.Equal(one.ToJson(), other.ToJson());
        Assert.Equal(one.ToSvg(), other.ToSvg());
        Assert.Equal(one.MimeBundle()["image/png"], other.MimeBundle()["image/png"]);
    }

    [Fact]
    public void A_culture_with_decimal_commas_changes_nothing()
    {
        var (json, svg, text) = (EveryKind().ToJson(), EveryKind().ToSvg(), EveryKind().AltText);
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NumberGroupSeparator, commas.NumberFormat.NegativeSign) = (",", ".", "~");
        try
        {
            CultureInfo.CurrentCulture = commas;
            Assert.Equal(json, EveryKind().ToJson());
            Assert.Equal(svg, EveryKind().ToSvg());
            Assert.Equal(text, EveryKind().AltText);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_figure_is_saved_as_svg_and_png()
    {
        var (svg, png) = (Path.Combine(folder.FullName, "a.svg"), Path.Combine(folder.FullName, "a.png"));

        Small.SaveSvg(svg);
        Small.SavePng(png, scale: 1);

        Assert.Equal("svg", XDocument.Load(svg).Root!.Name.LocalName);
        Assert.Equal(Small.DisplaySize, SizeOf(Image.Load<Rgb24>(png)));
    }

    [Fact]
    public void The_image_has_ink_in_the_colour_of_the_line_on_white()
    {
        var path = Path.Combine(folder.FullName, "a.png");

        Chart.Line([0, 1], [0, 1], LineColor: Palette.Anomalous, LineWidth: 6).SavePng(path);

        var image = Image.Load<Rgb24>(path);
        Assert.Equal(new Rgb24(255, 255, 255), image[image.Width - 1, 0]);
        Assert.Contains(new Rgb24(Palette.Anomalous.R, Palette.Anomalous.G, Palette.Anomalous.B), image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(null, 5000)]
    public void A_size_that_nobody_can_read_is_refused(int? width, int? height)
    {
        var fault = Assert.Throws<ArgumentOutOfRangeException>(() => Small.WithSize(width, height));

        Assert.StartsWith($"A figure's side is 120 to 4000 pixels, got {width ?? height}.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_given_is_kept()
    {
        Assert.Equal((500, 300), Small.WithSize(500, 300).DisplaySize);
        Assert.Equal((600, 250), EveryKind().WithSize(600, 250).DisplaySize);
    }

    [Fact]
    public void An_axis_range_runs_upwards_and_a_logarithmic_one_is_positive()
    {
        var backwards = Assert.Throws<ArgumentException>(() => Small.WithXAxisStyle(MinMax: (2, 1)));
        var negative = Assert.Throws<ArgumentException>(() => Small.WithYAxisStyle(AxisType: AxisType.Log, MinMax: (-1, 1)));

        Assert.Equal("An axis runs from its smaller to its larger end, both finite; got 2 to 1.", backwards.Message);
        Assert.Equal("A logarithmic axis shows positive values only; got -1 to 1.", negative.Message);
    }

    [Fact]
    public void A_logarithmic_axis_without_a_positive_value_is_refused()
    {
        var figure = Chart.Line([1, 2], [0, -1]).WithYAxisStyle(AxisType: AxisType.Log);

        var fault = Assert.Throws<ArgumentException>(figure.ToSvg);

        Assert.Equal("The y axis of subplot 1 is logarithmic, but none of its values is positive. Make the axis linear, or give its range.", fault.Message);
    }

    [Fact]
    public void Numbers_and_categories_on_one_axis_are_refused()
    {
        var figure = Chart.Combine(Chart.Line([1, 2], [1, 2]), Chart.Line(["a", "b"], [1, 2]));

        var fault = Assert.Throws<ArgumentException>(figure.ToJson);

        Assert.Equal("The x axis of subplot 1 has both numbers and categories: one trace gives strings where another gives numbers. Give all of them the same kind.", fault.Message);
    }

    [Fact]
    public void Control_characters_do_not_break_the_svg()
    {
        var svg = Small.WithTitle("a\u0001b \ud800 \"quoted\" <b>").ToSvg();

        Assert.Contains("a\ufffdb \ufffd \"quoted\" <b>", XDocument.Parse(svg).Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
    }

    static (int, int)? SizeOf(Image image) => (image.Width, image.Height);

    static Figure EveryKind() => Chart.Grid(
    [
        Chart.Line([0.5, 1.5, 1e-7], [1234.5, -0.25, 3]).WithReferenceLine(X: 0.75, Label: "half").WithReferenceLine(Y: 2.5),
        Chart.Point([1, 10, 1000], [1, 2, 3], MarkerSymbol: MarkerSymbol.Diamond).WithXAxisStyle(AxisType: AxisType.Log),
        Chart.Column([0.9, 0.8], ["a", "b"], Error: new([0.1, 0.05], [0.02, 0.1]), MultiText: ["x", "y"]),
        Chart.Bar([-0.5, 1.5], ["one", "two"]),
        Chart.Histogram([1.5, 2.5, 2.5, 9.75]),
        Chart.BoxPlot([1.5, 2, 2, 3, 40], "box"),
        Chart.Heatmap(new[,] { { 0.5, 1.5 }, { double.NaN, -2.25 } }),
        Chart.Area([0, 1, 2], [0.5, -0.5, 0.25]),
    ], 3, 3).WithTitle("Every kind");
}
