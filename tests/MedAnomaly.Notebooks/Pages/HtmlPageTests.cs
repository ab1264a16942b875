using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class HtmlPageTests
{
    static string Page(params Cell[] cells)
    {
        var notebook = new Notebook();
        notebook.Cells.AddRange(cells);
        return HtmlPage.Render(notebook);
    }

    static Cell Showing(string mime, string content) =>
        new(CellKind.Code, "x") { ExecutionCount = 1, Outputs = { new DisplayOutput(new JsonObject { [mime] = content, ["text/plain"] = "plain words" }, []) } };

    [Theory]
    [InlineData("<script>alert(1)</script>ok")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"java&#10;script:alert(1)\">x</a>")]
    [InlineData("<a href=\"\u0001javascript:alert(1)\">x</a>")]
    [InlineData("<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>")]
    [InlineData("<svg onload=alert(1)><script>alert(1)</script></svg>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">")]
    [InlineData("<div style=\"background:url(https://evil.example/x)\">x</div>")]
    [InlineData("<div style=\"width:e\\78 pression(alert(1))\">x</div>")]
    [InlineData("<form action=\"https://evil.example\"><input name=a><button formaction=\"javascript:alert(1)\">b</button></form>")]
    [InlineData("<meta http-equiv=refresh content=\"0;url=https://evil.example\">")]
    [InlineData("<link rel=stylesheet href=\"https://evil.example/a.css\">")]
    [InlineData("<object data=\"data:text/html,<script>alert(1)</script>\"></object>")]
    [InlineData("<base href=\"https://evil.example/\">")]
    [InlineData("<style>@import 'https://evil.example/a.css';</style>")]
    [InlineData("</section></main><script>alert(1)</script>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">")]
    public void Nothing_of_a_hostile_notebook_can_act(string hostile)
    {
        foreach (var page in (string[])[Page(Showing(Mime.Html, hostile)), Page(new Cell(CellKind.Markdown, hostile)), Page(Showing(Mime.Markdown, hostile)),
            Page(Showing(Mime.Text, hostile)), Page(new Cell(CellKind.Raw, hostile)), Page(new Cell(CellKind.Code, hostile))])
        {
            var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page);
            Assert.Empty(document.QuerySelectorAll("script, iframe, object, embed, form, input, button, link, base, svg, noscript"));
            Assert.Equal(4, document.QuerySelectorAll("meta").Length);
            Assert.Single(document.QuerySelectorAll("style"));
            Assert.All(document.All, element => Assert.DoesNotContain(element.Attributes, attribute =>
                attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Value.Contains("javascript:", StringComparison.OrdinalIgnoreCase)
                || element.LocalName != "meta" && attribute.Name is "style" && attribute.Value.Contains("evil", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void The_page_asks_nothing_of_the_network_and_forbids_scripts()
    {
        var page = Page(new Cell(CellKind.Markdown, "![x](https://evil.example/a.png) and [a link](https://example.org/)"));
        Assert.Contains("default-src 'none'; img-src data:", page, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.org/\" rel=\"noopener noreferrer\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_is_its_picture_with_words_for_those_who_cannot_see_it()
    {
        var cell = new Cell(CellKind.Code, "figure")
        {
            Outputs = { new DisplayOutput(new JsonObject { [Mime.Plotly] = new JsonObject(), [Mime.Png] = "iVBORw0KGgo=\n", [Mime.Text] = "ROC curve, AUROC 0.91" }, []) },
        };
        Assert.Contains("<img alt=\"ROC curve, AUROC 0.91\" src=\"data:image/png;base64,iVBORw0KGgo=\">", Page(cell), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_is_coloured_and_loses_no_character()
    {
        const string Code = "#!time\n// c <b>\nvar s = $\"a{1 + 2}\"; /* x */\n\tif (s is { Length: > 3 }) Console.WriteLine('c', @\"v\", \"\"\"raw\"\"\", 1.5e3);\n#nullable enable\nint unfinished = ";
        var document = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(Page(new Cell(CellKind.Code, Code)));
        Assert.Equal(Code, document.QuerySelector("pre.input code")!.TextContent);
        Assert.Equal(["#!time\n"], document.QuerySelectorAll("pre.input .m").Take(1).Select(span => span.TextContent));
        Assert.Contains("// c <b>", document.QuerySelectorAll("pre.input .c").Select(span => span.TextContent));
        Assert.Contains("1.5e3", document.QuerySelectorAll("pre.input .n").Select(span => span.TextContent));
        Assert.Contains("WriteLine", document.QuerySelectorAll("pre.input .t").Select(span => span.TextContent));
    }

    [Fact]
    public void Terminal_colours_become_classes_and_controls_vanish()
    {
        var html = AnsiText.ToHtml("\u001b[1;31mred <x>\u001b[0m plain \u001b[38;5;196mp\u001b[2K\u0007\u001b]8;;https://evil.example\u0007link\u001b[0m");
        Assert.Equal("<span class=\"a-bold a-c1\">red &lt;x&gt;</span> plain plink", html);
    }

    [Fact]
    public void Hidden_code_is_folded_and_attachments_are_embedded()
    {
        var hidden = new Cell(CellKind.Code, "var x = 1;");
        hidden.AddTag("hide-input");
        var prose = new Cell(CellKind.Markdown, "![a](attachment:p.png)") { Attachments = new() { ["p.png"] = new JsonObject { [Mime.Png] = "AAAA" } } };
        var page = Page(hidden, prose);
        Assert.Contains("<details><summary>Code [ ]</summary>", page, StringComparison.Ordinal);
        Assert.Contains("src=\"data:image/png;base64,AAAA\"", page, StringComparison.Ordinal);
    }
}
