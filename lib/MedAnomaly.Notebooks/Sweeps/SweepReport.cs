using MedAnomaly.Experiments;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>What a sweep ends in: a table and a plot for each parameter that was varied.</summary>
public static class SweepReport
{
    /// <summary>
    /// Writes <c>table.csv</c>, <c>README.md</c> and a PNG a plot into the sweep's folder, in place of earlier ones.
    /// </summary>
    /// <returns>The table and the places of the files, for people.</returns>
    /// <exception cref="UsageException">No finished run saved a record, or they saw different data.</exception>
    /// <exception cref="OutputException">A file cannot be written.</exception>
    public static string Write(SweepFile sweep, SweepFolder folder, IReadOnlyList<SweepRun> finished)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(folder);
        var records = new SweepTable(sweep.Varied, [.. finished.SelectMany(folder.Records)]);
        var table = records.ToTable($"{sweep.Name}: {finished.Count} of {sweep.Runs.Count} runs.");
        AtomicFile.WriteText(Path.Combine(folder.Path, "table.csv"), table.ToCsv());
        var page = $"# {sweep.Name}\n\n{table.ToMarkdown()}\n";
        foreach (var (parameter, figure) in records.ToFigures())
        {
            figure.SavePng(Path.Combine(folder.Path, $"{parameter}.png"));
            page += $"\n![{figure.AltText}]({parameter}.png)\n";
        }
        AtomicFile.WriteText(Path.Combine(folder.Path, "README.md"), page);
        return $"{table}\n{Path.Combine(folder.Path, "README.md")}\n";
    }
}
