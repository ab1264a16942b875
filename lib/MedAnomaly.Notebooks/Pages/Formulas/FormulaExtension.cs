using Markdig;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>
/// Formulae in Markdown, by the rules of Jupyter and pandoc. Markdig's own extension has others: it takes <c>$ 5 and 6 $</c> for a
/// formula, leaves <c>3$\times$</c> and a formula of several lines alone, and lets an open <c>$$</c> swallow the rest of the text.
/// </summary>
sealed class FormulaExtension : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.InlineParsers.Insert(0, new FormulaInlineParser());
        pipeline.BlockParsers.Insert(0, new FormulaBlockParser());
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        if (renderer is not HtmlRenderer html) return;
        html.ObjectRenderers.Add(new InlineRenderer());
        html.ObjectRenderers.Add(new BlockRenderer());
    }

    sealed class InlineRenderer : HtmlObjectRenderer<FormulaInline>
    {
        protected override void Write(HtmlRenderer renderer, FormulaInline formula) =>
            renderer.Write(Formula.ToHtml(formula.Tex, formula.IsDisplay));
    }

    sealed class BlockRenderer : HtmlObjectRenderer<FormulaBlock>
    {
        protected override void Write(HtmlRenderer renderer, FormulaBlock formula) =>
            renderer.EnsureLine().Write("<div class=\"formula\">").Write(Formula.ToHtml(formula.Tex, display: true)).WriteLine("</div>");
    }
}

/// <summary>A formula within a paragraph.</summary>
sealed class FormulaInline(string tex, bool isDisplay) : LeafInline
{
    public string Tex => tex;

    public bool IsDisplay => isDisplay;
}

/// <summary>
/// Reads <c>$...$</c>: no space after the opening dollar, none before the closing one and no digit after it, so that prices stay
/// prices; and <c>$$...$$</c>. A backtick inside means that the dollars belong to code.
/// </summary>
sealed class FormulaInlineParser : InlineParser
{
    public FormulaInlineParser() => OpeningCharacters = ['$'];

    public override bool Match(InlineProcessor processor, ref StringSlice slice)
    {
        var dollars = slice.PeekChar() == '$' ? 2 : 1;
        var start = slice.Start + dollars;
        var closing = Dollars.Find(slice.Text, start, dollars, slice.End + 1);
        if (closing < 0) return false;
        var tex = slice.Text[start..closing];
        var next = closing < slice.End ? slice.Text[closing + 1] : '\0';
        if (string.IsNullOrWhiteSpace(tex) || (dollars == 1 && !IsFormula(tex, next))) return false;
        processor.Inline = new FormulaInline(tex, dollars == 2);
        slice.Start = closing + dollars;
        return true;
    }

    static bool IsFormula(string tex, char next) =>
        !char.IsWhiteSpace(tex[0]) && !char.IsWhiteSpace(tex[^1]) && !char.IsAsciiDigit(next)
        && !tex.Contains('`', StringComparison.Ordinal);
}
