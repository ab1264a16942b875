using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class ReferencesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public ReferencesTests()
    {
        Directory.CreateDirectory(folder.File("in"));
        File.WriteAllBytes(folder.File("in/a b.png"), Convert.FromBase64String(Samples.Png));
        File.WriteAllBytes(folder.File("outside.png"), Convert.FromBase64String(Samples.Png));
        folder.File("in/drawing.svg", Hostile.Svg[0]);
        folder.File("in/secret.png", "root:x:0:0");
        folder.File("in/other.ipynb", "{}");
        folder.File("in/note.txt", "note");
        File.CreateSymbolicLink(folder.File("in/link.png"), folder.File("outside.png"));
    }

    public void Dispose() => folder.Dispose();

    PagePlace Place => new(folder.File("in/here.ipynb"), folder.File("out/pages/here.html"))
    {
        Pages = new Dictionary<string, string> { [folder.File("in/other.ipynb")] = folder.File("out/pages/other's.html") },
    };

    IElement Shown(string markdown, JsonObject? attachments = null) => Prose.ToTree(markdown, new(Place, attachments));

    [Theory]
    [InlineData("![a](a%20b.png)")]
    [InlineData("![a](./a%20b.png)")]
    [InlineData("<img alt=a src=\"a b.png\">")]
    public void Pictures_beside_the_notebook_come_into_the_page(string markdown)
    {
        var image = Shown(markdown).QuerySelector("img")!;
        Assert.Equal(($"data:image/png;base64,{Samples.Png}", "a", "1"), (image.GetAttribute("src"), image.GetAttribute("alt"), image.GetAttribute("width")));
    }

    [Theory]
    [InlineData("../outside.png")]
    [InlineData("link.png")]
    [InlineData("/etc/hostname")]
    [InlineData("file:///etc/hostname")]
    [InlineData("..%2Foutside.png")]
    [InlineData("secret.png")]
    [InlineData("nothing.png")]
    [InlineData("a%00b.png")]
    public void No_other_file_does(string source)
    {
        var shown = Shown($"![a]({source})");
        Assert.Null(shown.QuerySelector("img"));
        Assert.Equal("(picture not found: a)", shown.TextContent.Trim());
    }

    [Fact]
    public void A_drawing_beside_the_notebook_loses_its_scripts()
    {
        var source = Shown("![a](drawing.svg)").QuerySelector("img")!.GetAttribute("src")!;
        Assert.DoesNotContain("script", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(source[(source.IndexOf(',') + 1)..])), StringComparison.Ordinal);
    }

    [Fact]
    public void Attachments_are_shown_whatever_their_names_say()
    {
        var attachments = new JsonObject
        {
            ["p q.png"] = new JsonObject { [Mime.Png] = Samples.Png },
            ["\"onerror=alert(1) x"] = new JsonObject { ["image/png\" onerror=\"alert(1)"] = Samples.Png },
            ["bad"] = "no bundle",
        };
        var images = Shown("![](attachment:p%20q.png) ![b](attachment:%22onerror=alert(1)%20x) ![c](attachment:bad)", attachments);
        Assert.Equal([References.NoDescription, "b"], images.QuerySelectorAll("img").Select(image => image.GetAttribute("alt")));
        Assert.All(images.QuerySelectorAll("img"), image => Assert.Equal($"data:image/png;base64,{Samples.Png}", image.GetAttribute("src")));
        Assert.Contains("(picture not found: c)", images.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.ipynb", "other%27s.html")]
    [InlineData("other.ipynb#The-Data:-all-of-it", "other%27s.html#sec-the-data-all-of-it")]
    [InlineData("note.txt", "../../in/note.txt")]
    [InlineData("gone.ipynb", null)]
    [InlineData("../outside.png", null)]
    [InlineData("//evil.example/x", null)]
    [InlineData("ftp://evil.example/x", null)]
    [InlineData("mailto:a@example.org", "mailto:a@example.org")]
    public void Links_lead_from_the_page_to_where_they_led_from_the_notebook(string href, string? url) =>
        Assert.Equal(url, Shown($"[x]({href})").QuerySelector("a")!.GetAttribute("href"));
}
