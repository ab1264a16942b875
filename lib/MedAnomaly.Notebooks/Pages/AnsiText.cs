using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Terminal text as HTML: the sixteen colours, bold and dim become classes, every other control disappears.</summary>
static partial class AnsiText
{
    /// <summary><paramref name="text"/> as HTML.</summary>
    public static string ToHtml(string text)
    {
        var html = new StringBuilder();
        var classes = new SortedSet<string>(StringComparer.Ordinal);
        var position = 0;
        foreach (Match escape in Escape().Matches(text))
        {
            Append(html, text[position..escape.Index], classes);
            position = escape.Index + escape.Length;
            if (escape.Groups["codes"].Success) Apply(classes, escape.Groups["codes"].Value);
        }
        Append(html, text[position..], classes);
        return html.ToString();
    }

    /// <summary><paramref name="text"/> without any control.</summary>
    public static string Strip(string text) => Controls().Replace(Escape().Replace(text, ""), "");

    static void Append(StringBuilder html, string text, SortedSet<string> classes)
    {
        text = Controls().Replace(text, "");
        if (text.Length == 0) return;
        var encoded = WebUtility.HtmlEncode(text);
        if (classes.Count == 0) html.Append(encoded);
        else html.Append(CultureInfo.InvariantCulture, $"<span class=\"{string.Join(' ', classes)}\">{encoded}</span>");
    }

    static void Apply(SortedSet<string> classes, string codes)
    {
        var numbers = codes.Split(';').Select(code => int.TryParse(code, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        for (var i = 0; i < numbers.Length; i++)
        {
            switch (numbers[i])
            {
                case 0: classes.Clear(); break;
                case 1: classes.Add("a-bold"); break;
                case 2: classes.Add("a-dim"); break;
                case 22: classes.Remove("a-bold"); classes.Remove("a-dim"); break;
                case 39: Colour(classes, null); break;
                case >= 30 and <= 37 and var dark: Colour(classes, dark - 30); break;
                case >= 90 and <= 97 and var bright: Colour(classes, bright - 90); break;
                case 38 or 48: i += i + 1 < numbers.Length && numbers[i + 1] == 5 ? 2 : 4; break; // Palette and true colours stay uncoloured.
            }
        }
    }

    static void Colour(SortedSet<string> classes, int? colour)
    {
        classes.RemoveWhere(name => name.StartsWith("a-c", StringComparison.Ordinal));
        if (colour is { } number) classes.Add(FormattableString.Invariant($"a-c{number}"));
    }

    [GeneratedRegex(@"\u001b(?:\[(?:(?<codes>[0-9;]*)m|[0-9;?]*[A-Za-ln-z])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|.)", RegexOptions.Singleline)]
    private static partial Regex Escape();

    [GeneratedRegex(@"[\u0000-\u0008\u000b-\u001f\u007f]")]
    private static partial Regex Controls();
}
