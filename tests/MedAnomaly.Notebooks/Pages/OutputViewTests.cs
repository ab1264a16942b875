using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class OutputViewTests
{
    static AngleSharp.Dom.IElement Output(Cell cell) => Samples.Parse(Samples.Page(cell)).QuerySelector(".output")!;

    static Cell Code(Output output) => new(CellKind.Code, "x") { ExecutionCount = 3, Outputs = { output } };

    [Fact]
    public void A_figure_is_its_picture_in_its_own_size_with_words_for_those_who_cannot_see_it()
    {
        var cell = Code(new DisplayOutput(new() { [Mime.Plotly] = new JsonObject(), [Mime.Png] = Samples.Png, [Mime.Text] = "ROC curve, AUROC 0.91" },
            new() { [Mime.Png] = new JsonObject { ["width"] = 720, ["height"] = 436 } }));
        var image = Output(cell).QuerySelector("figure > img")!;
        Assert.Equal(("ROC curve, AUROC 0.91", "720", "436"), (image.GetAttribute("alt"), image.GetAttribute("width"), image.GetAttribute("height")));
        Assert.Equal($"data:image/png;base64,{Samples.Png}", image.GetAttribute("src"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("<Figure size 640x480 with 1 Axes>")]
    [InlineData("PNG image, 1234 bytes")]
    public void A_figure_of_which_nobody_says_anything_says_so(string? words)
    {
        var data = new JsonObject { [Mime.Png] = Samples.Png };
        if (words is not null) data[Mime.Text] = words;
        Assert.Equal("Picture without a description, made by cell [3]", Output(Code(new DisplayOutput(data, []))).QuerySelector("img")!.GetAttribute("alt"));
    }

    [Fact]
    public void A_picture_is_what_its_bytes_are()
    {
        var image = Output(Samples.Showing(("image/jpeg", Samples.Png), (Mime.Text, "t"))).QuerySelector("img")!;
        Assert.StartsWith("data:image/png;", image.GetAttribute("src"), StringComparison.Ordinal);
        Assert.Equal(("1", "1"), (image.GetAttribute("width"), image.GetAttribute("height")));
        Assert.Equal("A picture (image/png) whose contents are damaged. In words:what it was", Output(Samples.Showing((Mime.Png, "AAAA"), (Mime.Text, "what it was"))).TextContent);
    }

    [Fact]
    public void A_drawing_is_an_image_without_its_scripts()
    {
        var source = Output(Samples.Showing((Mime.Svg, Hostile.Svg[0]), (Mime.Text, "a square"))).QuerySelector("img")!.GetAttribute("src")!;
        var svg = Encoding.UTF8.GetString(Convert.FromBase64String(source["data:image/svg+xml;base64,".Length..]));
        Assert.Equal("<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\" /></svg>", svg);
    }

    [Fact]
    public void Errors_and_what_went_to_stderr_stand_out()
    {
        var error = Output(Code(new ErrorOutput("FormatException", "No <number>.", ["\u001b[31mFormatException\u001b[0m: No <number>.", "  at cell 3, line 1"]))).QuerySelector(".error")!;
        Assert.Equal("FormatException No <number>.", error.QuerySelector("p")!.TextContent);
        Assert.Equal("  at cell 3, line 1", error.QuerySelector("pre")!.TextContent);
        var few = Output(Code(new StreamOutput("stderr", "one\ntwo\n"))).QuerySelector("details.stderr")!;
        var many = Output(Code(new StreamOutput("stderr", string.Concat(Enumerable.Repeat("line\n", 9))))).QuerySelector("details.stderr")!;
        Assert.Equal(("stderr, 2 lines", true), (few.QuerySelector("summary")!.TextContent, few.HasAttribute("open")));
        Assert.Equal(("stderr, 9 lines", false), (many.QuerySelector("summary")!.TextContent, many.HasAttribute("open")));
    }

    [Theory]
    [InlineData("text/latex", "$a^2$", "math")]
    [InlineData("text/markdown", "**bold**", "strong")]
    [InlineData("text/html", "<table><tr><td>1</td></tr></table>", ".scroll > table")]
    [InlineData("text/html", "<table><tr><td style='color:red'>1</td></tr></table>", ".own-colours > table")]
    [InlineData("text/plain", "<b>", "pre.value")]
    public void Every_kind_of_text_is_set_as_what_it_is(string type, string content, string selector) =>
        Assert.NotNull(Output(Samples.Showing((type, content))).QuerySelector(selector));

    [Fact]
    public void Json_is_laid_out() => Assert.Equal("{\n  \"a\": [\n    1\n  ]\n}", Output(Samples.Showing(("application/json", new JsonObject { ["a"] = new JsonArray(1) }))).TextContent);

    [Theory]
    [InlineData("application/vnd.jupyter.widget-view+json", "{}", "An interactive element, which works in a running notebook only. In words:words")]
    [InlineData("application/javascript", "alert(1)", "A script, which pages do not run. In words:words")]
    [InlineData("text/html", "<div id=p></div><script>alert(1)</script>", "An output that only a script shows, which pages do not run. In words:words")]
    public void What_needs_a_script_is_told_in_words(string type, string content, string text) =>
        Assert.Equal(text, Output(Samples.Showing((type, content), (Mime.Text, "words"))).TextContent);

    [Fact]
    public void A_type_that_nobody_knows_is_named() =>
        Assert.Equal("An output of the type application/x-odd, which pages do not show.", Output(Samples.Showing(("application/x-odd", "?"))).TextContent);
}
