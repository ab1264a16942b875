namespace MedAnomaly.Neighbors;

/// <summary>
/// One way to tell which rows may be near: by all components, or by coordinates along a few principal axes. Which is fastest depends on the
/// rows and on how many queries share the work, so it is measured.
/// </summary>
/// <param name="axes">How many axes; null for all components.</param>
/// <param name="screen">Holds the rows, or those of a block.</param>
/// <param name="holdsAllRows">Whether the screen holds all rows from the beginning, and need not be filled with each block.</param>
sealed class ScreeningWay(int? axes, Screen screen, bool holdsAllRows) : IDisposable
{
    readonly double[] secondsPerRow = Enumerable.Repeat(double.PositiveInfinity, 33).ToArray();

    /// <summary>How many axes; null for all components.</summary>
    public int? Axes => axes;

    /// <summary>Holds the rows, or those of a block.</summary>
    public Screen Screen => screen;

    /// <summary>Whether the screen holds all rows, and not those of a block only.</summary>
    public bool HoldsAllRows => holdsAllRows;

    /// <summary>What it last took to screen a row for about so many queries; infinite before it was measured.</summary>
    public double SecondsPerRow(int queries) => secondsPerRow[BinaryOrder(queries)];

    /// <summary>Remembers what it took.</summary>
    public void Measured(int queries, double seconds) => secondsPerRow[BinaryOrder(queries)] = seconds;

    static int BinaryOrder(int queries) => 32 - int.LeadingZeroCount(queries);

    /// <summary>Frees the screen.</summary>
    public void Dispose() => screen.Dispose();
}
