namespace MedAnomaly.Notebooks.Documents;

/// <summary>Finds which entry of a list belongs to which cell after somebody edited the cells.</summary>
static class DibPairs
{
    /// <summary>
    /// Pairs what has the same key, in order and as many as possible; what is left between two pairs belongs together where there are as
    /// many cells as entries.
    /// </summary>
    public static IReadOnlyList<(Cell Cell, T Entry)> Of<T>(IReadOnlyList<Cell> cells, Func<Cell, string> keyOf, IReadOnlyList<T> entries, Func<T, string?> keyOfEntry)
    {
        var keys = cells.Select(keyOf).ToArray();
        var common = LongestCommon(keys, [.. entries.Select(keyOfEntry)]);
        var pairs = new List<(Cell, T)>();
        var (gapCells, gapEntries) = (new List<Cell>(), new List<T>());
        var (c, e) = (0, 0);
        while (c < cells.Count || e < entries.Count)
        {
            if (c < cells.Count && e < entries.Count && keys[c] == keyOfEntry(entries[e]))
            {
                CloseGap();
                pairs.Add((cells[c++], entries[e++]));
            }
            else if (e == entries.Count || c < cells.Count && common[c + 1, e] >= common[c, e + 1]) gapCells.Add(cells[c++]);
            else gapEntries.Add(entries[e++]);
        }
        CloseGap();
        return pairs;

        void CloseGap()
        {
            if (gapCells.Count == gapEntries.Count) pairs.AddRange(gapCells.Zip(gapEntries));
            gapCells.Clear();
            gapEntries.Clear();
        }
    }

    static int[,] LongestCommon(string[] a, string?[] b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--) table[i, j] = a[i] == b[j] ? table[i + 1, j + 1] + 1 : Math.Max(table[i + 1, j], table[i, j + 1]);
        }
        return table;
    }
}
