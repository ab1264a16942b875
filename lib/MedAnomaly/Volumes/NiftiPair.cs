namespace MedAnomaly.Volumes;

/// <summary>The names of the two files of a NIfTI pair, each plain or with .gz.</summary>
static class NiftiPair
{
    /// <summary>The file to start reading at: the header beside an image, else the path itself.</summary>
    public static string Header(string path) => HasEnding(path, ".img") ? Find(path, ".hdr") ?? Stem(path) + ".hdr" : path;

    /// <summary>The image beside a header; null where there is none.</summary>
    public static string? Image(string path) => Find(path, ".img");

    /// <summary>What the image beside a header is called when it is not compressed.</summary>
    public static string ImageName(string path) => Stem(path) + ".img";

    public static bool HasEnding(string path, string ending) =>
        Path.GetExtension(WithoutGz(path)).Equals(ending, StringComparison.OrdinalIgnoreCase);

    static string? Find(string path, string ending) =>
        new[] { ending, ending + ".gz", ending.ToUpperInvariant(), ending.ToUpperInvariant() + ".GZ" }
            .Select(candidate => Stem(path) + candidate).FirstOrDefault(File.Exists);

    static string WithoutGz(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;

    static string Stem(string path) => Path.ChangeExtension(WithoutGz(path), null);
}
