using System.Text;
using System.Text.RegularExpressions;

namespace MedAnomaly.Data;

/// <summary>
/// A pattern of paths with forward slashes: <c>*</c> is any part of a name, <c>?</c> one character, <c>**/</c> any number of folders,
/// <c>{a,b}</c> either. Letters' case counts.
/// </summary>
sealed class Glob
{
    readonly Regex regex;

    internal Glob(string pattern)
    {
        Pattern = pattern;
        regex = new(Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    internal string Pattern { get; }

    internal bool IsMatch(string path) => regex.IsMatch(path);

    /// <summary>
    /// What of <paramref name="path"/> follows the folders that a leading <c>**/</c> stands for; null where the pattern does not match.
    /// </summary>
    internal string? Match(string path)
    {
        if (!regex.IsMatch(path)) return null;
        if (!Pattern.StartsWith("**/", StringComparison.Ordinal)) return path;
        // The shortest tail that still matches: as many folders as can be are the wrapping's.
        for (var slash = path.LastIndexOf('/'); slash >= 0; slash = slash == 0 ? -1 : path.LastIndexOf('/', slash - 1))
            if (regex.IsMatch(path[(slash + 1)..]))
                return path[(slash + 1)..];
        return path;
    }

    static string Translate(string pattern)
    {
        var text = new StringBuilder("^");
        var braces = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            switch (pattern[i])
            {
                case '*' when pattern.AsSpan(i).StartsWith("**/"):
                    text.Append("(?:[^/]+/)*");
                    i += 2;
                    break;
                case '*':
                    text.Append("[^/]*");
                    break;
                case '?':
                    text.Append("[^/]");
                    break;
                case '{':
                    text.Append("(?:");
                    braces++;
                    break;
                case '}' when braces > 0:
                    text.Append(')');
                    braces--;
                    break;
                case ',' when braces > 0:
                    text.Append('|');
                    break;
                default:
                    text.Append(Regex.Escape(pattern[i].ToString()));
                    break;
            }
        }
        return text.Append('$').ToString();
    }
}
