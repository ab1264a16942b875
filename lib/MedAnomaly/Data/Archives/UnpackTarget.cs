using System.Security.Cryptography;
using ICSharpCode.SharpZipLib.Checksum;

namespace MedAnomaly.Data;

/// <summary>The folder that an archive unpacks into: checks every name and counts every byte before it is written.</summary>
sealed class UnpackTarget(string archive, string destination, long archiveBytes, Unpacking unpacking, UnpackLimits limits)
{
    /// <summary>What an archive says about an entry.</summary>
    internal readonly record struct Declared(long Length, uint? Crc32);

    readonly long mostBytes = Math.Min(limits.Bytes, Math.Max(limits.FreeBytes, checked(archiveBytes * limits.Ratio)));
    readonly Dictionary<string, string> files = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> folders = new(StringComparer.Ordinal);
    readonly List<InventoryFile> written = [];
    readonly List<Glob> keep = [.. unpacking.Keep.Select(pattern => new Glob(pattern))];
    readonly byte[] buffer = new byte[1 << 16];
    int entries;
    long bytes;

    internal DatasetException Refusal(string name, string reason) =>
        new($"{archive}: the entry '{PortableName.Printable(name)}' is refused: {reason}. Nothing of the archive is used; fetch it from a "
            + "source that you trust.");

    internal void AddFolder(string name)
    {
        CountEntry(name);
        if (name is "." or "") return;
        CheckName(name);
        AddFolders(name);
    }

    /// <summary>Writes one file; <paramref name="declared"/> is null where the archive says nothing about it.</summary>
    internal void Write(string name, Stream content, Declared? declared, CancellationToken cancellationToken)
    {
        CountEntry(name);
        if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        CheckName(name);
        var key = PortableName.CollisionKey(name);
        if (files.TryGetValue(key, out var twin))
            throw Refusal(name, twin == name ? "the name is there twice" : $"some systems take it for '{twin}'");
        if (folders.ContainsKey(key)) throw Refusal(name, "it is a file and a folder");
        files.Add(key, name);
        if (name.LastIndexOf('/') is var slash and > 0) AddFolders(name[..slash]);
        if (declared is { } says && says.Length > mostBytes - bytes) throw OverLimit(name);
        Copy(name, content, declared, Destination(name), cancellationToken);
    }

    /// <summary>Reads what follows the last entry, so that a compressed stream's checksum is checked.</summary>
    internal void Drain(Stream stream, CancellationToken cancellationToken)
    {
        for (int read; (read = stream.Read(buffer)) > 0; cancellationToken.ThrowIfCancellationRequested())
            if ((bytes += read) > mostBytes) throw OverLimit("padding at the end");
    }

    internal IReadOnlyList<InventoryFile> Finish() => written.Count > 0
        ? [.. written.OrderBy(file => file.Path, StringComparer.Ordinal)]
        : throw new DatasetException($"{archive} has no file below '{unpacking.Root}' to unpack; it holds {files.Count} other files.");

    void CountEntry(string name)
    {
        if (++entries > limits.Entries) throw Refusal(name, $"the archive has more than {limits.Entries} entries");
    }

    void CheckName(string name)
    {
        if (PortableName.Objection(name) is { } objection) throw Refusal(name, objection);
        if (name.Count(c => c == '/') >= limits.Depth) throw Refusal(name, $"it lies more than {limits.Depth} folders deep");
    }

    void AddFolders(string name)
    {
        for (var end = 0; end >= 0 && end < name.Length;)
        {
            end = name.IndexOf('/', end + 1);
            var folder = end < 0 ? name : name[..end];
            var key = PortableName.CollisionKey(folder);
            if (files.ContainsKey(key)) throw Refusal(name, "it is a file and a folder");
            if (!folders.TryAdd(key, folder) && folders[key] != folder)
                throw Refusal(name, $"some systems take '{folder}' for '{folders[key]}'");
        }
    }

    /// <summary>Where the entry goes below the destination; null for one that is not wanted.</summary>
    string? Destination(string name)
    {
        var root = unpacking.Root.Length == 0 ? "" : unpacking.Root + "/";
        if (!name.StartsWith(root, StringComparison.Ordinal)) return null;
        var below = name[root.Length..];
        return keep.Count == 0 || keep.Any(glob => glob.IsMatch(below)) ? below : null;
    }

    void Copy(string name, Stream content, Declared? declared, string? below, CancellationToken cancellationToken)
    {
        var crc = new Crc32();
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = 0L;
        var path = below is null ? null : Path.Combine(destination, below);
        using (var output = path is null ? null : Disk.Create(path))
        {
            for (int read; (read = content.Read(buffer)) > 0; cancellationToken.ThrowIfCancellationRequested())
            {
                if ((bytes += read) > mostBytes) throw OverLimit(name);
                length += read;
                crc.Update(new ArraySegment<byte>(buffer, 0, read));
                if (output is null) continue;
                sha.AppendData(buffer, 0, read);
                Disk.Write(output, buffer.AsSpan(0, read));
            }
        }
        if (declared is { } says)
        {
            if (says.Length != length) throw Refusal(name, $"the archive says {says.Length} bytes, there are {length}");
            if (says.Crc32 is { } expected && expected != (uint)crc.Value)
                throw Refusal(name, $"its checksum is {(uint)crc.Value:x8}, the archive says {expected:x8}: it is damaged, or its size is "
                    + "a lie");
        }
        if (path is not null)
            written.Add(new(below!, length, File.GetLastWriteTimeUtc(path), Convert.ToHexStringLower(sha.GetHashAndReset())));
    }

    DatasetException OverLimit(string name) =>
        Refusal(name, $"the archive of {archiveBytes} bytes unpacks to more than {mostBytes} bytes, as a zip bomb does");
}
