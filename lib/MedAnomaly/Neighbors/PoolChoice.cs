namespace MedAnomaly.Neighbors;

/// <summary>Finds the points with the largest bounds in one pass; of equal ones those of the lowest rows.</summary>
sealed class PoolChoice(int size)
{
    /// <summary>A heap with the worst on top, of one more than the pool.</summary>
    readonly (double Bound, int Row)[] heap = new (double, int)[size + 1];
    int count;

    /// <summary>The rows that <see cref="Choose"/> found.</summary>
    public int[] Members { get; private set; } = [];

    /// <summary>Chooses anew, among the finite bounds.</summary>
    /// <returns>The largest bound that is left outside, with its lowest row; -∞ where none is.</returns>
    public (double Bound, int Row) Choose(double[] bounds)
    {
        count = 0;
        var least = double.NegativeInfinity;
        for (var row = 0; row < bounds.Length; row++)
        {
            // A later row of an equal bound is worse.
            if (!(bounds[row] > least)) continue;
            if (count < heap.Length) Up(count++, (bounds[row], row));
            else Down(heap.Length, (bounds[row], row));
            if (count == heap.Length) least = heap[0].Bound;
        }
        if (count < heap.Length)
        {
            Members = [.. heap.AsSpan(0, count).ToArray().Select(entry => entry.Row)];
            return (double.NegativeInfinity, int.MaxValue);
        }
        Members = [.. heap.Skip(1).Select(entry => entry.Row)];
        return heap[0];
    }

    static bool Worse((double Bound, int Row) a, (double Bound, int Row) b) => a.Bound < b.Bound || (a.Bound == b.Bound && a.Row > b.Row);

    void Up(int place, (double Bound, int Row) entry)
    {
        for (; place > 0 && Worse(entry, heap[(place - 1) / 2]); place = (place - 1) / 2) heap[place] = heap[(place - 1) / 2];
        heap[place] = entry;
    }

    void Down(int length, (double Bound, int Row) entry)
    {
        var place = 0;
        for (var child = 1; child < length; child = 2 * place + 1)
        {
            if (child + 1 < length && Worse(heap[child + 1], heap[child])) child++;
            if (!Worse(heap[child], entry)) break;
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = entry;
    }
}
