namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Positions in code: the protocol counts Unicode code points, .NET UTF-16 code units.</summary>
static class CodePoints
{
    /// <summary>The index in <paramref name="text"/> behind <paramref name="count"/> code points.</summary>
    public static int ToIndex(string text, int count)
    {
        var index = 0;
        for (; count > 0 && index < text.Length; count--) index += IsPair(text, index) ? 2 : 1;
        return index;
    }

    /// <summary>How many code points stand before <paramref name="index"/>.</summary>
    public static int FromIndex(string text, int index)
    {
        var count = 0;
        for (var i = 0; i < index && i < text.Length; i += IsPair(text, i) ? 2 : 1) count++;
        return count;
    }

    static bool IsPair(string text, int index) => index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);
}
