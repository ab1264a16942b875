namespace MedAnomaly.Figures.Rendering;

/// <summary>
/// Advance widths of Arial, which Liberation Sans shares glyph by glyph. A table keeps a figure's layout the same on every machine, in the
/// browser too, and needs no library; <see cref="Rasterizer"/> checks it against the font that it finds.
/// </summary>
static class FontMetrics
{
    /// <summary>The families that have these widths, for CSS.</summary>
    public const string Families = "Arial, Liberation Sans, Arimo, Helvetica, sans-serif";

    const double UnitsPerEm = 2048;

    /// <summary>From the baseline up to the top of a capital, in ems.</summary>
    public const double CapHeight = 0.716;

    // From U+0020 to U+007E.
    static readonly short[] regular =
    [
        569, 569, 727, 1139, 1139, 1821, 1366, 391, 682, 682, 797, 1196, 569, 682, 569, 569,
        1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 569, 569, 1196, 1196, 1196, 1139,
        2079, 1366, 1366, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1024, 1366, 1139, 1706, 1479, 1593,
        1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 569, 569, 569, 961, 1139,
        682, 1139, 1139, 1024, 1139, 1139, 569, 1139, 1139, 455, 455, 1024, 455, 1706, 1139, 1139,
        1139, 1139, 682, 1024, 569, 1139, 1024, 1479, 1024, 1024, 1024, 684, 532, 684, 1196,
    ];

    static readonly short[] bold =
    [
        569, 682, 971, 1139, 1139, 1821, 1479, 487, 682, 682, 797, 1196, 569, 682, 569, 569,
        1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 1139, 682, 682, 1196, 1196, 1196, 1251,
        1997, 1479, 1479, 1479, 1479, 1366, 1251, 1593, 1479, 569, 1139, 1479, 1251, 1706, 1479, 1593,
        1366, 1593, 1479, 1366, 1251, 1479, 1366, 1933, 1366, 1366, 1251, 682, 569, 682, 1196, 1139,
        682, 1139, 1251, 1139, 1251, 1139, 682, 1251, 1251, 569, 569, 1139, 569, 1821, 1251, 1251,
        1251, 1251, 797, 1139, 682, 1251, 1139, 1593, 1139, 1139, 1024, 797, 573, 797, 1196,
    ];

    /// <summary>The width of <paramref name="text"/> in the unit of <paramref name="size"/>.</summary>
    public static double Width(string text, double size, bool isBold = false)
    {
        var units = 0;
        foreach (var rune in text.EnumerateRunes())
            units += Advance(rune.Value, isBold ? bold : regular);
        return units * size / UnitsPerEm;
    }

    // Beyond ASCII a few signs that figures use are exact; the rest is taken as a wide letter, and East Asian signs as a full em.
    static int Advance(int rune, short[] ascii) => rune switch
    {
        >= 0x20 and <= 0x7e => ascii[rune - 0x20],
        0xb7 => 569,
        0xb0 => 819,
        0xb2 or 0xb3 or 0xb9 => 682,
        0xb1 or 0x2264 or 0x2265 or 0x2248 => 1124,
        0xd7 or 0x2212 => 1196,
        0x2013 => 1139,
        0x2014 or 0x2026 or 0x2190 or 0x2192 => 2048,
        >= 0x1100 and <= 0x115f or >= 0x2e80 and <= 0xd7ff or >= 0xf900 and <= 0xfaff or >= 0x1f000 => 2048,
        _ => 1366,
    };

    /// <summary>
    /// <paramref name="text"/> in lines no wider than <paramref name="width"/>, broken after spaces, hyphens, slashes and underscores; what
    /// does not fit into <paramref name="lines"/> lines, or has no place to break, ends in an ellipsis.
    /// </summary>
    public static IReadOnlyList<string> Wrap(string text, double size, double width, int lines, bool isBold = false)
    {
        var wrapped = new List<string>();
        foreach (var paragraph in text.Split('\n'))
        {
            var line = "";
            foreach (var word in Words(paragraph))
            {
                if (line.Length > 0 && Width((line + word).TrimEnd(), size, isBold) > width)
                {
                    wrapped.Add(line.TrimEnd());
                    line = "";
                }
                line += word;
            }
            wrapped.Add(line.TrimEnd());
        }
        if (wrapped.Count > lines)
        {
            wrapped[lines - 1] = string.Join(' ', wrapped.Skip(lines - 1));
            wrapped.RemoveRange(lines, wrapped.Count - lines);
        }
        return wrapped.ConvertAll(line => Shorten(line, size, width, isBold));
    }

    static string Shorten(string text, double size, double width, bool isBold)
    {
        if (Width(text, size, isBold) <= width)
            return text;
        var length = text.Length;
        while (length > 1 && Width(text[..length] + "…", size, isBold) > width)
            length--;
        if (char.IsHighSurrogate(text[length - 1]))
            length--;
        return text[..length].TrimEnd() + "…";
    }

    static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is not (' ' or '-' or '/' or '_'))
                continue;
            yield return text[start..(i + 1)];
            start = i + 1;
        }
        if (start < text.Length)
            yield return text[start..];
    }
}
