using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>What stands on a page, gathered piece by piece: text that the page writes itself, and trees that were cleaned.</summary>
sealed partial class PageBody
{
    readonly StringBuilder text = new();
    readonly List<(int At, IElement Root)> trees = [];

    /// <summary>The page's anchors.</summary>
    public PageAnchors Anchors { get; } = new();

    /// <summary>Adds HTML of the page's own.</summary>
    public PageBody Append(string html)
    {
        text.Append(html);
        return this;
    }

    /// <summary>Adds what is below <paramref name="root"/>.</summary>
    /// <param name="root">A cleaned tree.</param>
    /// <param name="headings">Whether its headings are the page's.</param>
    public PageBody Append(IElement root, bool headings = false)
    {
        Anchors.Adopt(root, headings);
        foreach (var code in root.QuerySelectorAll("pre > code.language-csharp, pre > code.language-cs, pre > code.language-c\\#"))
            code.InnerHtml = CSharpHighlighter.Highlight(code.TextContent);
        // On a narrow screen a wide table scrolls, and not the page.
        foreach (var table in root.QuerySelectorAll("table").Where(table => table.ParentElement?.Closest("table") is null))
        {
            var scroll = table.Owner!.CreateElement("div");
            scroll.ClassName = OwnColours().IsMatch(table.OuterHtml) ? "scroll own-colours" : "scroll";
            scroll.SetAttribute("tabindex", "0");
            table.Replace(scroll);
            scroll.AppendChild(table);
        }
        trees.Add((text.Length, root));
        return this;
    }

    /// <summary>All of it; to be called once, at the end.</summary>
    public string ToHtml()
    {
        Anchors.Link();
        foreach (var heading in trees.SelectMany(tree => tree.Root.QuerySelectorAll("h1[id^='sec-'], h2[id^='sec-'], h3[id^='sec-'], h4[id^='sec-']")))
        {
            var link = heading.Owner!.CreateElement("a");
            link.ClassName = "anchor";
            link.SetAttribute("href", "#" + Uri.EscapeDataString(heading.Id!));
            link.SetAttribute("aria-label", "Link to this section");
            link.TextContent = "#";
            heading.AppendChild(link);
        }
        var html = new StringBuilder();
        var from = 0;
        foreach (var (at, root) in trees)
        {
            html.Append(text.ToString(from, at - from)).Append(root.InnerHtml);
            from = at;
        }
        return html.Append(text.ToString(from, text.Length - from)).ToString();
    }

    // Written for a white page, as most front ends are.
    [GeneratedRegex(@"style=""[^""]*(?<![\w-])(color|background(-color)?): ", RegexOptions.IgnoreCase)]
    private static partial Regex OwnColours();
}
