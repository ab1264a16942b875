using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>The notebooks that a command line names.</summary>
public static class NotebookPaths
{
    static readonly string[] Endings = [".ipynb", ".dib"];

    /// <summary>The folder of the checkout that holds its notebooks.</summary>
    public static string Home => Path.Combine(Checkout.Root, "notebooks");

    /// <summary>Files as they are, and the notebooks in folders, below them too; each once, in order.</summary>
    /// <exception cref="UsageException">There is nothing of a name, or no notebook in a folder.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> named) => [.. named.SelectMany(Find).Distinct(StringComparer.Ordinal)];

    static IEnumerable<string> Find(string path)
    {
        if (!Directory.Exists(path)) return [path];
        var found = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file).ToLowerInvariant()))
            // Jupyter's own copies lie in .ipynb_checkpoints.
            .Where(file => !Path.GetRelativePath(path, file).Split('/').Any(part => part.StartsWith('.')))
            .Order(StringComparer.Ordinal).ToArray();
        return found.Length > 0 ? found : throw new UsageException($"There is no notebook (.ipynb, .dib) in {path}.");
    }
}
