using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using AngleSharp.Dom;
using AngleSharp.Xhtml;

namespace MedAnomaly.Notebooks.Pages.Sanitizing;

/// <summary>
/// Keeps of an SVG drawing what draws. Pages show it as an image, in which browsers run nothing and load nothing; but an image may be
/// opened by itself.
/// </summary>
static partial class SvgSanitizer
{
    const string Svg = "http://www.w3.org/2000/svg", XLink = "http://www.w3.org/1999/xlink";
    const int Deepest = 200;

    static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "svg", "g", "defs", "symbol", "use", "title", "desc", "style", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan",
        "textPath", "image", "clipPath", "mask", "pattern", "marker", "linearGradient", "radialGradient", "stop", "filter", "feBlend", "feColorMatrix",
        "feComponentTransfer", "feComposite", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur", "feMerge", "feMergeNode",
        "feMorphology", "feOffset", "switch",
    };

    /// <summary>The drawing that may stay of <paramref name="xml"/>; null where it is no SVG.</summary>
    public static string? Sanitize(string xml)
    {
        XDocument document;
        try
        {
            // A document type may define entities without end; matplotlib writes one that defines none.
            using var reader = XmlReader.Create(new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null });
            document = XDocument.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
        if (document.Root is not { } root || root.Name != XName.Get("svg", Svg)) return null;
        foreach (var element in root.DescendantsAndSelf().ToList())
        {
            if (element.Document is null) continue;
            if (!Keeps(element)) element.Remove();
            else element.Attributes().Where(attribute => !Keeps(attribute)).Remove();
        }
        root.DescendantNodes().Where(node => node is XComment or XProcessingInstruction).Remove();
        return root.ToString(SaveOptions.DisableFormatting);
    }

    /// <summary>The same of a drawing within HTML.</summary>
    public static string? Sanitize(IElement svg)
    {
        using var writer = new StringWriter();
        svg.ToHtml(writer, XhtmlMarkupFormatter.Instance);
        var text = writer.ToString();
        return Sanitize(text.Contains($"xmlns=\"{Svg}\"", StringComparison.Ordinal) ? text : $"<svg xmlns=\"{Svg}\" xmlns:xlink=\"{XLink}\"{text["<svg".Length..]}");
    }

    static bool Keeps(XElement element) => element.Name.NamespaceName == Svg && Elements.Contains(element.Name.LocalName)
        && (element.Name.LocalName != "style" || IsHarmless(element.Value)) && element.Ancestors().Take(Deepest).Count() < Deepest;

    static bool Keeps(XAttribute attribute)
    {
        if (attribute.IsNamespaceDeclaration) return attribute.Value is Svg or XLink;
        if (attribute.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)) return false;
        if (attribute.Name.LocalName == "href")
            return attribute.Name.NamespaceName is "" or XLink && (attribute.Value.StartsWith('#') || Picture.IsRasterUrl(attribute.Value));
        return attribute.Name.NamespaceName == "" && IsHarmless(attribute.Value);
    }

    // Within the drawing a gradient or a clip is named by url(#...).
    static bool IsHarmless(string text) => !Harm().IsMatch(OwnReference().Replace(text, ""));

    [GeneratedRegex(@"url\s*\(\s*(['""]?)#[\w.:-]+\1\s*\)", RegexOptions.IgnoreCase)]
    private static partial Regex OwnReference();

    [GeneratedRegex(@"url|expression|@|javascript|behavior|binding|\\|<", RegexOptions.IgnoreCase)]
    private static partial Regex Harm();
}
