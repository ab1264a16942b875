namespace MedAnomaly.Figures;

/// <summary>Something that a notebook shows: a figure, a table, an image.</summary>
public interface IMimeBundle
{
    /// <summary>
    /// The same content in several forms, by MIME type, richest first; a front end takes the first that it knows. Images are base64,
    /// JSON types are JSON text. There is always a <c>text/plain</c>.
    /// </summary>
    IReadOnlyDictionary<string, string> MimeBundle();

    /// <summary>The size in CSS pixels at which an image of the bundle is meant to be seen, where it has more pixels than that; null elsewhere.</summary>
    (int Width, int Height)? DisplaySize => null;
}
