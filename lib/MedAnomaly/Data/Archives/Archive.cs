using System.Formats.Tar;
using System.IO.Compression;
using MedAnomaly.Files;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>
/// Unpacks archives that strangers made: nothing leaves the folder, nothing but plain files comes out, and sizes are bounded.
/// </summary>
public static class Archive
{
    /// <summary>
    /// Unpacks the archive at <paramref name="path"/> into the folder <paramref name="destination"/>, which should be empty.
    /// </summary>
    /// <returns>The files written, with their hashes, ordered by path.</returns>
    /// <exception cref="DatasetException">
    /// The archive is damaged, hostile or over a limit. What was unpacked so far must not be used.
    /// </exception>
    /// <exception cref="DataFormatException">
    /// Its compressed data is damaged or cut short. What was unpacked so far must not be used.
    /// </exception>
    /// <exception cref="OutputException">The disk is full or not writable.</exception>
    public static IReadOnlyList<InventoryFile> Unpack(string path, Unpacking unpacking, string destination, UnpackLimits? limits = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(unpacking);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var length = file.Length;
        if (length == 0) throw new DatasetException($"{path} is empty; it should be a {unpacking.Format} archive.");
        var target = new UnpackTarget(path, destination, length, unpacking, limits ?? new());
        // The last of it is reported once, when everything is checked.
        void Report() => progress?.Report(new("unpack", Math.Min(file.Position, length - 1), length));
        try
        {
            switch (unpacking.Format)
            {
                case ArchiveFormat.Zip:
                    UnpackZip(file, target, Report, cancellationToken);
                    break;
                case ArchiveFormat.Tar:
                    UnpackTar(file, target, Report, cancellationToken);
                    break;
                case ArchiveFormat.TarGz:
                    using (var gzip = new StrictGzipStream(file, path))
                    {
                        UnpackTar(gzip, target, Report, cancellationToken);
                        target.Drain(gzip, cancellationToken);
                    }
                    break;
                case ArchiveFormat.Gz:
                    using (var gzip = new StrictGzipStream(file, path))
                        target.Write(Path.GetFileNameWithoutExtension(path), gzip, null, cancellationToken);
                    break;
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or EndOfStreamException)
        {
            throw new DatasetException($"{path} is damaged or no {unpacking.Format} archive: {fault.Message} Remove it and fetch it "
                + "again.", fault);
        }
        progress?.Report(new("unpack", length, length));
        return target.Finish();
    }

    static void UnpackZip(Stream file, UnpackTarget target, Action report, CancellationToken cancellationToken)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        foreach (var entry in zip.Entries)
        {
            const int TypeMask = 0xF000, RegularFile = 0x8000, Folder = 0x4000;
            var type = (entry.ExternalAttributes >> 16) & TypeMask;
            if (type is not (0 or RegularFile or Folder)) throw target.Refusal(entry.FullName, "it is a link or a device, not a file");
            if (entry.FullName.EndsWith('/') || type == Folder)
            {
                target.AddFolder(entry.FullName.TrimEnd('/'));
                continue;
            }
            // The library cuts an entry to its declared size without a word; the checksum tells.
            using var content = entry.Open();
            target.Write(entry.FullName, content, new(entry.Length, entry.Crc32), cancellationToken);
            report();
        }
    }

    static void UnpackTar(Stream stream, UnpackTarget target, Action report, CancellationToken cancellationToken)
    {
        using var tar = new TarReader(stream, leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.Directory or TarEntryType.DirectoryList:
                    target.AddFolder(entry.Name.TrimEnd('/'));
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    target.Write(entry.Name, entry.DataStream ?? Stream.Null, new(entry.Length, null), cancellationToken);
                    break;
                case TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    throw target.Refusal(entry.Name, $"it is a {entry.EntryType}, not a file");
            }
            report();
        }
    }
}
