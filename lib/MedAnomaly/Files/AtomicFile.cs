namespace MedAnomaly.Files;

/// <summary>
/// Writes a file whole or not at all: a temporary file beside it, flushed to the disk, then renamed into place. A link stays a link, and what
/// it leads to is written; a device takes what comes.
/// </summary>
public static class AtomicFile
{
    /// <summary>True where <paramref name="path"/> names a device such as /dev/null, which must not be replaced by a file.</summary>
    public static bool IsDevice(string path)
    {
        var full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) && !full.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(full);
    }

    /// <summary>Lets <paramref name="write"/> fill the file at <paramref name="path"/>; a reader sees the old file or the new one, never half.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        if (IsDevice(path))
        {
            WriteDevice(path, write);
            return;
        }
        var full = Target(path);
        var temporary = $"{full}.{Environment.ProcessId}-{Guid.NewGuid():N}.part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw Fault(path, fault);
        }
        finally
        {
            // Deleting what is not there is no fault, unless its folder is not there either.
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>Writes <paramref name="text"/> as UTF-8 without a byte order mark.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    static void WriteDevice(string path, Action<Stream> write)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Write);
            write(stream);
            stream.Flush();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw Fault(path, fault);
        }
    }

    static string Target(string path)
    {
        var file = new FileInfo(Path.GetFullPath(path));
        try
        {
            return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }
        catch (IOException fault)
        {
            throw Fault(path, fault); // A link that leads round in a circle.
        }
    }

    static OutputException Fault(string path, Exception fault) => new($"{path} could not be written: {fault.Message} What was there before is unchanged. "
        + "Free some space or choose another place, then run again.", fault);
}
