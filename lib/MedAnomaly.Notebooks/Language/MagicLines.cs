using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Language;

/// <summary>The lines of a cell that the compiler must not see.</summary>
static class MagicLines
{
    /// <summary>The code with magics made blank; every position stays where it was.</summary>
    public static string Blank(string code)
    {
        var characters = code.ToCharArray();
        var head = new CellHead();
        foreach (var (start, end) in Lines(code))
        {
            var line = code.AsSpan(start, end - start).Trim();
            if (head.HasMagic(line) && (line.StartsWith("#!") || line.StartsWith("#r ") || line.StartsWith("#i "))) characters.AsSpan(start, end - start).Fill(' ');
        }
        return new(characters);
    }

    /// <summary>The magics that begin like the word at <paramref name="position"/>; null where that is no magic.</summary>
    public static CompletionList? Complete(string code, int position)
    {
        var start = position == 0 ? 0 : code.LastIndexOf('\n', position - 1) + 1;
        var word = code[start..position];
        if (!word.StartsWith("#!", StringComparison.Ordinal) || word.Contains(' ', StringComparison.Ordinal)) return null;
        var found = CellText.Known.Select(magic => "#!" + magic.Name).Where(name => name.StartsWith(word, StringComparison.OrdinalIgnoreCase));
        return new([.. found.Order(StringComparer.Ordinal).Select(name => new CompletionItem(name, "magic"))], start, position);
    }

    static IEnumerable<(int Start, int End)> Lines(string code)
    {
        for (var start = 0; start < code.Length;)
        {
            var end = code.IndexOf('\n', start);
            if (end < 0) end = code.Length;
            yield return (start, end);
            start = end + 1;
        }
    }
}
