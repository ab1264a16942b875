using System.Text;

namespace MedAnomaly.Data;

/// <summary>Names of files that mean the same file on every system, and none outside their folder.</summary>
static class PortableName
{
    const int LongestSegment = 255;

    static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    };

    /// <summary>Why <paramref name="path"/>, with forward slashes, is not such a name; null where it is.</summary>
    internal static string? Objection(string path) =>
        Escape(path) ?? path.Split('/').Select(SegmentObjection).FirstOrDefault(objection => objection is not null);

    /// <summary>Why <paramref name="pattern"/> may lead out of its folder; null where it cannot.</summary>
    internal static string? Escape(string pattern)
    {
        if (pattern.Length == 0) return "it is empty";
        if (pattern.Contains('\0', StringComparison.Ordinal)) return "it contains NUL";
        if (pattern.Contains('\\', StringComparison.Ordinal)) return "it contains a backslash";
        if (pattern[0] == '/' || (pattern.Length > 1 && pattern[1] == ':')) return "it is absolute";
        if (pattern.Split('/').Contains("..")) return "it leaves its folder by '..'";
        return null;
    }

    static string? SegmentObjection(string segment)
    {
        if (segment.Length == 0) return "it has an empty part";
        if (segment == ".") return "it has a part '.'";
        if (segment.EndsWith('.') || segment.EndsWith(' ')) return $"'{segment}' ends in a dot or a blank";
        if (segment.StartsWith(' ')) return $"'{segment}' begins with a blank";
        if (segment.Any(c => c < ' ' || c == '\x7f' || "<>:\"|?*".Contains(c, StringComparison.Ordinal)))
            return $"'{Printable(segment)}' has a character that not every system allows";
        if (segment.Contains('\uFFFD', StringComparison.Ordinal)) return $"'{segment}' is not valid UTF-8";
        if (Reserved.Contains(segment.Split('.')[0].TrimEnd(' '))) return $"'{segment}' is a name that Windows reserves";
        if (Encoding.UTF8.GetByteCount(segment) > LongestSegment) return $"'{segment[..40]}…' is longer than {LongestSegment} bytes";
        return null;
    }

    /// <summary><paramref name="text"/> with control characters as <c>\xNN</c>, so that a message can show it.</summary>
    internal static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString()));

    /// <summary>The key by which two names that some file system takes for one are equal: composed, without case.</summary>
    internal static string CollisionKey(string path) => ComposedName.Of(path).ToUpperInvariant();
}
