namespace MedAnomaly.Outliers;

/// <summary>
/// Rows of the matrix exp(-γ|xᵢ - xⱼ|²), in single precision as libsvm's; those used last are kept, as many as the memory for them holds.
/// </summary>
sealed class KernelRows(Points points, double gamma)
{
    /// <summary>scikit-learn's cache.</summary>
    const long CacheBytes = 200L << 20;

    readonly DistancePanels panels = new(points);
    readonly Dictionary<int, LinkedListNode<(int Number, float[] Values)>> kept = [];
    readonly LinkedList<(int Number, float[] Values)> byUse = [];
    readonly int most = (int)Math.Max(2, CacheBytes / sizeof(float) / points.Count);

    /// <summary>How many rows there are, and how long each is.</summary>
    public int Count => points.Count;

    /// <summary>A row; good until two others are asked for.</summary>
    public float[] this[int number]
    {
        get
        {
            if (kept.TryGetValue(number, out var known)) byUse.Remove(known);
            else known = Make(number);
            byUse.AddFirst(known);
            return known.Value.Values;
        }
    }

    /// <summary>Makes rows of a range at once, on all cores; only as many as are kept.</summary>
    public void Prepare(int end, Work work)
    {
        var rows = new float[Math.Min(end, most)][];
        work.Over(rows.Length, number => Write(number, rows[number] = new float[Count]));
        for (var number = 0; number < rows.Length; number++) kept[number] = byUse.AddFirst((number, rows[number]));
    }

    LinkedListNode<(int Number, float[] Values)> Make(int number)
    {
        float[] values;
        if (kept.Count == most)
        {
            var oldest = byUse.Last!;
            byUse.RemoveLast();
            kept.Remove(oldest.Value.Number);
            values = oldest.Value.Values;
        }
        else
        {
            values = new float[Count];
        }
        Write(number, values);
        return kept[number] = new((number, values));
    }

    void Write(int number, float[] values)
    {
        var distances = new double[panels.PaddedCount];
        panels.SquaredDistances(points[number], distances);
        for (var other = 0; other < values.Length; other++) values[other] = (float)Math.Exp(-gamma * distances[other]);
    }
}
