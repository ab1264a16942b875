namespace MedAnomaly.Files;

/// <summary>Tells the disk's faults from the program's.</summary>
static class DiskFault
{
    /// <summary>
    /// Whether <paramref name="fault"/> says that a file could not be made or written: no space, no right, or a limit of the user's. For the
    /// limit on a file's size (EFBIG) .NET throws an argument's fault, from where it writes.
    /// </summary>
    internal static bool Is(Exception fault) => fault is IOException or UnauthorizedAccessException
        || (fault is ArgumentOutOfRangeException && fault.TargetSite?.DeclaringType?.Namespace?.StartsWith("System.IO", StringComparison.Ordinal) == true);
}
