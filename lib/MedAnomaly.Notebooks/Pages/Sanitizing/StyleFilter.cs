using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Pages.Sanitizing;

/// <summary>Keeps of an element's style what dresses its own text and box: nothing that loads, covers or moves over the page.</summary>
static partial class StyleFilter
{
    static readonly HashSet<string> Properties = new(StringComparer.Ordinal)
    {
        "background", "background-color", "border", "border-bottom", "border-bottom-color", "border-bottom-style", "border-bottom-width",
        "border-collapse", "border-color", "border-left", "border-left-color", "border-left-style", "border-left-width", "border-radius",
        "border-right", "border-right-color", "border-right-style", "border-right-width", "border-spacing", "border-style", "border-top",
        "border-top-color", "border-top-style", "border-top-width", "border-width", "caption-side", "clear", "color", "column-gap", "display",
        "flex", "flex-direction", "flex-wrap", "float", "font-family", "font-size", "font-style", "font-variant", "font-weight", "gap", "height",
        "justify-content", "align-items", "letter-spacing", "line-height", "list-style-type", "margin", "margin-bottom", "margin-left",
        "margin-right", "margin-top", "max-height", "max-width", "min-height", "min-width", "opacity", "overflow", "overflow-x", "overflow-y",
        "padding", "padding-bottom", "padding-left", "padding-right", "padding-top", "row-gap", "table-layout", "text-align", "text-decoration",
        "text-indent", "text-transform", "vertical-align", "white-space", "width", "word-break",
    };

    /// <summary>The declarations of <paramref name="style"/> that may stay; null where none may.</summary>
    public static string? Filter(string style)
    {
        var kept = new List<string>();
        foreach (var declaration in style.Split(';'))
        {
            if (declaration.Split(':') is not [var property, var value]) continue;
            (property, value) = (property.Trim().ToLowerInvariant(), value.Trim());
            if (Properties.Contains(property) && IsHarmless(property, value)) kept.Add($"{property}: {value}");
        }
        return kept.Count > 0 ? string.Join("; ", kept) : null;
    }

    // A negative margin or indent would draw an element over what is not its own.
    static bool IsHarmless(string property, string value) => value.Length <= 200 && Value().IsMatch(value)
        && Function().Matches(value).All(function => function.Groups[1].Value.ToLowerInvariant() is "rgb" or "rgba" or "hsl" or "hsla" or "calc" or "min" or "max")
        && !(value.Contains('-', StringComparison.Ordinal) && (property.StartsWith("margin", StringComparison.Ordinal) || property == "text-indent"));

    // Without quotes, backslashes and slashes no word can be spelt in another way, and no comment can hide one.
    [GeneratedRegex(@"^[\w\s.,%#()+-]+$")]
    private static partial Regex Value();

    [GeneratedRegex(@"([\w-]*)\s*\(")]
    private static partial Regex Function();
}
