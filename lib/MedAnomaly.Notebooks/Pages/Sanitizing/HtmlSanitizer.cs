using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace MedAnomaly.Notebooks.Pages.Sanitizing;

/// <summary>
/// Keeps of a notebook's HTML what shows something and drops what does something: no script, no handler, no form, nothing from the
/// network. What is not on the lists is dropped.
/// </summary>
static partial class HtmlSanitizer
{
    // Browsers flatten what is nested deeper than 512, so a page would become another tree than the one that was looked at.
    const int Deepest = 200;

    const int MostPasses = 5;

    static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
        "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
        "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
    };

    // Only within a formula. What a parser would read as HTML there (a mglyph, an annotation in HTML) is how one tree becomes another.
    static readonly HashSet<string> MathElements = new(StringComparer.Ordinal)
    {
        "math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac",
        "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "annotation",
    };

    // What they hold is no text for readers either.
    static readonly HashSet<string> DroppedWhole = new(StringComparer.Ordinal)
    {
        "script", "style", "iframe", "object", "embed", "template", "noscript", "form", "input", "button", "select", "textarea", "link", "meta", "base",
        "title", "head", "applet", "frame", "frameset", "audio", "video", "canvas", "portal", "annotation-xml", "xmp", "noembed", "noframes", "plaintext",
    };

    static readonly HashSet<string> Attributes = new(StringComparer.Ordinal)
    {
        "alt", "class", "colspan", "dir", "height", "href", "id", "lang", "open", "rowspan", "scope", "span", "src", "start", "style", "title", "width",
        "align", "valign",
    };

    static readonly HashSet<string> MathAttributes = new(StringComparer.Ordinal)
    {
        "class", "dir", "height", "style", "title", "width", "display", "mathvariant", "stretchy", "accent", "accentunder", "columnalign", "fence",
        "separator", "lspace", "rspace", "notation", "alttext", "displaystyle", "encoding", "form", "linethickness", "maxsize", "minsize",
        "movablelimits", "symmetric", "rowspan", "columnspan", "depth", "voffset",
    };

    /// <summary>
    /// The body of a document that holds what may stay of <paramref name="html"/>. Written as text and read again, it is the same tree;
    /// what would become another one is shown as text.
    /// </summary>
    /// <param name="html">Anything.</param>
    /// <param name="references">What its pictures and links refer to.</param>
    public static IElement Sanitize(string html, References references)
    {
        var body = new HtmlParser().ParseDocument("<!DOCTYPE html><body></body>").Body!;
        var text = html;
        for (var pass = 0; pass < MostPasses; pass++)
        {
            body.InnerHtml = text;
            Cut(body);
            CleanChildren(body);
            var clean = body.InnerHtml;
            if (clean == text)
            {
                references.Resolve(body);
                return body;
            }
            text = clean;
        }
        body.TextContent = html;
        return body;
    }

    /// <summary>Removes what is nested too deeply, without recursion.</summary>
    static void Cut(INode root)
    {
        var level = new List<INode> { root };
        for (var depth = 0; level.Count > 0; depth++)
        {
            var next = new List<INode>();
            foreach (var node in level)
            {
                if (depth < Deepest) next.AddRange(node.ChildNodes);
                else while (node.FirstChild is { } child) node.RemoveChild(child);
            }
            level = next;
        }
    }

    static void CleanChildren(INode parent)
    {
        foreach (var child in parent.ChildNodes.ToArray())
        {
            if (child is IElement element) Clean(element);
            else if (child is not IText) parent.RemoveChild(child);
        }
    }

    static void Clean(IElement element)
    {
        var name = element.LocalName;
        if (element.NamespaceUri == NamespaceNames.MathMlUri)
        {
            CleanMath(element);
        }
        else if (element.NamespaceUri == NamespaceNames.SvgUri)
        {
            // An image cannot act whatever it holds, and is cleaned nonetheless.
            if (name == "svg" && SvgSanitizer.Sanitize(element) is { } svg) element.Replace(Image(element.Owner!, svg));
            else element.Remove();
        }
        else if (name == "input" && element.GetAttribute("type")?.ToLowerInvariant() == "checkbox")
        {
            element.Replace(element.Owner!.CreateTextNode(element.HasAttribute("checked") ? "☑" : "☐"));
        }
        else if (DroppedWhole.Contains(name) || element.NamespaceUri != NamespaceNames.HtmlUri)
        {
            element.Remove();
        }
        else
        {
            CleanChildren(element);
            // The older way to make an anchor.
            if (name == "a" && !element.HasAttribute("id") && element.GetAttribute("name") is { } anchor) element.SetAttribute("id", anchor);
            if (Elements.Contains(name)) CleanAttributes(element, Attributes);
            else element.Replace([.. element.ChildNodes]);
        }
    }

    static void CleanMath(IElement element)
    {
        // Of annotations only a formula's source, which browsers do not show; one in another format may be anything.
        var keep = MathElements.Contains(element.LocalName) && element.Children.All(child => child.NamespaceUri == NamespaceNames.MathMlUri)
            && (element.LocalName != "annotation" || (element.GetAttribute("encoding") == "application/x-tex" && element.ChildElementCount == 0))
            && (element.LocalName == "math") == (element.ParentElement?.NamespaceUri != NamespaceNames.MathMlUri);
        if (!keep)
        {
            element.Remove();
            return;
        }
        CleanChildren(element);
        CleanAttributes(element, MathAttributes);
    }

    static void CleanAttributes(IElement element, HashSet<string> known)
    {
        foreach (var attribute in element.Attributes.ToArray())
        {
            var value = attribute.NamespaceUri is null && known.Contains(attribute.Name) ? Value(element, attribute) : null;
            if (value is null) element.RemoveAttribute(attribute.NamespaceUri!, attribute.LocalName);
            else if (value != attribute.Value) attribute.Value = value;
        }
    }

    static string? Value(IElement element, IAttr attribute) => attribute.Name switch
    {
        "style" => StyleFilter.Filter(attribute.Value),
        "class" => KnownClasses(attribute.Value),
        "href" => element.LocalName == "a" ? attribute.Value : null,
        "src" => element.LocalName == "img" ? attribute.Value : null,
        "width" or "height" or "colspan" or "rowspan" or "span" or "start" => Number().IsMatch(attribute.Value) ? attribute.Value : null,
        _ => attribute.Value,
    };

    static string? KnownClasses(string names)
    {
        var known = names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Where(name => KnownClass().IsMatch(name)).ToList();
        return known.Count > 0 ? string.Join(' ', known) : null;
    }

    static IElement Image(IDocument document, string svg)
    {
        var image = document.CreateElement("img");
        image.SetAttribute("src", Picture.SvgUrl(svg));
        return image;
    }

    // What Markdown and the formulae are dressed with; any other class is the page's own.
    [GeneratedRegex(@"^(footnotes|footnote-ref|footnote-back-ref|task-list-item|contains-task-list|formula|math-unknown|language-[\w+#-]+)$")]
    private static partial Regex KnownClass();

    [GeneratedRegex(@"^-?[0-9]{1,5}(\.[0-9]{1,6})?(px|em|ex|%)?$")]
    private static partial Regex Number();
}
