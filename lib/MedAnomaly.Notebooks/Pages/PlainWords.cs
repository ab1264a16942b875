using System.Text;
using AngleSharp.Dom;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>What a reader reads of a piece of a page, as one line of text.</summary>
static class PlainWords
{
    /// <summary>The words below <paramref name="element"/>, without a formula's source and the numbers of footnotes.</summary>
    public static string Of(IElement element)
    {
        var words = new StringBuilder();
        Append(words, element);
        return string.Join(' ', words.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    static void Append(StringBuilder words, INode node)
    {
        if (node is IText text) words.Append(text.Data);
        else if (node is not IElement { LocalName: "annotation" } and not IElement { ClassName: "footnote-ref" })
            foreach (var child in node.ChildNodes) Append(words, child);
    }
}
