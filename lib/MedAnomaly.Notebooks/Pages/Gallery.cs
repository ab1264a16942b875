using System.Net;
using System.Text;
using MedAnomaly.Images;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>The page that leads to all notebooks.</summary>
static class Gallery
{
    // Twice the width at which a card shows it.
    const int ThumbnailWidth = 640;

    /// <summary>The gallery at <paramref name="path"/>.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="notebooks">The pages, in the order in which they are shown, grouped by their folder.</param>
    public static string Render(string path, IReadOnlyList<(NotebookSummary Summary, PagePlace Place)> notebooks)
    {
        var html = new StringBuilder("<main>\n<header><h1>Notebooks</h1></header>\n");
        var root = Path.GetDirectoryName(Path.GetFullPath(path))!;
        foreach (var group in notebooks.GroupBy(notebook => Path.GetRelativePath(root, Path.GetDirectoryName(Path.GetFullPath(notebook.Place.Target))!)))
        {
            if (group.Key != ".") html.Append($"<h2>{WebUtility.HtmlEncode(group.Key)}</h2>\n");
            html.Append("<ul class=\"cards\">\n");
            foreach (var (summary, place) in group) html.Append(Card(summary, place, new PagePlace(place.Source, path).UrlOf(place.Target)));
            html.Append("</ul>\n");
        }
        html.Append("</main>\n<footer>Made by MedAnomaly. The page runs no script and asks nothing of the network.</footer>");
        return PageFrame.Around("Notebooks", "gallery", html.ToString());
    }

    static string Card(NotebookSummary summary, PagePlace place, string url)
    {
        var thumbnail = summary.Figure is { } figure
            ? $"<img loading=\"lazy\" alt=\"{WebUtility.HtmlEncode(figure.Alt)}\" src=\"{Thumbnail(figure.Picture)}\">"
            : "<span class=\"none\">no figure</span>";
        return $"""
            <li><div class="thumbnail">{thumbnail}</div>
            <h3><a href="{url}">{WebUtility.HtmlEncode(summary.Title)}</a></h3>
            {PageFacts.ToHtml(summary, place.Data)}
            <p>{WebUtility.HtmlEncode(summary.Lead ?? "")}</p></li>

            """;
    }

    /// <summary>A smaller picture, so that a gallery of many notebooks stays small; the picture itself where it cannot be made smaller.</summary>
    static string Thumbnail(Picture picture)
    {
        if (picture.Width is not > ThumbnailWidth) return picture.Url;
        try
        {
            using var bytes = new MemoryStream(Convert.FromBase64String(picture.Url[(picture.Url.IndexOf(',', StringComparison.Ordinal) + 1)..]));
            var image = Image.Load<Rgb24>(bytes);
            var height = Math.Max(1, (int)((long)image.Height * ThumbnailWidth / image.Width));
            image.Mutate(x => x.Resize(ThumbnailWidth, height, KnownResamplers.Triangle));
            using var png = new MemoryStream();
            image.SaveAsPng(png);
            return png.Length < bytes.Length ? Picture.Of(png.GetBuffer().AsSpan(0, (int)png.Length))!.Url : picture.Url;
        }
        catch (DataFormatException)
        {
            // Browsers read more than the codecs here do.
            return picture.Url;
        }
    }
}
