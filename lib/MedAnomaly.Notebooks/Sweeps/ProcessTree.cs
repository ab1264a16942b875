using System.Diagnostics;
using System.Globalization;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>A process and those that it started, as /proc tells; where there is none, the process alone.</summary>
static class ProcessTree
{
    static readonly int PageSize = Environment.SystemPageSize;

    /// <summary>The memory that a process and its descendants hold, in bytes; 0 where it is gone.</summary>
    public static long Memory(int root)
    {
        var parents = Parents();
        if (parents.Count == 0) return Resident(root);
        var total = 0L;
        foreach (var process in parents.Keys)
        {
            for (var ancestor = process; ; ancestor = parents[ancestor])
            {
                if (ancestor == root) total += Resident(process);
                if (ancestor == root || !parents.ContainsKey(ancestor)) break;
            }
        }
        return total;
    }

    /// <summary>When a process started, in the system's ticks: with its number it names one process for ever. Null where it is gone.</summary>
    public static string? StartOf(int process) => Stat(process) is { Length: > 19 } fields ? fields[19] : null;

    /// <summary>Ends a process and its descendants, if it is still the one that started then.</summary>
    public static void End(int process, string start)
    {
        if (StartOf(process) != start) return;
        try
        {
            using var found = Process.GetProcessById(process);
            found.Kill(entireProcessTree: true);
            found.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It ended by itself in between.
        }
    }

    static Dictionary<int, int> Parents()
    {
        if (!Directory.Exists("/proc/self")) return [];
        return Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0).Select(id => (Id: id, Stat: Stat(id))).Where(entry => entry.Stat.Length > 1)
            .ToDictionary(entry => entry.Id, entry => int.Parse(entry.Stat[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The fields of /proc/ID/stat after the name, which may hold spaces: state, parent, and so on; none where the process is gone.</summary>
    static string[] Stat(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Processes end while we look.
            return [];
        }
    }

    static long Resident(int process) => Stat(process) is { Length: > 21 } fields ? long.Parse(fields[21], CultureInfo.InvariantCulture) * PageSize : 0;
}
