using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Notebooks.Pages;
using MedAnomaly.Notebooks.Pages.Sanitizing;

namespace MedAnomaly.Notebooks.Tests.Pages.Sanitizing;

public sealed class HtmlSanitizerTests
{
    static string Sanitize(string html) => HtmlSanitizer.Sanitize(html, new()).InnerHtml;

    [Fact]
    public void What_shows_something_stays()
    {
        const string Html = "<p>a <b>b</b> <a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\">c</a></p><table><tbody><tr><td colspan=\"2\" style=\"text-align: right\">1</td></tr></tbody></table>"
            + "<math display=\"block\"><mfrac><mn>1</mn><mi mathvariant=\"bold\">x</mi></mfrac></math>";
        Assert.Equal(Html, Sanitize(Html));
    }

    [Fact]
    public void Cleaned_twice_is_cleaned_once_whatever_pieces_it_is_made_of()
    {
        // The tricks that turn one tree into another mix namespaces, unclosed elements and attributes that look like markup.
        var pieces = Gen.Elements((string[])[.. Hostile.Html.SelectMany(html => html.Split('>').Select(piece => piece + ">")), "</p>", "</table>", "</math>", "</svg>", "<p>", "<table>", "<td>", "text", "<math>", "<svg>", "<mtext>", "<title>", "--!>", "<b>"]);
        Prop.ForAll(pieces.ListOf().Select(string.Concat).ToArbitrary(), html =>
        {
            // The page's own mark of a picture that is not there is no notebook's to give.
            var clean = Sanitize(html).Replace(" class=\"absent\"", "", StringComparison.Ordinal);
            return clean == Sanitize(clean) && !clean.Contains("<script", StringComparison.OrdinalIgnoreCase) && !clean.Contains("<svg", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("color: red; text-align: right", "color: red; text-align: right")]
    [InlineData("COLOR:RGB(1, 2, 3);width:50%", "color: RGB(1, 2, 3); width: 50%")]
    [InlineData("background:url(x)", null)]
    [InlineData("background:\\75rl(x)", null)]
    [InlineData("color:expression(alert(1))", null)]
    [InlineData("position:fixed;color:red", "color: red")]
    [InlineData("margin-left:-999px", null)]
    [InlineData("color:/**/red", null)]
    [InlineData("--x:1;behavior:url(#a)", null)]
    [InlineData("width:calc(1px + 2em)", "width: calc(1px + 2em)")]
    [InlineData("content:'x'", null)]
    public void A_style_keeps_what_dresses_its_own_box(string style, string? kept) => Assert.Equal(kept, StyleFilter.Filter(style));

    [Fact]
    public void A_drawing_keeps_what_draws()
    {
        const string Svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><defs><linearGradient id=\"g\"><stop offset=\"0\" /></linearGradient></defs><rect fill=\"url(#g)\" /></svg>";
        Assert.Equal(Svg, SvgSanitizer.Sanitize("<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/x.dtd\"><!-- c -->" + Svg));
    }

    [Fact]
    public void A_hostile_drawing_keeps_nothing_that_acts()
    {
        foreach (var clean in Hostile.Svg.Select(SvgSanitizer.Sanitize).OfType<string>())
            Assert.DoesNotMatch("(?i)script|onload|foreignObject|evil|@import|<set|root:", clean);
        Assert.Null(SvgSanitizer.Sanitize(Hostile.Svg[^1]));
    }

    [Fact]
    public void A_drawing_within_html_becomes_an_image()
    {
        Assert.StartsWith("<img src=\"data:image/svg+xml;base64,", Sanitize("<svg width=9 height=9><rect width=9 height=9 /></svg>"), StringComparison.Ordinal);
        Assert.DoesNotContain("alert", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(Sanitize("<svg><rect width=9 onload=alert(1)></svg>")["<img src=\"data:image/svg+xml;base64,".Length..].Split('"')[0])), StringComparison.Ordinal);
    }

    [Fact]
    public void Boxes_to_tick_stay_readable() => Assert.Equal("<ul class=\"contains-task-list\">\n<li class=\"task-list-item\">☑ a</li>\n<li class=\"task-list-item\">☐ b</li>\n</ul>\n", Prose.ToHtml("- [x] a\n- [ ] b"));
}
