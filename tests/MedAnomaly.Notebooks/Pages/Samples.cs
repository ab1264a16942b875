using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

/// <summary>Small notebooks and what is in them.</summary>
static class Samples
{
    /// <summary>A PNG of one pixel.</summary>
    public const string Png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    public static Notebook Notebook(params Cell[] cells)
    {
        var notebook = new Notebook();
        notebook.Cells.AddRange(cells);
        return notebook;
    }

    public static string Page(params Cell[] cells) => HtmlPage.Render(Notebook(cells));

    public static Cell Prose(string markdown) => new(CellKind.Markdown, markdown);

    public static Cell Showing(params (string Mime, JsonNode? Content)[] forms) =>
        new(CellKind.Code, "x") { ExecutionCount = 1, Outputs = { new DisplayOutput(new(forms.Select(form => KeyValuePair.Create(form.Mime, form.Content))), []) } };

    public static AngleSharp.Dom.IDocument Parse(string page) => new AngleSharp.Html.Parser.HtmlParser().ParseDocument(page);
}
