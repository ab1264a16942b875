namespace MedAnomaly.Files;

/// <summary>Writes a file whole or not at all: a temporary file beside it, flushed to the disk, then renamed into place.</summary>
public static class AtomicFile
{
    /// <summary>Lets <paramref name="write"/> fill the file at <paramref name="path"/>; a reader sees the old file or the new one, never half.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var full = Path.GetFullPath(path);
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
            throw new OutputException($"{path} could not be written: {fault.Message} What was there before is unchanged. "
                + "Free some space or choose another place, then run again.", fault);
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
}
