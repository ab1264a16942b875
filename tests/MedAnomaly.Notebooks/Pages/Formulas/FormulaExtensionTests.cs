using MedAnomaly.Notebooks.Pages;
using MedAnomaly.Notebooks.Pages.Formulas;
using MedAnomaly.Notebooks.Pages.Sanitizing;

namespace MedAnomaly.Notebooks.Tests.Pages.Formulas;

public sealed class FormulaExtensionTests
{
    static string Inline(string tex) => Formula.ToHtml(tex, display: false);

    static string Display(string tex) => Formula.ToHtml(tex, display: true);

    [Theory]
    [InlineData("It costs $5 and $6.")]
    [InlineData("It costs $5, or $ 6 $ elsewhere.")]
    [InlineData("From $20,000 to USD$30,000.")]
    [InlineData("Escaped: \\$x\\$.", "Escaped: $x$.")]
    [InlineData("Two $$ alone.")]
    [InlineData("Four $$$$ alone.")]
    [InlineData("One $ alone.")]
    public void A_dollar_in_prose_is_a_dollar(string markdown, string? text = null) => Assert.Equal($"<p>{text ?? markdown}</p>\n", Prose.ToHtml(markdown));

    [Theory]
    [InlineData("`$x$` is code", "<p><code>$x$</code> is code</p>\n")]
    [InlineData("for $5 and `$HOME`", "<p>for $5 and <code>$HOME</code></p>\n")]
    [InlineData("```\n$x$\n$$\ny\n$$\n```", "<pre><code>$x$\n$$\ny\n$$\n</code></pre>\n")]
    [InlineData("    $$x$$", "<pre><code>$$x$$\n</code></pre>\n")]
    public void A_dollar_in_code_is_code(string markdown, string html) => Assert.Equal(html, Prose.ToHtml(markdown));

    [Fact]
    public void Markdown_leaves_the_inside_of_a_formula_alone()
    {
        Assert.Equal($"<p>{Inline("a_1*b*c_2")} and <em>this</em></p>\n", Prose.ToHtml("$a_1*b*c_2$ and *this*"));
        Assert.Equal($"<p>{Inline(@"x \_ [y](z) <b>")}</p>\n", Prose.ToHtml(@"$x \_ [y](z) <b>$"));
        Assert.Equal($"<p>3{Inline(@"\times")} 3, {Inline("n")}-th, {Inline("a\n< b")}</p>\n", Prose.ToHtml("3$\\times$ 3, $n$-th, $a\n< b$"));
        Assert.Equal($"<p>{Inline(@"5 \$")}</p>\n", Prose.ToHtml(@"$5 \$$"));
        Assert.Equal($"<h2>The bank {Inline(@"\mathcal{M}")}</h2>\n", Prose.ToHtml(@"## The bank $\mathcal{M}$"));
        Assert.Contains($"<td>{Inline("p(a|b)")}</td>", Prose.ToHtml("| a | b |\n|---|---|\n| $p(a|b)$ | c |"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$$x$$", "x")]
    [InlineData("$$\nx\n$$", "x")]
    [InlineData("$$a\n- b\n+ c\n= d$$", "a\n- b\n+ c\n= d")]
    [InlineData("\\begin{align}\na &= b \\\\\n&+ c\n\\end{align}", "\\begin{align}\na &= b \\\\\n&+ c\n\\end{align}")]
    [InlineData("$$\\begin{matrix}\\begin{matrix}x\\end{matrix}\\end{matrix}$$", "\\begin{matrix}\\begin{matrix}x\\end{matrix}\\end{matrix}")]
    public void A_formula_may_have_lines_of_its_own(string markdown, string tex) =>
        Assert.Equal($"<p>See</p>\n<div class=\"formula\">{Display(tex)}</div>\n<p>there.</p>\n", Prose.ToHtml($"See\n{markdown}\nthere."));

    [Fact]
    public void A_formula_of_its_own_may_stand_in_a_list_or_a_quotation()
    {
        Assert.Equal($"<ul>\n<li>See\n<div class=\"formula\">{Display("x\n+ y")}</div>\n</li>\n</ul>\n", Prose.ToHtml("- See\n  $$\n  x\n  + y\n  $$"));
        Assert.Equal($"<blockquote>\n<div class=\"formula\">{Display("x\ny")}</div>\n</blockquote>\n", Prose.ToHtml("> $$\n> x\n> y\n> $$"));
        Assert.Equal($"<p>So {Display("x")} it is.</p>\n", Prose.ToHtml("So $$x$$ it is."));
    }

    [Fact]
    public void Dollars_that_are_not_closed_before_a_blank_line_swallow_nothing()
    {
        Assert.Equal("<p>$$\nx</p>\n<p>y <em>z</em></p>\n", Prose.ToHtml("$$\nx\n\ny *z*"));
        Assert.Equal("<p>\\begin{align}\nx</p>\n<p>y</p>\n", Prose.ToHtml("\\begin{align}\nx\n\ny"));
    }

    [Theory]
    [InlineData(@"$\text{<script>alert(1)</script>}$")]
    [InlineData("$\\href{javascript:alert(1)}{x}$")]
    [InlineData("$\\frobnicate\" onmouseover=\"alert(1)$")]
    [InlineData("$x\" onload=\"alert(1)$")]
    [InlineData("$</annotation></semantics></math><script>alert(1)</script>$")]
    [InlineData("<math><mi href=\"javascript:alert(1)\" onclick=\"alert(1)\" xlink:href=\"javascript:alert(1)\">x</mi></math>")]
    [InlineData("<math><annotation-xml encoding=\"text/html\"><img src=x onerror=alert(1)></annotation-xml></math>")]
    [InlineData("<math><annotation encoding=\"application/x-tex\"><img src=x onerror=alert(1)></annotation><annotation encoding=\"text/html\">alert(1)</annotation></math>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror=alert(1)&gt;\">")]
    [InlineData("<math><maction actiontype=\"statusline#javascript:alert(1)\"><mi>x</mi></maction></math>")]
    public void A_hostile_formula_is_text(string markdown)
    {
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Prose.ToHtml(markdown));
        Assert.Empty(page.QuerySelectorAll("script, style, iframe, object, annotation-xml, maction, mglyph, math img"));
        foreach (var attribute in page.All.SelectMany(element => element.Attributes))
        {
            Assert.False(attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase), attribute.Name);
            Assert.False(attribute.Name.Contains("href", StringComparison.OrdinalIgnoreCase), attribute.Name);
        }
        Assert.All(page.QuerySelectorAll("annotation"), annotation => Assert.Equal("application/x-tex", annotation.GetAttribute("encoding")));
    }

    [Fact]
    public void What_a_formula_is_written_in_passes_the_sanitizer()
    {
        var html = Display(@"\sum\limits_{i} \left( \frac{a}{b} \right) \binom{n}{k} \hat{x} \underbrace{y}_z \big| \begin{aligned} a &= b \end{aligned} \unknown \dfrac12 \phantom{x}\ \sqrt[3]{x}")
            + Inline(@"\frac{a");
        Assert.Equal(html, HtmlSanitizer.Sanitize(html, new()).InnerHtml);
    }

    [Fact]
    public void A_formula_among_the_outputs_is_shown_too()
    {
        Assert.Contains(Display("x^2"), Samples.Page(Samples.Showing(("text/latex", "$$x^2$$"), ("text/plain", "x^2"))), StringComparison.Ordinal);
    }
}
