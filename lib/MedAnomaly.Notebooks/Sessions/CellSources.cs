using System.Collections.Concurrent;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>The text of every cell that ran, so that an error can show the line it came from.</summary>
sealed class CellSources
{
    readonly ConcurrentDictionary<string, string[]> cells = new(StringComparer.Ordinal);

    public void Add(string name, string source) => cells[name] = source.Split('\n');

    public bool Contains(string name) => cells.ContainsKey(name);

    /// <summary>Line <paramref name="number"/> (from 1) of a cell, null where there is none.</summary>
    public string? Line(string name, int number) =>
        cells.TryGetValue(name, out var lines) && number >= 1 && number <= lines.Length ? lines[number - 1].TrimEnd('\r') : null;
}
