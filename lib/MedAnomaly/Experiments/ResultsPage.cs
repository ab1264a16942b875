using System.Globalization;
using System.Text;
using MedAnomaly.Files;

namespace MedAnomaly.Experiments;

/// <summary>Makes results/README.md from the records: the same bytes from the same records.</summary>
public static class ResultsPage
{
    /// <summary>Writes the page beside the records, if it is not already what it should be.</summary>
    /// <returns>The page's file.</returns>
    /// <exception cref="DataFormatException">A file in the store is no record.</exception>
    /// <exception cref="OutputException">The page cannot be written; the old one is unchanged.</exception>
    public static string Write(ResultStore store)
    {
        ArgumentNullException.ThrowIfNull(store);
        var path = Path.Combine(store.Folder, "README.md");
        var page = Render([.. store.List().Where(run => !run.IsLocal).Select(run => run.Record)]);
        if (!File.Exists(path) || File.ReadAllText(path) != page) AtomicFile.WriteText(path, page);
        return path;
    }

    /// <summary>The page of these records, in any order.</summary>
    public static string Render(IReadOnlyList<RunRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var page = new StringBuilder("# Results\n\n"
            + "Made by `./medanomaly results` from the records in this folder; edit those, not this page. A user's own runs lie in local/ and\n"
            + "are not shown. Every table has the paper's number, ours with its interval, the prevalence, and what a classifier gets that looks at\n"
            + "nothing. \"As published\" repeats the paper's way of measuring with its traps; \"corrected\" is the one to believe.\n");
        if (records.Count == 0) page.Append("\nNothing is recorded yet.\n");
        foreach (var paper in records.GroupBy(record => record.Paper).OrderBy(group => group.Key is null).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {(paper.Key is null ? "Of no paper" : $"Paper {paper.Key}")}\n");
            var tables = paper.GroupBy(record => (record.Table, record.Dataset))
                .OrderBy(group => group.Key.Table, NumbersInText.Order).ThenBy(group => group.Key.Dataset, StringComparer.Ordinal);
            foreach (var table in tables)
            {
                RunRecord[] runs = [.. table.OrderBy(run => run.Id, StringComparer.Ordinal)];
                var caption = table.Key.Table is null ? $"{table.Key.Dataset}." : $"{table.Key.Table}, {table.Key.Dataset}.";
                page.Append('\n').Append(ResultTable.Of(caption, runs).ToMarkdown());
                page.Append(CultureInfo.InvariantCulture, $"\nRecords: {string.Join(", ", runs.Select(run => $"[{run.Id}]({run.Id}.json)"))}\n");
            }
        }
        return page.ToString();
    }

    /// <summary>Orders "Table 2" before "Table 10": runs of digits by their number, the rest by its characters.</summary>
    sealed class NumbersInText : IComparer<string?>
    {
        public static readonly NumbersInText Order = new();

        public int Compare(string? x, string? y) => string.CompareOrdinal(Padded(x), Padded(y));

        static string? Padded(string? text) => text is null ? null
            : System.Text.RegularExpressions.Regex.Replace(text, "[0-9]+", digits => digits.Value.PadLeft(10, '0'));
    }
}
