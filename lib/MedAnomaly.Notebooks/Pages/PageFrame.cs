using System.Net;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>What all pages have around their contents.</summary>
static class PageFrame
{
    static readonly string Css = ReadCss();

    /// <summary>A whole page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="kind">The class of its body.</param>
    /// <param name="content">Its contents, as HTML.</param>
    /// <param name="interactive">Whether it holds interactive figures: frames of its own folder, and the script that loads them.</param>
    public static string Around(string title, string kind, string content, bool interactive = false)
    {
        // Should anything slip through, the page forbids it to itself: scripts, the network, forms. A file has no origin that 'self' could name.
        var policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
            + (interactive ? $"; frame-src 'self' file:; script-src {InteractiveFigure.Hash(InteractiveFigure.Loading)}" : "");
        var script = interactive ? $"\n<script>{InteractiveFigure.Loading}</script>" : "";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>
            {Css}</style>
            </head>
            <body class="{kind}">
            {content}{script}
            </body>
            </html>

            """;
    }

    static string ReadCss()
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream("pages/page.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
