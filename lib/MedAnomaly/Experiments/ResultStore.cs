using MedAnomaly.Files;

namespace MedAnomaly.Experiments;

/// <summary>A record and where it lies.</summary>
/// <param name="Record">The record.</param>
/// <param name="Path">Its file.</param>
/// <param name="IsLocal">Whether it is a user's own, in results/local/, rather than one of the repository's.</param>
public sealed record StoredRun(RunRecord Record, string Path, bool IsLocal);

/// <summary>
/// The folder of result records: <c>results/ID.json</c> for those that the repository keeps, <c>results/local/ID.json</c> for a user's
/// own, which git ignores. Files are written whole or not at all.
/// </summary>
/// <param name="folder">The results folder; it need not exist yet.</param>
public sealed class ResultStore(string folder)
{
    /// <summary>The folder that MEDANOMALY_RESULTS names, else results/ of the checkout that this program was built in.</summary>
    /// <exception cref="MachineException">None is named, and the program does not lie in a checkout.</exception>
    public static ResultStore FromEnvironment() => new(Environment.GetEnvironmentVariable("MEDANOMALY_RESULTS") is { Length: > 0 } folder
        ? folder : Path.Combine(Checkout.Root, "results"));

    /// <summary>Whether this run was asked, by <c>--record</c>, to put its records where the repository keeps them.</summary>
    public static bool IsRecording => Environment.GetEnvironmentVariable("MEDANOMALY_RECORD") == "1";

    /// <summary>The results folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>Where records of one kind lie.</summary>
    string FolderOf(bool record) => record ? Folder : Path.Combine(Folder, "local");

    /// <summary>The file of a record.</summary>
    /// <param name="id">The record's id.</param>
    /// <param name="record">Whether the repository keeps it.</param>
    public string PathOf(string id, bool record) => Path.Combine(FolderOf(record), id + ".json");

    /// <summary>Makes sure, before hours of computing, that a record can be written afterwards.</summary>
    /// <param name="record">Whether the repository is to keep it.</param>
    /// <exception cref="OutputException">The folder cannot be written to.</exception>
    public void EnsureWritable(bool record)
    {
        var target = FolderOf(record);
        var probe = Path.Combine(target, $".writable-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(target);
            File.WriteAllBytes(probe, [0]);
            File.Delete(probe);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{target} cannot be written to: {fault.Message} Nothing has been computed yet. "
                + "Make the folder writable, free some space, or give another results folder, then run again.", fault);
        }
    }

    /// <summary>Writes a record, in place of an earlier run of the same id.</summary>
    /// <param name="run">What was measured.</param>
    /// <param name="record">True writes where the repository keeps results, false among the user's own.</param>
    /// <returns>The file.</returns>
    /// <exception cref="UsageException">The record does not make sense.</exception>
    /// <exception cref="OutputException">The file cannot be written; an earlier one is unchanged.</exception>
    public string Save(RunRecord run, bool record)
    {
        var text = RunRecordJson.Write(run);
        var path = PathOf(run.Id, record);
        AtomicFile.WriteText(path, text);
        return path;
    }

    /// <summary>All records, ordered by id, the repository's before the user's own of the same id.</summary>
    /// <exception cref="DataFormatException">A file is no record, or has another's name.</exception>
    public IReadOnlyList<StoredRun> List() =>
    [
        .. Read(record: true).Concat(Read(record: false)).OrderBy(run => run.Record.Id, StringComparer.Ordinal).ThenBy(run => run.IsLocal),
    ];

    IEnumerable<StoredRun> Read(bool record)
    {
        var source = FolderOf(record);
        if (!Directory.Exists(source)) yield break;
        foreach (var path in Directory.EnumerateFiles(source, "*.json"))
        {
            var run = RunRecordJson.Read(path);
            if (Path.GetFileName(path) != run.Id + ".json")
                throw new DataFormatException($"{path} holds the record '{run.Id}', whose file is {run.Id}.json. Rename the file or correct $.id.");
            yield return new(run, path, !record);
        }
    }
}
