using System.Globalization;
using System.Net;
using MedAnomaly.Data;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>The line that says how a notebook came to be what it is: data, time, duration.</summary>
static class PageFacts
{
    /// <summary>The facts as HTML.</summary>
    public static string ToHtml(NotebookSummary summary, IReadOnlyList<DataKind> data)
    {
        var facts = data.Distinct().Order().Select(kind =>
            $"<span class=\"data {kind.ToString().ToLowerInvariant()}\">{Encode(Experiments.RunRecord.Caption(kind))}</span>");
        return $"<p class=\"facts\">{string.Join("<span class=\"dot\"> · </span>", [.. facts, .. State(summary)])}</p>";
    }

    static IEnumerable<string> State(NotebookSummary summary)
    {
        if (summary.State == NotebookState.NotExecuted)
        {
            yield return "not executed";
            yield break;
        }
        if (summary.State == NotebookState.Failed) yield return "<span class=\"failed\">a cell failed</span>";
        yield return summary.Executed is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"executed <time datetime=\"{time:yyyy-MM-ddTHH:mm:ssZ}\">{time:d MMMM yyyy, HH:mm} UTC</time>") : "executed";
        if (summary.Duration is { } duration) yield return Words(duration);
    }

    static string Words(TimeSpan duration) => duration.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.#} s")
        : duration.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes} min {duration.Seconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)duration.TotalHours} h {duration.Minutes} min");

    static string Encode(string text) => WebUtility.HtmlEncode(text);
}
