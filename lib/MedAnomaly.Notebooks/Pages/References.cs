using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>
/// What the pictures and links of one cell refer to. Pictures come into the page itself; one from elsewhere would tell that elsewhere who
/// reads the page, so it is named instead.
/// </summary>
/// <param name="place">Where notebook and page lie; null where nobody knows, and then no file is looked for.</param>
/// <param name="attachments">The cell's own files, each a MIME bundle.</param>
sealed partial class References(PagePlace? place = null, JsonObject? attachments = null)
{
    /// <summary>The alternative text of a picture of which its author says nothing.</summary>
    public const string NoDescription = "Picture without a description";

    const long LargestPicture = 20 << 20;

    /// <summary>Puts pictures into the tree below <paramref name="root"/> and turns its links to where they lead from the page.</summary>
    public void Resolve(IElement root)
    {
        foreach (var image in root.QuerySelectorAll("img")) ResolveImage(image);
        foreach (var link in root.QuerySelectorAll("a[href]")) ResolveLink(link);
    }

    void ResolveImage(IElement image)
    {
        var source = image.GetAttribute("src")?.Trim() ?? "";
        var alt = image.GetAttribute("alt")?.Trim();
        if (Find(source) is not { } picture)
        {
            var absent = image.Owner!.CreateElement("span");
            absent.ClassName = "absent";
            absent.TextContent = $"({Absence(source)}{(string.IsNullOrEmpty(alt) ? "" : $": {alt}")})";
            image.Replace(absent);
            return;
        }
        image.SetAttribute("src", picture.Url);
        image.SetAttribute("alt", string.IsNullOrEmpty(alt) ? NoDescription : alt);
        if (picture is not { Width: { } width, Height: { } height } || image.HasAttribute("width") || image.HasAttribute("height")) return;
        image.SetAttribute("width", FormattableString.Invariant($"{width}"));
        image.SetAttribute("height", FormattableString.Invariant($"{height}"));
    }

    Picture? Find(string source)
    {
        const string Attachment = "attachment:";
        if (source.StartsWith("data:", StringComparison.OrdinalIgnoreCase)) return Picture.OfUrl(source);
        if (source.StartsWith(Attachment, StringComparison.OrdinalIgnoreCase)) return Attached(Uri.UnescapeDataString(source[Attachment.Length..]));
        if (!IsRelative(source) || place?.FileOf(Uri.UnescapeDataString(source.Split('?', '#')[0])) is not { } path) return null;
        return File.Exists(path) && new FileInfo(path).Length <= LargestPicture ? Picture.Of(File.ReadAllBytes(path)) : null;
    }

    Picture? Attached(string name)
    {
        var (type, data) = (attachments?[name] as JsonObject)?.FirstOrDefault(form => form.Key.StartsWith("image/", StringComparison.Ordinal)) ?? default;
        if (Documents.Lines.Join(data) is not { } content) return null;
        return type == Documents.Mime.Svg && content.Contains('<', StringComparison.Ordinal)
            ? Picture.Of(System.Text.Encoding.UTF8.GetBytes(content)) : Picture.OfBase64(content);
    }

    static string Absence(string source) => WebAddress().IsMatch(source) ? "picture elsewhere, not loaded" : "picture not found";

    void ResolveLink(IElement link)
    {
        var href = link.GetAttribute("href")!.Trim();
        // Links within the page are turned when all of its anchors are known.
        if (href.StartsWith('#')) return;
        if (WebAddress().IsMatch(href)) link.SetAttribute("rel", "noopener noreferrer");
        else if (IsRelative(href) && Beside(href) is { } url) link.SetAttribute("href", url);
        else link.RemoveAttribute("href");
    }

    string? Beside(string href)
    {
        // Nothing is known of what lies beside; the link is left as it is.
        if (place is null) return RelativeAddress().IsMatch(href) ? href : null;
        var (path, fragment) = href.Split('#', 2) is [var before, var after] ? (before, after) : (href, "");
        var name = Uri.UnescapeDataString(path.Split('?')[0]);
        if (place.PageOf(name) is not { } page) return place.FileOf(name) is { } file ? place.UrlOf(file) : null;
        return fragment.Length == 0 ? place.UrlOf(page) : $"{place.UrlOf(page)}#{Uri.EscapeDataString(PageAnchors.OfHeading(Uri.UnescapeDataString(fragment)))}";
    }

    static bool IsRelative(string address) => address.Length > 0 && !Scheme().IsMatch(address) && !address.StartsWith("//", StringComparison.Ordinal);

    // A browser passes over controls within a scheme.
    [GeneratedRegex(@"^[^/?#]*:|[\x00-\x1f\\]")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^(https?://[^\s\\\x00-\x1f]+|mailto:[^\s\\\x00-\x1f]+)$", RegexOptions.IgnoreCase)]
    private static partial Regex WebAddress();

    [GeneratedRegex(@"^[\w.~%#][\w.~%/?#&=+,;@()!*-]*$")]
    private static partial Regex RelativeAddress();
}
