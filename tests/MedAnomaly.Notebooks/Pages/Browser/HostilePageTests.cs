using System.Text.Json.Nodes;
using MedAnomaly.Data;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages.Browser;

/// <summary>Hostile notebooks in a real browser: no script runs, no dialog opens, nothing is asked of the network.</summary>
public sealed class HostilePageTests : IDisposable
{
    // What a reader might do to a page, and more.
    const string Poke = """
        for (const details of document.querySelectorAll("details")) details.open = true;
        for (const element of document.querySelectorAll("body *")) {
          for (const type of ["mouseover", "focus", "load", "error", "toggle", "animationstart", "begin"]) element.dispatchEvent(new Event(type));
          if (element.localName !== "a" || !/^(https?|mailto|file):/.test(element.href)) element.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
        }
        new Promise(done => setTimeout(done, 500));
        """;

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Notebook Everything()
    {
        var notebook = Samples.Notebook([.. Hostile.Html.SelectMany(html => (Cell[])[Samples.Prose(html), Samples.Showing((Mime.Html, html)), Samples.Showing((Mime.Markdown, html)), Samples.Showing((Mime.Text, html)), new(CellKind.Raw, html)]),
            .. Hostile.Svg.Select(svg => Samples.Showing((Mime.Svg, svg), (Mime.Text, svg)))]);
        notebook.Metadata["title"] = "<script>window.pwned=1</script>";
        return notebook;
    }

