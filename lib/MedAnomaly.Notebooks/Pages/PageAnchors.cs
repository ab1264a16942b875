using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>A heading of a page.</summary>
/// <param name="Level">1 to 6.</param>
/// <param name="Text">Its words.</param>
/// <param name="Anchor">Its id.</param>
sealed record PageHeading(int Level, string Text, string Anchor);

/// <summary>
/// The anchors of one page. A heading's anchor follows from its words, as on GitHub, so that it stays when the notebook grows. All have a
/// prefix: no name that a notebook chooses can take the place of something of the page's or the browser's.
/// </summary>
sealed class PageAnchors
{
    const string HeadingPrefix = "sec-", AuthorPrefix = "user-";

    readonly HashSet<string> taken = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> authored = new(StringComparer.Ordinal);
    readonly List<(IElement Root, Dictionary<string, string> Own)> roots = [];

    /// <summary>The headings of the prose, first to last.</summary>
    public List<PageHeading> Headings { get; } = [];

    /// <summary>The anchor of a heading with these words, or of what a link calls it; the first one on a page has it.</summary>
    public static string OfHeading(string words)
    {
        var slug = new StringBuilder(HeadingPrefix);
        foreach (var c in words.Trim())
        {
            if (char.IsLetterOrDigit(c) || c is '_' or '-') slug.Append(char.ToLowerInvariant(c));
            else if (c == ' ') slug.Append('-');
        }
        return slug.Length > HeadingPrefix.Length ? slug.ToString() : HeadingPrefix + "section";
    }

    /// <summary>Gives what is below <paramref name="root"/> anchors of this page.</summary>
    /// <param name="root">A cleaned tree.</param>
    /// <param name="headings">Whether its headings are the page's.</param>
    public void Adopt(IElement root, bool headings)
    {
        var own = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var element in root.QuerySelectorAll("*"))
        {
            var level = headings && element.LocalName is ['h', >= '1' and <= '6' and var digit] ? digit - '0' : 0;
            var name = element.GetAttribute("id") is { Length: > 0 } given ? given : null;
            if (level == 0 && name is null) continue;
            var text = level > 0 ? PlainWords.Of(element) : "";
            var anchor = Free(level > 0 ? OfHeading(text) : AuthorPrefix + name);
            element.Id = anchor;
            if (name is not null)
            {
                own.TryAdd(name, anchor);
                authored.TryAdd(name, anchor);
            }
            if (level > 0) Headings.Add(new(level, text, anchor));
        }
        roots.Add((root, own));
    }

    /// <summary>Turns the links within the page to where they lead: the same cell first (footnotes of two cells share their numbers), then any.</summary>
    public void Link()
    {
        foreach (var (root, own) in roots)
        {
            foreach (var link in root.QuerySelectorAll("a[href^='#']"))
            {
                var name = Uri.UnescapeDataString(link.GetAttribute("href")![1..]);
                var anchor = own.GetValueOrDefault(name) ?? authored.GetValueOrDefault(name) ?? OfHeading(name);
                if (taken.Contains(anchor)) link.SetAttribute("href", "#" + Uri.EscapeDataString(anchor));
                else link.RemoveAttribute("href");
            }
        }
    }

    string Free(string anchor)
    {
        var free = anchor;
        for (var count = 1; !taken.Add(free); count++) free = string.Create(CultureInfo.InvariantCulture, $"{anchor}-{count}");
        return free;
    }
}
