using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>A cell that asks what a name is, as in IPython: <c>Console.WriteLine?</c>. With two question marks the source is shown too. It is no C#.</summary>
sealed partial record HelpRequest(string Name, bool WithSource)
{
    /// <summary>The request, null where <paramref name="code"/> is none.</summary>
    public static HelpRequest? Of(string code) => Pattern().Match(code) is { Success: true } match
        ? new(match.Groups["name"].Value, match.Groups["mark"].Length > 1) : null;

    [GeneratedRegex(@"^\s*(?<name>[\p{L}_][\w.]*)\s*(?<mark>\?{1,2})\s*$|^\s*(?<mark>\?{1,2})\s*(?<name>[\p{L}_][\w.]*)\s*$")]
    private static partial Regex Pattern();
}
