using System.Globalization;
using System.Text.Json.Nodes;
using AngleSharp.Dom;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>How far a notebook was executed.</summary>
enum NotebookState
{
    /// <summary>It holds no outputs.</summary>
    NotExecuted,
    /// <summary>No cell ended it.</summary>
    Executed,
    /// <summary>A cell failed that was not meant to.</summary>
    Failed,
}

/// <summary>What a page's head and the gallery say of a notebook.</summary>
/// <param name="Title">Its own title, its first heading, or its file's name.</param>
/// <param name="Lead">Its first paragraph; null where it has none.</param>
/// <param name="State">How far it was executed.</param>
/// <param name="Executed">When, UTC; null where it does not say.</param>
/// <param name="Duration">How long that took; null where it does not say.</param>
/// <param name="Figure">Its first figure, with its description; null where it has none.</param>
sealed record NotebookSummary(string Title, string? Lead, NotebookState State, DateTime? Executed, TimeSpan? Duration, (Picture Picture, string Alt)? Figure)
{
    const int LongestLead = 320;

    /// <summary>The summary of <paramref name="notebook"/>, whose file is called <paramref name="name"/>.</summary>
    public static NotebookSummary Of(Notebook notebook, string name)
    {
        var prose = notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown && !cell.HasTag(CellTags.ErrorBanner))
            .Select(cell => Prose.ToTree(cell.Source, new())).ToList();
        var heading = prose.Select(tree => tree.QuerySelector("h1") ?? tree.QuerySelector("h2")).FirstOrDefault(found => found is not null);
        var lead = prose.SelectMany(tree => tree.QuerySelectorAll("p")).Where(paragraph => paragraph.Closest("table, blockquote, li") is null)
            .Select(PlainWords.Of).FirstOrDefault(words => words.Length > 0);
        var title = notebook.Metadata["title"] is JsonValue noted && noted.TryGetValue<string>(out var own) && own.Length > 0 ? own
            : heading is null ? "" : PlainWords.Of(heading);
        var run = notebook.Metadata["papermill"] as JsonObject;
        var executed = Time(run, "end_time") ?? Time(run, "start_time");
        return new(title.Length > 0 ? title : name, Shortened(lead), StateOf(notebook, run), executed, DurationOf(run), FirstFigure(notebook));
    }

    static NotebookState StateOf(Notebook notebook, JsonObject? run)
    {
        if (!notebook.CodeCells.Any(cell => cell.Outputs.Count > 0 || cell.ExecutionCount is not null)) return NotebookState.NotExecuted;
        var failed = run?["exception"] is JsonValue noted && noted.TryGetValue<bool>(out var ended) && ended
            || notebook.CodeCells.Any(cell => !cell.HasTag(CellTags.RaisesException) && cell.Outputs.Any(output => output is ErrorOutput));
        return failed ? NotebookState.Failed : NotebookState.Executed;
    }

    static (Picture, string)? FirstFigure(Notebook notebook)
    {
        foreach (var cell in notebook.CodeCells)
        {
            foreach (var display in cell.Outputs.OfType<DisplayOutput>())
            {
                if (Lines.Join(display.Data[Mime.Png] ?? display.Data["image/jpeg"]) is { } base64 && Picture.OfBase64(base64) is { } picture)
                    return (picture, OutputView.Alt(display, cell));
            }
        }
        return null;
    }

    // As papermill writes it: in UTC, which it does not say.
    static DateTime? Time(JsonObject? run, string key) => run?[key] is JsonValue value && value.TryGetValue<string>(out var text)
        && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;

    static TimeSpan? DurationOf(JsonObject? run) =>
        JsonNumber.Of(run?["duration"]) is >= 0 and < 1e8 and double seconds ? TimeSpan.FromSeconds(seconds) : null;

    static string? Shortened(string? words)
    {
        if (words is null || words.Length <= LongestLead) return words;
        var end = words.LastIndexOf(' ', LongestLead);
        return words[..(end > 0 ? end : LongestLead)].TrimEnd(',', ';', '.') + "…";
    }
}
