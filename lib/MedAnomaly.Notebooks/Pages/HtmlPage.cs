using System.Net;
using System.Text;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A notebook as one HTML file that needs no network and runs nothing of the notebook, which so cannot act on its reader.</summary>
public static class HtmlPage
{
    /// <summary>The page for <paramref name="notebook"/>.</summary>
    /// <param name="notebook">What to show.</param>
    /// <param name="place">Where notebook and page lie; null where nobody knows, and then nothing beside the page is referred to.</param>
    public static string Render(Notebook notebook, PagePlace? place = null)
    {
        notebook.EnsureIds();
        var body = new PageBody();
        var outputs = new OutputView(body, place);
        foreach (var cell in notebook.Cells) Append(body, outputs, cell, place, IsCSharp(notebook, cell));
        var html = body.ToHtml();
        var summary = NotebookSummary.Of(notebook, place is null ? "Notebook" : Path.GetFileNameWithoutExtension(place.Source));
        return PageFrame.Around(summary.Title, "notebook", $"""
            {Contents(body.Anchors.Headings)}
            <main>
            <header>{Back(place)}{PageFacts.ToHtml(summary, place?.Data ?? [])}</header>
            {html}</main>
            {Footer(notebook, place)}
            """, interactive: place?.PlotlyFrame is not null);
    }

    static void Append(PageBody body, OutputView outputs, Cell cell, PagePlace? place, bool isCSharp)
    {
        var anchor = "cell-" + Uri.EscapeDataString(cell.Id!);
        switch (cell.Kind)
        {
            case CellKind.Markdown:
                body.Append($"<section class=\"prose\" id=\"{anchor}\">")
                    .Append(Prose.ToTree(cell.Source, new(place, cell.Attachments)), headings: true).Append("</section>\n");
                break;
            case CellKind.Raw:
                body.Append($"<section class=\"raw\" id=\"{anchor}\"><pre tabindex=\"0\">{WebUtility.HtmlEncode(cell.Source)}</pre></section>\n");
                break;
            case CellKind.Code when !cell.IsBlank || cell.Outputs.Count > 0:
                body.Append($"<section class=\"code\" id=\"{anchor}\">\n{Source(cell, anchor, isCSharp)}");
                foreach (var output in cell.Outputs) outputs.Append(output, cell);
                body.Append("</section>\n");
                break;
        }
    }

    // Folded by the browser itself, so that it works without scripts.
    static string Source(Cell cell, string anchor, bool isCSharp)
    {
        var number = cell.ExecutionCount is { } count ? FormattableString.Invariant($"[{count}]") : "[ ]";
        var name = cell.HasTag(CellTags.InjectedParameters) ? "Parameters of this run" : cell.HasTag(CellTags.Parameters) ? "Parameters" : "Code";
        var code = isCSharp ? CSharpHighlighter.Highlight(cell.Source) : WebUtility.HtmlEncode(cell.Source);
        return $"<details class=\"source\"{(cell.IsSourceHidden ? "" : " open")}><summary>{name} <a href=\"#{anchor}\">{number}</a></summary>"
            + $"<pre class=\"input\" tabindex=\"0\"><code>{code}</code></pre></details>\n";
    }

    static bool IsCSharp(Notebook notebook, Cell cell)
    {
        var language = Noted(notebook, "language_info", "name") ?? Noted(notebook, "kernelspec", "language") ?? "C#";
        return cell.Language == Cell.DefaultLanguage && language.ToLowerInvariant() is "c#" or "csharp" or "polyglot-notebook";
    }

    static string? Noted(Notebook notebook, string owner, string key) => (notebook.Metadata[owner] as System.Text.Json.Nodes.JsonObject)?[key]?.ToString();

    static string Contents(List<PageHeading> headings)
    {
        // The first heading is the page's title.
        var entries = headings.Where((heading, i) => heading.Level <= 3 && !(i == 0 && heading.Level == 1)).ToList();
        if (entries.Count < 2) return "";
        var least = entries.Min(heading => heading.Level);
        var list = new StringBuilder("<nav class=\"contents\" aria-label=\"Contents\"><details><summary>Contents</summary><ul>\n");
        foreach (var heading in entries)
        {
            var link = $"<a href=\"#{Uri.EscapeDataString(heading.Anchor)}\">{WebUtility.HtmlEncode(heading.Text)}</a>";
            list.Append(FormattableString.Invariant($"<li class=\"level-{heading.Level - least}\">{link}</li>\n"));
        }
        return list.Append("</ul></details></nav>").ToString();
    }

    static string Back(PagePlace? place) =>
        place?.Gallery is { } gallery ? $"<p class=\"back\"><a href=\"{place.UrlOf(gallery)}\">All notebooks</a></p>" : "";

    static string Footer(Notebook notebook, PagePlace? place)
    {
        var still = InteractiveFigure.IsIn(notebook) && place?.PlotlyFrame is null
            ? " Its figures are pictures only: plotly.js, which makes them interactive, was not at hand when it was made." : "";
        var source = place is null ? "a notebook" : $"<code>{WebUtility.HtmlEncode(Path.GetFileName(place.Source))}</code>";
        return $"<footer>Made from {source} by MedAnomaly. Nothing of the notebook runs here, and the page asks nothing of the network.{still}</footer>";
    }
}
