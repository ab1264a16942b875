using System.Text;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>A cell that ran.</summary>
/// <param name="Number">Its execution count.</param>
/// <param name="Code">Its text.</param>
/// <param name="Result">Its value as plain text; null where it had none.</param>
sealed record HistoryEntry(int Number, string Code, string? Result);

/// <summary>The cells of this session, as far back as memory is given to them.</summary>
sealed class CellHistory
{
    const int MaximumEntries = 1000;
    const int MaximumLength = 4 << 20;

    readonly Lock gate = new();
    readonly List<HistoryEntry> entries = [];
    int length;

    public void Add(HistoryEntry entry)
    {
        lock (gate)
        {
            entries.Add(entry);
            length += Length(entry);
            var forgotten = 0;
            while (entries.Count - forgotten > MaximumEntries || length > MaximumLength && forgotten < entries.Count - 1) length -= Length(entries[forgotten++]);
            entries.RemoveRange(0, forgotten);
        }
    }

    /// <summary>The last <paramref name="count"/> cells.</summary>
    public IReadOnlyList<HistoryEntry> Tail(int count)
    {
        lock (gate) return [.. entries.TakeLast(count)];
    }

    /// <summary>The cells from number <paramref name="start"/> up to, not including, <paramref name="stop"/>.</summary>
    public IReadOnlyList<HistoryEntry> Range(int start, int stop)
    {
        lock (gate) return [.. entries.Where(entry => entry.Number >= start && entry.Number < stop)];
    }

    /// <summary>The cells whose whole text matches <paramref name="pattern"/>, in which * stands for anything and ? for one character.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="count">At most so many, the latest; null for all.</param>
    /// <param name="unique">Of equal cells the latest only.</param>
    public IReadOnlyList<HistoryEntry> Search(string pattern, int? count, bool unique)
    {
        var expression = new StringBuilder("^");
        foreach (var c in pattern) expression.Append(c switch { '*' => ".*", '?' => ".", _ => Regex.Escape(c.ToString()) });
        // Without backtracking, no pattern can keep the kernel busy.
        var regex = new Regex(expression.Append('$').ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking);
        IEnumerable<HistoryEntry> found;
        lock (gate) found = [.. entries.Where(entry => regex.IsMatch(entry.Code))];
        if (unique) found = found.Reverse().DistinctBy(entry => entry.Code, StringComparer.Ordinal).Reverse();
        return [.. count is { } most ? found.TakeLast(most) : found];
    }

    static int Length(HistoryEntry entry) => entry.Code.Length + (entry.Result?.Length ?? 0);
}
