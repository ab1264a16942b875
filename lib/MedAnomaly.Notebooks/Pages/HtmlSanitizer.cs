using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>
/// Keeps of a notebook's HTML what shows something and drops what does something: no script, no handler, no form, nothing from the
/// network. What is not on the list is dropped.
/// </summary>
static partial class HtmlSanitizer
{
    static readonly HashSet<string> Elements = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em",
        "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp",
        "section", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
        "math", "semantics", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac",
        "msqrt", "mroot", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom", "menclose", "annotation",
    };

    // What they hold is no text for readers either.
    static readonly HashSet<string> DroppedWhole = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "iframe", "object", "embed", "template", "noscript", "svg", "form", "input", "button", "select", "textarea", "link", "meta", "base",
        "title", "head", "applet", "frame", "frameset", "audio", "video", "canvas", "portal", "annotation-xml",
    };

    static readonly HashSet<string> Attributes = new(StringComparer.OrdinalIgnoreCase)
    {
        "alt", "class", "colspan", "dir", "height", "href", "id", "lang", "open", "rowspan", "scope", "span", "src", "start", "style", "title", "width",
        "align", "valign", "display", "mathvariant", "stretchy", "accent", "accentunder", "columnalign", "fence", "separator", "lspace", "rspace", "notation",
        "alttext", "displaystyle", "encoding", "form", "linethickness", "maxsize", "minsize", "movablelimits", "symmetric",
    };

    /// <summary>What may stay of <paramref name="html"/>.</summary>
    public static string Sanitize(string html)
    {
        var document = new HtmlParser().ParseDocument("<!DOCTYPE html><body></body>");
        var body = document.Body!;
        body.InnerHtml = html;
        Clean(body);
        return body.InnerHtml;
    }

    static void Clean(INode parent)
    {
        foreach (var child in parent.ChildNodes.ToArray())
        {
            if (child is not IElement element)
            {
                if (child is not IText) parent.RemoveChild(child);
                continue;
            }
            // Of annotations only a formula's source, which browsers do not show; one in another format may be anything.
            if (DroppedWhole.Contains(element.LocalName) || (element.LocalName == "annotation" && element.GetAttribute("encoding") != "application/x-tex"))
            {
                element.Remove();
                continue;
            }
            Clean(element);
            if (Elements.Contains(element.LocalName)) CleanAttributes(element);
            else element.Replace([.. element.ChildNodes]);
        }
    }

    static void CleanAttributes(IElement element)
    {
        foreach (var attribute in element.Attributes.ToArray())
        {
            var keep = Attributes.Contains(attribute.Name) && attribute.Name.ToLowerInvariant() switch
            {
                "href" => Link().IsMatch(attribute.Value),
                "src" => EmbeddedImage().IsMatch(attribute.Value),
                "style" => !DangerousStyle().IsMatch(attribute.Value),
                _ => true,
            };
            if (!keep) element.RemoveAttribute(attribute.Name);
        }
        if (element.LocalName == "a" && element.HasAttribute("href")) element.SetAttribute("rel", "noopener noreferrer");
        // A picture from elsewhere would tell that elsewhere who reads the page.
        if (element.LocalName == "img" && !element.HasAttribute("src")) element.Replace(element.Owner!.CreateTextNode(element.GetAttribute("alt") ?? "(image)"));
    }

    [GeneratedRegex(@"^(https?://[^\s\\\x00-\x1f]+|mailto:[^\s\\\x00-\x1f]+|[\w.~%#][\w.~%/?#&=+,;@()!*-]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*$", RegexOptions.IgnoreCase)]
    private static partial Regex EmbeddedImage();

    // An escape could spell any of the words anew.
    [GeneratedRegex(@"url|expression|import|behavior|binding|position|\\|/\*|javascript|<", RegexOptions.IgnoreCase)]
    private static partial Regex DangerousStyle();
}
