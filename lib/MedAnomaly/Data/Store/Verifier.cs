using System.Security.Cryptography;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>Hashes all files of a location and compares them with the best that is known about it.</summary>
sealed class Verifier(DataLocation location, string recordPath, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
{
    readonly Manifest manifest = location.Manifest;

    internal Verification Run()
    {
        var unpacked = Inventory.Load(Path.Combine(location.Folder, Inventory.FileName));
        var inventory = Hash(unpacked is not null ? [.. unpacked.Files.Select(file => file.Path)] : Files());
        var basis = VerificationBasis.Nothing;
        if (manifest.Samples?.Files.Any(rule => rule.Counts.Count > 0) == true) basis = VerificationBasis.Counts;
        if (unpacked is not null)
        {
            Compare(unpacked, inventory);
            basis = VerificationBasis.Unpacking;
        }
        if (MatchesManifest(inventory)) basis = VerificationBasis.Manifest;
        inventory.Save(recordPath);
        return new(location, basis, inventory.Files.Count, inventory.Files.Sum(file => file.Bytes), inventory.ContentHash());
    }

    IReadOnlyList<string> Files()
    {
        if (manifest.Samples is not null) return SampleFiles.Find(manifest, location.Folder).All;
        if (location.Origin == DataOrigin.TorchHub) return [.. manifest.Downloads.Select(download => download.File)];
        return FolderListing.Read(location.Folder);
    }

    Inventory Hash(IReadOnlyList<string> paths)
    {
        var files = new List<InventoryFile>();
        foreach (var path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new("verify", files.Count, paths.Count));
            var info = new FileInfo(Path.Combine(location.Folder, path));
            if (!info.Exists)
                throw new DatasetException(
                    $"{info.FullName} is missing. Remove {location.Folder} and run 'medanomaly data get {manifest.Id}'.");
            files.Add(new(path, info.Length, info.LastWriteTimeUtc, Inventory.HashOf(info.FullName)));
        }
        progress?.Report(new("verify", paths.Count, paths.Count));
        return new(manifest.Id, files);
    }

    void Compare(Inventory expected, Inventory actual)
    {
        foreach (var (was, now) in expected.Files.Zip(actual.Files))
            if (was.Sha256 != now.Sha256)
                throw new DatasetException($"{Path.Combine(location.Folder, now.Path)} has changed since it was unpacked: "
                    + $"expected sha256:{was.Sha256}, got sha256:{now.Sha256}. "
                    + $"Remove {location.Folder} and run 'medanomaly data get {manifest.Id}'.");
    }

    /// <summary>Whether the manifest states a hash of these files, which they then have.</summary>
    bool MatchesManifest(Inventory inventory)
    {
        if (manifest.Samples?.Copies.FirstOrDefault(copy => copy.Files == inventory.Files.Count) is { } known)
        {
            var content = inventory.ContentHash();
            return known.Digest.Matches(Convert.FromHexString(content)) ? true : throw new DatasetException(
                $"{location.Folder} has the {known.Files} files of {manifest.Id}, but not their content: "
                + $"expected {known.Digest}, got sha256:{content}. "
                + "Replace it by a fresh copy, or open the folder by its path to use what is there.");
        }
        var checkedAny = false;
        foreach (var download in manifest.Downloads.Where(download => download is { Unpack: null, Digest: not null }))
        {
            var path = location.File(download.File);
            using var stream = File.OpenRead(path);
            var hash = CryptographicOperations.HashData(download.Digest!.AlgorithmName, stream);
            if (!download.Digest.Matches(hash))
                throw new DatasetException($"{path} is not the file that the manifest describes: expected {download.Digest}, "
                    + $"got {download.Digest.Algorithm}:{Convert.ToHexStringLower(hash)}. "
                    + $"Remove it and run 'medanomaly data get {manifest.Id}'.");
            checkedAny = true;
        }
        return checkedAny;
    }
}
