using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>A formula with lines of its own.</summary>
sealed class FormulaBlock(BlockParser parser, int end) : LeafBlock(parser)
{
    /// <summary>Where in the document it ends.</summary>
    public int DocumentEnd => end;

    public string Tex
    {
        get
        {
            var text = Lines.ToString().Trim();
            if (!text.StartsWith("$$", StringComparison.Ordinal)) return text;
            return text.EndsWith("$$", StringComparison.Ordinal) && text.Length >= 4 ? text[2..^2] : text[2..];
        }
    }
}

/// <summary>
/// Reads lines from <c>$$</c> to <c>$$</c>, or from a bare <c>\begin{name}</c> to its <c>\end{name}</c>, before Markdown takes a line's
/// plus for a list. Its end must stand at the end of a line, before any blank one; otherwise the lines are prose.
/// </summary>
sealed class FormulaBlockParser : BlockParser
{
    // Bounds the search for the end, which otherwise a long text of many beginnings would repeat without end.
    const int LongestFormula = 10_000;

    const string Begin = "\\begin{";

    public FormulaBlockParser() => OpeningCharacters = ['$', '\\'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        if (processor.IsCodeIndent) return BlockState.None;
        var (text, start) = (processor.Line.Text, processor.Line.Start);
        if (End(text, start) is not { } end) return BlockState.None;
        processor.NewBlocks.Push(new FormulaBlock(this, end) { Column = processor.Column, Span = new SourceSpan(start, end - 1) });
        return processor.Line.End + 1 >= end ? BlockState.Break : BlockState.Continue;
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block) =>
        processor.Line.End + 1 >= ((FormulaBlock)block).DocumentEnd ? BlockState.Break : BlockState.Continue;

    static int? End(string text, int start)
    {
        var bound = Math.Min(text.Length, start + LongestFormula);
        int end;
        if (string.CompareOrdinal(text, start, "$$", 0, 2) == 0)
        {
            end = Dollars.Find(text, start + 2, 2, bound) + 2;
            if (end < start + 4 || string.IsNullOrWhiteSpace(text[(start + 2)..(end - 2)])) return null;
        }
        else if (string.CompareOrdinal(text, start, Begin, 0, Begin.Length) == 0)
        {
            end = EndOfEnvironment(text, start, bound);
            if (end < 0) return null;
        }
        else
        {
            return null;
        }
        var rest = text.AsSpan(end);
        var line = rest.IndexOf('\n');
        return (line < 0 ? rest : rest[..line]).IsWhiteSpace() && !HasBlankLine(text[start..end]) ? end : null;
    }

    static int EndOfEnvironment(string text, int start, int bound)
    {
        var brace = text.IndexOf('}', start, bound - start);
        if (brace < 0) return -1;
        var beginning = text[start..(brace + 1)];
        var ending = "\\end{" + beginning[Begin.Length..];
        var open = 0;
        for (var at = start; at < bound; at++)
        {
            if (text[at] != '\\') continue;
            if (string.CompareOrdinal(text, at, beginning, 0, beginning.Length) == 0) open++;
            else if (string.CompareOrdinal(text, at, ending, 0, ending.Length) == 0 && --open == 0) return at + ending.Length;
        }
        return -1;
    }

    static bool HasBlankLine(string text)
    {
        var lines = text.Split('\n');
        return lines.Length > 2 && lines[1..^1].Any(string.IsNullOrWhiteSpace);
    }
}
