using System.Reflection;

namespace MedAnomaly.Data;

/// <summary>
/// All datasets and weight files that the workbench knows: the manifests of data-manifests/, which the library carries with it.
/// </summary>
public sealed class Catalog
{
    const string ResourceFolder = "data-manifests/";

    static readonly Lazy<Catalog> BuiltInCatalog = new(() => new(ReadResources()));

    readonly SortedDictionary<string, Manifest> manifests = new(StringComparer.Ordinal);

    /// <summary>A catalog of <paramref name="manifests"/>.</summary>
    /// <exception cref="DatasetException">Two manifests have one id, or claim one folder's name.</exception>
    public Catalog(IEnumerable<Manifest> manifests)
    {
        ArgumentNullException.ThrowIfNull(manifests);
        var folders = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var manifest in manifests)
        {
            if (!this.manifests.TryAdd(manifest.Id, manifest))
                throw new DatasetException($"Two manifests have the id '{manifest.Id}'. Rename one.");
            foreach (var folder in manifest.Folders)
                if (!folders.TryAdd(folder, manifest.Id))
                    throw new DatasetException($"The manifests '{folders[folder]}' and '{manifest.Id}' both claim the folder '{folder}'. "
                        + "Remove it from one.");
        }
    }

    /// <summary>The manifests of data-manifests/.</summary>
    public static Catalog BuiltIn => BuiltInCatalog.Value;

    /// <summary>All manifests, ordered by id.</summary>
    public IReadOnlyCollection<Manifest> Manifests => manifests.Values;

    /// <summary>The manifest with the given id.</summary>
    /// <exception cref="UsageException">There is none; the message names the nearest.</exception>
    public Manifest this[string id] => manifests.TryGetValue(id, out var manifest)
        ? manifest
        : throw new UsageException($"There is no dataset or weight file '{id}'.{Spelling.Hint(id, manifests.Keys)} "
            + "'medanomaly data list' shows all.");

    /// <summary>Whether there is a manifest with the given id.</summary>
    public bool Contains(string id) => manifests.ContainsKey(id);

    static IEnumerable<Manifest> ReadResources()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            yield return ManifestReader.Read(name, bytes);
        }
    }
}
