using MedAnomaly.Data;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Where a notebook lies, where its page goes, and what lies beside the page.</summary>
/// <param name="Source">The notebook's file: its pictures and links are relative to it.</param>
/// <param name="Target">The page's file.</param>
public sealed record PagePlace(string Source, string Target)
{
    readonly string folder = Path.GetDirectoryName(Path.GetFullPath(Source))!;
    readonly string target = Path.GetDirectoryName(Path.GetFullPath(Target))!;

    /// <summary>The pages of other notebooks, by the full path of the notebook.</summary>
    public IReadOnlyDictionary<string, string> Pages { get; init; } = new Dictionary<string, string>();

    /// <summary>The page that leads to all pages; null where there is none.</summary>
    public string? Gallery { get; init; }

    /// <summary>The page that draws interactive figures; null where there is none.</summary>
    public string? PlotlyFrame { get; init; }

    /// <summary>The kinds of data that the notebook measured on, as far as records tell.</summary>
    public IReadOnlyList<DataKind> Data { get; init; } = [];

    /// <summary>The address of a file, relative to the page.</summary>
    public string UrlOf(string path) =>
        string.Join('/', Path.GetRelativePath(target, Path.GetFullPath(path)).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    /// <summary>The page of the notebook that is meant by <paramref name="name"/>; null where it has none.</summary>
    internal string? PageOf(string name) => name.Contains('\0', StringComparison.Ordinal) ? null : Pages.GetValueOrDefault(Path.GetFullPath(Path.Combine(folder, name)));

    /// <summary>
    /// The file that a notebook means by <paramref name="name"/>; null where there is none, or where it is none of a notebook's business:
    /// outside of its folder, or of the checkout that the notebook belongs to.
    /// </summary>
    internal string? FileOf(string name)
    {
        if (name.Contains('\0', StringComparison.Ordinal)) return null;
        var root = IsBelow(Checkout.Root, folder) ? Checkout.Root : folder;
        var path = Path.GetFullPath(Path.Combine(folder, name));
        return IsBelow(root, path) && Path.Exists(path) && !PassesLink(root, path) ? path : null;
    }

    static bool IsBelow(string root, string path)
    {
        var relative = Path.GetRelativePath(root, path);
        return relative != ".." && !relative.StartsWith("../", StringComparison.Ordinal) && !Path.IsPathRooted(relative);
    }

    // A link may lead out again.
    static bool PassesLink(string root, string path)
    {
        for (var at = path; at.Length > root.TrimEnd('/').Length; at = Path.GetDirectoryName(at)!)
        {
            if (new FileInfo(at).LinkTarget is not null) return true;
        }
        return false;
    }
}
