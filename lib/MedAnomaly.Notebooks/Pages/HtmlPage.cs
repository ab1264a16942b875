using System.Globalization;
using System.Net;
using System.Text;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A notebook as one HTML file that needs no network and runs no script: nothing in the notebook can act on its reader.</summary>
public static class HtmlPage
{
    // The page forbids scripts to itself as well, should anything slip through.
    const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    /// <summary>The page for <paramref name="notebook"/>.</summary>
    public static string Render(Notebook notebook)
    {
        var title = WebUtility.HtmlEncode(notebook.Title ?? "Notebook");
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <title>{title}</title>
            <style>{PageStyle.Css}</style>
            </head>
            <body>
            <main>

            """);
        foreach (var cell in notebook.Cells) Append(html, cell);
        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    static void Append(StringBuilder html, Cell cell)
    {
        switch (cell.Kind)
        {
            case CellKind.Markdown:
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"prose\">{Prose.ToHtml(cell.Source, cell.Attachments)}</section>\n");
                break;
            case CellKind.Raw:
                html.Append(CultureInfo.InvariantCulture, $"<section><pre class=\"raw\">{WebUtility.HtmlEncode(cell.Source)}</pre></section>\n");
                break;
            case CellKind.Code when !cell.IsBlank || cell.Outputs.Count > 0:
                html.Append("<section class=\"code\">\n");
                AppendInput(html, cell);
                foreach (var output in cell.Outputs) html.Append("<div class=\"output\">").Append(OutputView.ToHtml(output)).Append("</div>\n");
                html.Append("</section>\n");
                break;
        }
    }

    static void AppendInput(StringBuilder html, Cell cell)
    {
        var code = $"<pre class=\"input\"><code>{CSharpHighlighter.Highlight(cell.Source)}</code></pre>";
        var number = cell.ExecutionCount is { } count ? FormattableString.Invariant($"[{count}]") : "[ ]";
        html.Append(cell.IsSourceHidden
            ? $"<details><summary>Code {number}</summary>{code}</details>\n"
            : $"<div class=\"prompt\">{number}</div>{code}\n");
    }
}
