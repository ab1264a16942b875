using MedAnomaly.Files;

namespace MedAnomaly.Data;

/// <summary>Writing below the data directory, where a full disk is the user's to mend and not a fault of the data.</summary>
static class Disk
{
    internal static FileStream Create(string path) => Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
    });

    internal static void Write(FileStream file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            file.Write(bytes);
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw Refusal(file.Name, fault);
        }
    }

    internal static void CreateFolder(string path) => Guard(path, () => Directory.CreateDirectory(path));

    static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (DiskFault.Is(fault))
        {
            throw Refusal(path, fault);
        }
    }

    static OutputException Refusal(string path, Exception fault) =>
        new($"{path} could not be written: {fault.Message} What was written of it is removed. "
            + "Free some space, or set MEDANOMALY_DATA to a folder on another disk, then run again.", fault);
}
