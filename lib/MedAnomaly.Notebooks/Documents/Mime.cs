namespace MedAnomaly.Notebooks.Documents;

/// <summary>The MIME types that notebooks use, and how nbformat stores each.</summary>
public static class Mime
{
    /// <summary>Plain text.</summary>
    public const string Text = "text/plain";
    /// <summary>HTML.</summary>
    public const string Html = "text/html";
    /// <summary>Markdown.</summary>
    public const string Markdown = "text/markdown";
    /// <summary>LaTeX.</summary>
    public const string Latex = "text/latex";
    /// <summary>A PNG image, base64.</summary>
    public const string Png = "image/png";
    /// <summary>An SVG image.</summary>
    public const string Svg = "image/svg+xml";
    /// <summary>A script.</summary>
    public const string JavaScript = "application/javascript";
    /// <summary>A plotly figure, JSON.</summary>
    public const string Plotly = "application/vnd.plotly.v1+json";

    /// <summary>True for types whose content is JSON and is stored as such.</summary>
    public static bool IsJson(string type) => type == "application/json"
        || type.StartsWith("application/", StringComparison.Ordinal) && type.EndsWith("+json", StringComparison.Ordinal);

    /// <summary>True for types whose text is stored as a list of lines.</summary>
    public static bool IsLines(string type) => type.StartsWith("text/", StringComparison.Ordinal) || type is JavaScript or Svg;
}
