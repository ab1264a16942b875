using AngleSharp.Dom;
using Markdig;
using MedAnomaly.Notebooks.Pages.Formulas;
using MedAnomaly.Notebooks.Pages.Sanitizing;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Markdown as HTML that can do no harm.</summary>
static class Prose
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseGridTables().UseEmphasisExtras().UseFootnotes().UseTaskLists().UseAutoLinks().UseDefinitionLists().Use<FormulaExtension>().Build();

    /// <summary><paramref name="markdown"/> as HTML that refers to nothing beside it.</summary>
    public static string ToHtml(string markdown) => ToTree(markdown, new()).InnerHtml;

    /// <summary>A body that holds <paramref name="markdown"/>.</summary>
    /// <param name="markdown">Prose.</param>
    /// <param name="references">What its pictures and links refer to.</param>
    public static IElement ToTree(string markdown, References references)
    {
        string html;
        try
        {
            html = Markdown.ToHtml(markdown, Pipeline);
        }
        catch (ArgumentException fault) when (fault.Message.Contains("too deeply nested", StringComparison.Ordinal))
        {
            html = $"<p>This text is nested too deeply to be set:</p><pre>{System.Net.WebUtility.HtmlEncode(markdown)}</pre>";
        }
        return HtmlSanitizer.Sanitize(html, references);
    }
}
