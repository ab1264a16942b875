using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class HtmlPageTests
{
    public static TheoryData<string> HostileHtml => [.. Hostile.Html];

    [Theory]
    [MemberData(nameof(HostileHtml))]
    public void Nothing_of_a_hostile_notebook_can_act(string hostile)
    {
        var attached = Samples.Prose("![a](attachment:a)");
        attached.Attachments = new() { [hostile] = new JsonObject { [hostile] = hostile }, ["a"] = new JsonObject { [Mime.Svg] = hostile } };
        var metadata = Samples.Notebook(new Cell(CellKind.Code, hostile, hostile) { Metadata = new() { ["jupyter"] = hostile, ["tags"] = new JsonArray(hostile) } });
        metadata.Metadata = new() { ["title"] = hostile, ["kernelspec"] = hostile, ["language_info"] = new JsonObject { ["name"] = hostile }, ["papermill"] = hostile };
        var place = new PagePlace(hostile.Replace('/', '_').Replace('\0', '_') + ".ipynb", "page.html") { Gallery = "<i>\"'.html" };

        foreach (var page in (string[])[Samples.Page(Samples.Showing((Mime.Html, hostile))), Samples.Page(Samples.Prose(hostile)), Samples.Page(Samples.Showing((Mime.Markdown, hostile))),
            Samples.Page(Samples.Showing((Mime.Text, hostile))), Samples.Page(new Cell(CellKind.Raw, hostile)), Samples.Page(new Cell(CellKind.Code, hostile)), Samples.Page(attached),
            Samples.Page(Samples.Showing((Mime.Svg, hostile), (Mime.Text, hostile))), Samples.Page(Samples.Showing((hostile, hostile))), Samples.Page(Samples.Showing((Mime.Png, Samples.Png), (Mime.Text, hostile))),
            Samples.Page(Samples.Prose("# " + hostile.ReplaceLineEndings(" "))), HtmlPage.Render(metadata, place)])
        {
            var document = Samples.Parse(page);
            Assert.Empty(document.QuerySelectorAll("script, iframe, object, embed, form, input, button, link, base, svg, noscript, template, video, textarea"));
            Assert.Equal(5, document.QuerySelectorAll("meta").Length);
            Assert.Single(document.QuerySelectorAll("style"));
            Assert.All(document.All, element => Assert.DoesNotContain(element.Attributes, attribute =>
                attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                || attribute.Name is "href" or "src" && (attribute.Value.Contains("script:", StringComparison.OrdinalIgnoreCase) || attribute.Value.StartsWith("data:text", StringComparison.Ordinal))
                || attribute.Name is "style" && attribute.Value.Contains("evil", StringComparison.Ordinal)));
            // No name that the notebook chose can stand for one of the browser's.
            Assert.All(document.QuerySelectorAll("[id]"), element => Assert.Matches("^(sec|user|cell)-", element.Id));
            Assert.Empty(document.QuerySelectorAll("[name]:not(meta)"));
        }
    }

    [Fact]
    public void The_page_asks_nothing_of_the_network_and_forbids_scripts()
    {
        var page = Samples.Page(Samples.Prose("![x](https://evil.example/a.png) and [a link](https://example.org/)"));
        Assert.Contains("content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", page, StringComparison.Ordinal);
        Assert.Contains("(picture elsewhere, not loaded: x)", page, StringComparison.Ordinal);
        Assert.Contains("<a href=\"https://example.org/\" rel=\"noopener noreferrer\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_is_coloured_and_loses_no_character()
    {
        const string Code = "#!time\n// c <b>\nvar s = $\"a{1 + 2}\"; /* x */\n\tif (s is { Length: > 3 }) Console.WriteLine('c', @\"v\", \"\"\"raw\"\"\", 1.5e3);\n#nullable enable\nint unfinished = ";
        var document = Samples.Parse(Samples.Page(new Cell(CellKind.Code, Code)));
        Assert.Equal(Code, document.QuerySelector("pre.input code")!.TextContent);
        Assert.Equal(["#!time\n"], document.QuerySelectorAll("pre.input .m").Take(1).Select(span => span.TextContent));
        Assert.Contains("// c <b>", document.QuerySelectorAll("pre.input .c").Select(span => span.TextContent));
        Assert.Contains("1.5e3", document.QuerySelectorAll("pre.input .n").Select(span => span.TextContent));
        Assert.Contains("WriteLine", document.QuerySelectorAll("pre.input .t").Select(span => span.TextContent));
    }

    [Fact]
    public void Code_of_another_language_is_left_as_it_is()
    {
        var notebook = Samples.Notebook(new Cell(CellKind.Code, "class A: pass # var"));
        notebook.Metadata["language_info"] = new JsonObject { ["name"] = "python" };
        Assert.Equal("class A: pass # var", Samples.Parse(HtmlPage.Render(notebook)).QuerySelector("pre.input code")!.InnerHtml);
    }

    [Fact]
    public void Terminal_colours_become_classes_and_controls_vanish()
    {
        var html = AnsiText.ToHtml("\u001b[1;31mred <x>\u001b[0m plain \u001b[38;5;196mp\u001b[2K\u0007\u001b]8;;https://evil.example\u0007link\u001b[0m");
        Assert.Equal("<span class=\"a-bold a-c1\">red &lt;x&gt;</span> plain plink", html);
    }

    [Fact]
    public void Hidden_code_is_folded_and_other_code_can_be()
    {
        var hidden = new Cell(CellKind.Code, "var x = 1;");
        hidden.AddTag("hide-input");
        var parameters = new Cell(CellKind.Code, "int y = 2;");
        parameters.AddTag("parameters");
        var folds = Samples.Parse(Samples.Page(hidden, parameters)).QuerySelectorAll("details.source");
        Assert.Equal([false, true], folds.Select(fold => fold.HasAttribute("open")));
        Assert.Equal(["Code [ ]", "Parameters [ ]"], folds.Select(fold => fold.QuerySelector("summary")!.TextContent));
    }

    [Fact]
    public void Headings_make_the_contents_and_their_anchors_stay()
    {
        var document = Samples.Parse(Samples.Page(
            Samples.Prose("# Title $x$\n\n## Step 1: the *bank*\n\n[up](#Title-x) [GitHub](#step-1-the-bank) [Jupyter](#Step-1:-the-bank) [own](#here) [none](#nowhere)\n\n<a name=\"here\"></a>"),
            Samples.Prose("## Same\n\n## Same\n\n### Über uns\n\n##### Small\n\n## <img src=x onerror=alert(1)>")));
        Assert.Equal(["#sec-step-1-the-bank", "#sec-same", "#sec-same-1", "#sec-%C3%BCber-uns", "#sec-picture-not-found"],
            document.QuerySelectorAll("nav.contents a").Select(link => link.GetAttribute("href")));
        Assert.Equal(["Step 1: the bank", "Same", "Same", "Über uns", "(picture not found)"], document.QuerySelectorAll("nav.contents a").Select(link => link.TextContent));
        Assert.Equal(["#sec-title-x", "#sec-step-1-the-bank", "#sec-step-1-the-bank", "#user-here", null], document.QuerySelectorAll("section p a:not([id])").Select(link => link.GetAttribute("href")));
        Assert.All(document.QuerySelectorAll("a[href^='#']"), link => Assert.NotNull(document.GetElementById(Uri.UnescapeDataString(link.GetAttribute("href")![1..]))));
    }

    [Fact]
    public void Footnotes_of_two_cells_stay_apart()
    {
        var document = Samples.Parse(Samples.Page(Samples.Prose("a[^1]\n\n[^1]: one"), Samples.Prose("b[^1]\n\n[^1]: two")));
        var notes = document.QuerySelectorAll("a.footnote-ref").Select(link => document.GetElementById(Uri.UnescapeDataString(link.GetAttribute("href")![1..]))!.TextContent.Trim()[..3]);
        Assert.Equal(["one", "two"], notes);
    }

    [Fact]
    public void The_head_says_when_the_notebook_ran_and_how_it_ended()
    {
        var notebook = Samples.Notebook(new Cell(CellKind.Code, "throw") { ExecutionCount = 1, Outputs = { new ErrorOutput("Exception", "no", []) } });
        notebook.Metadata["papermill"] = new JsonObject { ["end_time"] = "2026-01-02T03:04:05.678", ["duration"] = 75.2, ["exception"] = true };
        Assert.Equal("a cell failed · executed 2 January 2026, 03:04 UTC · 1 min 15 s", Samples.Parse(HtmlPage.Render(notebook)).QuerySelector(".facts")!.TextContent);
        Assert.Equal("not executed", Samples.Parse(Samples.Page(Samples.Prose("x"))).QuerySelector(".facts")!.TextContent);
    }

    [Fact]
    public void What_is_nested_without_end_ends_no_process()
    {
        var deep = string.Concat(Enumerable.Repeat("<div>", 20_000)) + "x";
        var quoted = string.Concat(Enumerable.Repeat("> ", 5_000)) + "x";
        Assert.Contains("</html>", Samples.Page(Samples.Showing((Mime.Html, deep)), Samples.Prose(deep)), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", Samples.Page(Samples.Prose(quoted)), StringComparison.Ordinal);
    }
}
