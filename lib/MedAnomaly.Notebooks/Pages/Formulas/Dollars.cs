namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>The dollars that enclose formulae.</summary>
static class Dollars
{
    /// <summary>
    /// Where the next <paramref name="count"/> dollars are in <paramref name="text"/> from <paramref name="start"/> on, before
    /// <paramref name="end"/>; a dollar after a backslash is not one. -1 where there are none.
    /// </summary>
    public static int Find(string text, int start, int count, int end = int.MaxValue)
    {
        end = Math.Min(end, text.Length);
        for (var at = start; at + count <= end; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == '$' && (count == 1 || text[at + 1] == '$')) return at;
        }
        return -1;
    }
}