    [Fact]
    public async Task The_browser_would_tell_if_something_acted()
    {
        await using var browser = await Chromium.StartAsync();
        var page = await browser.OpenAsync(folder.File("control.html", "<!DOCTYPE html><img src=x onerror=\"window.pwned=1\"><img src=\"https://evil.example/a.png\">"));
        await page.UntilAsync("window.pwned === 1");
        Assert.Contains("https://evil.example/a.png", page.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_of_a_hostile_notebook_acts_with_the_policy_or_without_it(bool policy)
    {
        await using var browser = await Chromium.StartAsync();
        var html = HtmlPage.Render(Everything(), new PagePlace(folder.File("hostile.ipynb"), folder.File("page.html")));
        Assert.Contains("Content-Security-Policy", html, StringComparison.Ordinal);
        var page = await browser.OpenAsync(folder.File("page.html", policy ? html : html.Replace("Content-Security-Policy", "X-None", StringComparison.Ordinal)));
        await page.EvaluateAsync(Poke);

        Assert.Null(await page.EvaluateAsync("window.pwned"));
        Assert.Empty(page.Dialogs);
        Assert.Equal([new Uri(folder.File("page.html")).AbsoluteUri], page.Requests);
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('script, iframe, object, embed, form, body svg').length"))!.GetValue<int>());
        Assert.Equal("<script>window.pwned=1</script>", (await page.EvaluateAsync("document.title"))!.GetValue<string>());
        // What the browser built is what was written: no tree became another.
        Assert.Equal(new Uri(folder.File("page.html")).AbsoluteUri, (await page.EvaluateAsync("location.href.split('#')[0]"))!.GetValue<string>());
    }

    [Fact]
    public async Task The_policy_alone_stops_what_would_slip_through()
    {
        await using var browser = await Chromium.StartAsync();
        var html = HtmlPage.Render(Samples.Notebook(Samples.Prose("MARK")), new PagePlace(folder.File("a.ipynb"), folder.File("page.html")) { PlotlyFrame = folder.File("plotly.html") });
        // A policy does not keep a page from leading away; the sanitizer does. And what hides the rest as text would prove nothing.
        var slipped = Hostile.Html.Where(sample => !sample.Contains("refresh", StringComparison.Ordinal) && !sample.Contains("<plaintext", StringComparison.Ordinal));
        var page = await browser.OpenAsync(folder.File("page.html", html.Replace("MARK", string.Concat(slipped), StringComparison.Ordinal)));
        await page.EvaluateAsync(Poke);

        Assert.Null(await page.EvaluateAsync("window.pwned"));
        Assert.Empty(page.Dialogs);
    }

    [Fact]
    public async Task A_figure_is_drawn_when_the_reader_asks_and_its_frame_reaches_nothing()
    {
        await using var browser = await Chromium.StartAsync();
        const string Script = """
            globalThis.Plotly = { newPlot(plot, data, layout) {
              let reach = "nothing";
              try { reach = parent.document.title; } catch { }
              try { new Function("return 1")(); reach = "eval"; } catch { }
              plot.textContent = layout.title.text + " reaches " + reach;
              return Promise.resolve();
            } };
            """;
        var figure = new JsonObject { ["data"] = new JsonArray(), ["layout"] = new JsonObject { ["title"] = new JsonObject { ["text"] = "\"Title\" <b>'&" }, ["width"] = 400, ["height"] = 300 } };
        var page = await OpenFigureAsync(browser, figure, Script);
        Assert.DoesNotContain(page.Requests, request => request.EndsWith("plotly.html", StringComparison.Ordinal));

        await page.EvaluateAsync("document.querySelector('.interactive > summary').click()");
        Assert.Equal("\"Title\" <b>'& reaches nothing", await FrameTextAsync(page));
    }

    [Fact]
    public async Task Plotly_draws_a_hostile_figure_and_nothing_acts()
    {
        var scripts = DataStore.FromEnvironment().Find("plotly");
        Assert.SkipWhen(scripts is null, "plotly.js is not on this machine (./medanomaly data get plotly).");
        await using var browser = await Chromium.StartAsync();
        const string Text = "drawn <a href=\"javascript:top.pwned=1\" xlink:href=\"javascript:alert(1)\" target=\"_top\">x</a><img src=x onerror=\"top.pwned=1;alert(1)\"><script>alert(1)</script>";
        var figure = new JsonObject
        {
            ["data"] = new JsonArray(new JsonObject { ["type"] = "scatter", ["x"] = new JsonArray(1, 2), ["y"] = new JsonArray(1, 2), ["name"] = Text, ["text"] = Text, ["mode"] = "lines+text" }),
            ["layout"] = new JsonObject
            {
                ["width"] = 500, ["height"] = 300, ["title"] = new JsonObject { ["text"] = Text },
                ["images"] = new JsonArray(new JsonObject { ["source"] = "https://evil.example/a.png", ["x"] = 0, ["y"] = 1, ["sizex"] = 1, ["sizey"] = 1 }),
            },
            ["config"] = new JsonObject { ["plotlyServerURL"] = "https://evil.example" },
        };
        var page = await OpenFigureAsync(browser, figure, script: null, scripts!.Folder);
        await page.EvaluateAsync("document.querySelector('.interactive > summary').click()");
        Assert.Contains("drawn", await FrameTextAsync(page), StringComparison.Ordinal);
        var frame = await page.FrameAsync();
        await frame.EvaluateAsync(Poke);

        Assert.Null(await page.EvaluateAsync("window.pwned"));
        Assert.Null(await frame.EvaluateAsync("window.pwned"));
        Assert.Empty(page.Dialogs.Concat(frame.Dialogs));
        Assert.DoesNotContain(page.Requests.Concat(frame.Requests), request => request.Contains("evil", StringComparison.Ordinal));
    }

    async Task<Page> OpenFigureAsync(Chromium browser, JsonObject figure, string? script, string? scripts = null)
    {
        if (script is not null)
        {
            scripts = folder.File("scripts");
            Directory.CreateDirectory(scripts);
            folder.File("scripts/plotly.min.js", script);
            folder.File("scripts/LICENSE", "MIT");
        }
        InteractiveFigure.WriteFrame(folder.File("plotly.html"), scripts!);
        var cell = Samples.Showing((Mime.Plotly, figure), (Mime.Png, Samples.Png), (Mime.Text, "t"));
        return await browser.OpenAsync(folder.File("page.html", HtmlPage.Render(Samples.Notebook(cell), new PagePlace(folder.File("a.ipynb"), folder.File("page.html")) { PlotlyFrame = folder.File("plotly.html") })));
    }

    /// <summary>The text of the page's frame, which has a process of its own.</summary>
    static async Task<string> FrameTextAsync(Page page)
    {
        var frame = await page.FrameAsync();
        await frame.UntilAsync("document.getElementById('plot')?.textContent.length > 0");
        return (await frame.EvaluateAsync("document.getElementById('plot').textContent"))!.GetValue<string>();
    }
}
