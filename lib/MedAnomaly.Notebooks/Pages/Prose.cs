using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using MedAnomaly.Notebooks.Pages.Formulas;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Markdown as HTML that can do no harm.</summary>
static partial class Prose
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseGridTables().UseEmphasisExtras().UseFootnotes().UseTaskLists().UseAutoLinks().UseDefinitionLists().Use<FormulaExtension>()
        .UseAutoIdentifiers(Markdig.Extensions.AutoIdentifiers.AutoIdentifierOptions.GitHub).Build();

    /// <summary><paramref name="markdown"/> as HTML; pictures named <c>attachment:</c> come from <paramref name="attachments"/>.</summary>
    public static string ToHtml(string markdown, JsonObject? attachments = null) =>
        HtmlSanitizer.Sanitize(Embed(Markdown.ToHtml(markdown, Pipeline), attachments));

    static string Embed(string html, JsonObject? attachments) => attachments is null ? html : Attachment().Replace(html, match =>
    {
        var bundle = attachments[Uri.UnescapeDataString(System.Net.WebUtility.HtmlDecode(match.Groups[1].Value))] as JsonObject;
        var (type, data) = bundle?.FirstOrDefault(form => form.Key.StartsWith("image/", StringComparison.Ordinal)) ?? default;
        return Documents.Lines.Join(data) is { } base64 ? $"src=\"data:{type};base64,{base64}\"" : match.Value;
    });

    [GeneratedRegex("src=\"attachment:([^\"]*)\"")]
    private static partial Regex Attachment();
}
