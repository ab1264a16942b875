using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class PageFolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Nothing can be fetched, as on a machine without npm.</summary>
    DataStore Nowhere => new(folder.File("data"), catalog: new([Catalog.BuiltIn["plotly"] with { Downloads = [] }]));

    string Write(string name, params Cell[] cells)
    {
        var path = folder.File(Path.Combine("notebooks", name));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        NotebookFile.Save(Samples.Notebook(cells), path);
        return path;
    }

    RenderedPages Render(PageFolder pages) => pages.Render(NotebookPaths.Find([folder.File("notebooks")]), TestContext.Current.CancellationToken);

    string Out => folder.File("out");

    static IDocument Read(string path) => Samples.Parse(File.ReadAllText(path));

    [Fact]
    public void The_gallery_leads_to_every_notebook_and_back()
    {
        Write("first.ipynb", Samples.Prose("# The first\n\nWhat it *claims*.\n\nMore."), Samples.Showing((Mime.Png, Samples.Png), (Mime.Text, "A dot")));
        Write("000/table-1.ipynb", Samples.Prose("See [the first](../first.ipynb#The-first)."));
        Write(".ipynb_checkpoints/first-checkpoint.ipynb", Samples.Prose("kept by Jupyter"));
        var record = RunRecord("first-brains", DataKind.Simulated);

        var rendered = Render(new(Out) { Store = Nowhere, Records = [record, RunRecord("first2-x", DataKind.Real)] });

        Assert.Equal(["000/table-1.html", "first.html"], rendered.Pages.Select(page => Path.GetRelativePath(Out, page)));
        var gallery = Read(rendered.Gallery);
        Assert.Equal(["000/table-1.html", "first.html"], gallery.QuerySelectorAll(".cards a").Select(link => link.GetAttribute("href")));
        var card = gallery.QuerySelectorAll(".cards li")[1];
        Assert.Equal("The first", card.QuerySelector("h3")!.TextContent);
        Assert.Equal("What it claims.", card.QuerySelector("p:last-child")!.TextContent);
        Assert.Equal("simulated data · executed", card.QuerySelector(".facts")!.TextContent);
        Assert.Equal("A dot", card.QuerySelector("img")!.GetAttribute("alt"));
        Assert.Equal("table-1", gallery.QuerySelector(".cards h3")!.TextContent);
        Assert.Equal(["../index.html", "../first.html#sec-the-first"], Read(rendered.Pages[0]).QuerySelectorAll(".back a, .prose a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public void Pages_of_the_same_name_do_not_overwrite_each_other()
    {
        Write("index.ipynb", Samples.Prose("i"));
        Write("a.ipynb", Samples.Prose("one"));
        Write("a.dib", Samples.Prose("two"));
        Write("A.ipynb", Samples.Prose("three"));
        Write("plotly.ipynb", Samples.Prose("p"));
        var rendered = Render(new(Out) { Store = Nowhere });
        Assert.Equal(["A.html", "a-2.html", "a-3.html", "index-2.html", "plotly-2.html"], rendered.Pages.Select(Path.GetFileName));
    }

    [Fact]
    public void A_hostile_name_is_only_a_name()
    {
        Write("<img src=x onerror=alert(1)>\"'&#javascript:alert(1).ipynb", Samples.Showing((Mime.Text, "x")));
        Write("other.ipynb", Samples.Prose("o"));
        var rendered = Render(new(Out) { Store = Nowhere });
        var gallery = Read(rendered.Gallery);
        Assert.Empty(gallery.QuerySelectorAll("img, [onerror]"));
        Assert.Equal("%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E%22%27%26%23javascript%3Aalert%281%29.html", gallery.QuerySelector(".cards a")!.GetAttribute("href"));
        Assert.Contains("<img src=x onerror=alert(1)>", gallery.QuerySelector(".cards h3")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(Read(rendered.Pages[0]).QuerySelectorAll("img, [onerror]"));
    }

    [Fact]
    public void A_notebook_that_cannot_be_read_keeps_no_other_from_being_rendered()
    {
        Write("good.ipynb", Samples.Prose("g"));
        folder.File("notebooks/bad.ipynb", "{\"cells\": [");
        var rendered = Render(new(Out) { Store = Nowhere });
        Assert.Equal([Path.Combine(Out, "good.html")], rendered.Pages);
        Assert.Equal(ExitCode.Data, rendered.ExitCode);
        Assert.Contains("bad.ipynb", Assert.Single(rendered.Faults).Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_plotly_figures_are_pictures_and_the_page_says_so()
    {
        Write("figure.ipynb", Samples.Showing((Mime.Plotly, new JsonObject { ["data"] = new JsonArray() }), (Mime.Png, Samples.Png), (Mime.Text, "t")));
        var rendered = Render(new(Out) { Store = Nowhere });
        var page = Read(rendered.Pages[0]);
        Assert.NotNull(page.QuerySelector("figure img"));
        Assert.Empty(page.QuerySelectorAll("iframe, script"));
        Assert.Contains("Its figures are pictures only: plotly.js, which makes them interactive, was not at hand when it was made.", page.QuerySelector("footer")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, rendered.ExitCode);
        Assert.StartsWith("The figures of the pages are pictures only, for plotly.js is not at hand: plotly.js 4.1.2", Assert.Single(rendered.Faults).Exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Out, "plotly.html")));
    }

    [Fact]
    public void Report_mode_folds_all_code()
    {
        Write("a.ipynb", new Cell(CellKind.Code, "1"), new Cell(CellKind.Code, "2"));
        Assert.All(Read(Render(new(Out) { Store = Nowhere, ReportMode = true }).Pages[0]).QuerySelectorAll("details.source"), fold => Assert.False(fold.HasAttribute("open")));
    }

    static RunRecord RunRecord(string id, DataKind data) => new() { Id = id, Dataset = "d", Data = data, Protocol = RunProtocol.Corrected, Method = "m", Metrics = [], Seconds = 1 };
}
