using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>
/// The data on this machine: finds it in the data directory, in the mirror folder or in PyTorch's cache of weights, and fetches what can be
/// fetched. Several processes may use one data directory at a time; nothing depends on locks.
/// </summary>
public sealed class DataStore
{
    readonly string? torchHub;
    readonly Fetcher fetcher;

    /// <summary>
    /// A store in <paramref name="directory"/>, which need not exist, beside an optional mirror folder that is only read.
    /// </summary>
    public DataStore(string directory, string? mirror = null, Catalog? catalog = null)
        : this(directory, mirror, null, catalog ?? Catalog.BuiltIn, null)
    {
    }

    internal DataStore(string directory, string? mirror, string? torchHub, Catalog catalog, Fetcher? fetcher)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        DataDirectory = Path.GetFullPath(directory);
        Mirror = string.IsNullOrEmpty(mirror) ? null : Path.GetFullPath(mirror);
        Catalog = catalog;
        this.torchHub = torchHub;
        this.fetcher = fetcher ?? new(DataDirectory);
    }

    /// <summary>
    /// The store that the environment names: MEDANOMALY_DATA, else $XDG_CACHE_HOME/medanomaly, else ~/.cache/medanomaly; the mirror
    /// MEDANOMALY_MIRROR; PyTorch's cache in $TORCH_HOME.
    /// </summary>
    public static DataStore FromEnvironment()
    {
        var cache = Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var torchHub = Path.Combine(Variable("TORCH_HOME") ?? Path.Combine(cache, "torch"), "hub", "checkpoints");
        return new(Variable("MEDANOMALY_DATA") ?? Path.Combine(cache, "medanomaly"), Variable("MEDANOMALY_MIRROR"), torchHub,
            Catalog.BuiltIn, null);
    }

    /// <summary>Where fetched data goes.</summary>
    public string DataDirectory { get; }

    /// <summary>The mirror folder; null where there is none.</summary>
    public string? Mirror { get; }

    /// <summary>What the store knows of.</summary>
    public Catalog Catalog { get; }

    /// <summary>Everything the catalog knows, and where it lies.</summary>
    public IReadOnlyList<DataEntry> List() => [.. Catalog.Manifests.Select(manifest => new DataEntry(manifest, Find(manifest)))];

    /// <summary>Where <paramref name="id"/> is looked for, where it lies, and where it would come from.</summary>
    /// <exception cref="UsageException">The catalog does not know the id.</exception>
    public DataPlaces Where(string id)
    {
        var manifest = Catalog[id];
        return new(manifest, Find(manifest), [.. Candidates(manifest).Select(place => place.Folder)],
            [.. manifest.Downloads.SelectMany(download => download.Sources)]);
    }

    /// <summary>Where <paramref name="id"/> lies; null where it is not on this machine. Fetches nothing.</summary>
    /// <exception cref="UsageException">The catalog does not know the id.</exception>
    public DataLocation? Find(string id) => Find(Catalog[id]);

    /// <summary>Where <paramref name="id"/> lies; fetched first where it is not on this machine.</summary>
    /// <exception cref="UsageException">The catalog does not know the id.</exception>
    /// <exception cref="DatasetException">It cannot be fetched: the message says why, and where to get it and where to put it.</exception>
    /// <exception cref="MachineException">npm, which would fetch it, is not installed.</exception>
    /// <exception cref="OutputException">The disk is full or not writable.</exception>
    public DataLocation Get(string id, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var manifest = Catalog[id];
        if (Find(manifest) is { } found) return found;
        var folder = Path.Combine(DataDirectory, id);
        if (manifest.Downloads.Count == 0)
            throw new DatasetException($"{manifest.Title} ({id}) is not on this machine and cannot be fetched"
                + (manifest.Access == DataAccess.Open ? "" : $": its access is by {manifest.Access.ToString().ToLowerInvariant()}")
                + $". {manifest.Obtain} The folder for it is {folder}{(Mirror is null ? "" : $", or {Path.Combine(Mirror, id)}")}.");
        fetcher.Fetch(manifest, folder, Mirror, progress, cancellationToken);
        return new(manifest, folder, DataOrigin.DataDirectory);
    }

    /// <summary>
    /// Reads all files of <paramref name="id"/> and compares them with what the manifest or the unpacking says, then records their hashes:
    /// <see cref="CheckUnchanged"/> compares later runs with the record.
    /// </summary>
    /// <exception cref="DatasetException">It is not on this machine, or its files are not what they should be.</exception>
    public Verification Verify(string id, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var location = Find(id) ?? throw new DatasetException($"{id} is not on this machine. Run 'medanomaly data get {id}' first.");
        return new Verifier(location, RecordPath(location), progress, cancellationToken).Run();
    }

    /// <summary>
    /// Compares sizes and times, then hashes, with what was recorded at unpacking or at the last <see cref="Verify"/>; without a record it
    /// does nothing.
    /// </summary>
    /// <exception cref="DatasetException">A file is missing or has changed.</exception>
    public void CheckUnchanged(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        Inventory.Load(RecordPath(location))?.Check(location.Folder);
    }

    /// <summary>
    /// Where the record of a folder's files lies: in the folder where the workbench made it, beside it where it may only be read.
    /// </summary>
    string RecordPath(DataLocation location)
    {
        var inside = Path.Combine(location.Folder, Inventory.FileName);
        return location.Origin == DataOrigin.DataDirectory && File.Exists(inside)
            ? inside
            : Path.Combine(DataDirectory, ".verified", $"{location.Manifest.Id}-{location.Origin.ToString().ToLowerInvariant()}.json");
    }

    DataLocation? Find(Manifest manifest) => Candidates(manifest).FirstOrDefault(Holds);

    IEnumerable<DataLocation> Candidates(Manifest manifest)
    {
        foreach (var name in manifest.Folders) yield return new(manifest, Path.Combine(DataDirectory, name), DataOrigin.DataDirectory);
        if (Mirror is not null)
            foreach (var name in manifest.Folders) yield return new(manifest, Path.Combine(Mirror, name), DataOrigin.Mirror);
        if (torchHub is not null && manifest.Kind == ManifestKind.Weights) yield return new(manifest, torchHub, DataOrigin.TorchHub);
    }

    static bool Holds(DataLocation place)
    {
        var downloads = place.Manifest.Downloads;
        if (place.Origin == DataOrigin.TorchHub)
            return downloads is [{ Unpack: null } only] && File.Exists(Path.Combine(place.Folder, only.File));
        if (!Directory.Exists(place.Folder) || !Directory.EnumerateFileSystemEntries(place.Folder).Any()) return false;
        // What the workbench unpacks carries a mark when it is complete; without it, it is fetched again.
        var ours = place.Origin == DataOrigin.DataDirectory && Path.GetFileName(place.Folder) == place.Manifest.Id
            && downloads.Any(download => download.Unpack is not null);
        return !ours || File.Exists(Path.Combine(place.Folder, Inventory.FileName));
    }

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
