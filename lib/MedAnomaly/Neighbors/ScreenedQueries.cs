namespace MedAnomaly.Neighbors;

/// <summary>Queries as a screen compares them, and the part of each one's limit that does not change while nearer rows are found.</summary>
sealed unsafe class ScreenedQueries(Rows rows)
{
    /// <summary>The queries, or their coordinates.</summary>
    public Rows Rows => rows;

    /// <summary>See <see cref="Screen.Base"/>; valid after <see cref="Measure"/>.</summary>
    public double[] Bases { get; } = new double[rows.Count];

    /// <summary>Makes the bases anew; to be called whenever the screen got other vectors.</summary>
    public void Measure(Screen screen) => Parallel.For(0, Bases.Length, query => Bases[query] = screen.Base(rows[query]));

    /// <summary>Marks the end of the use of addresses.</summary>
    public void KeepAlive() => rows.KeepAlive();
}
