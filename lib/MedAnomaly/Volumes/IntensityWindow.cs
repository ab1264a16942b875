namespace MedAnomaly.Volumes;

/// <summary>The range of intensities that is shown: <paramref name="Low"/> becomes 0, <paramref name="High"/> becomes 1.</summary>
/// <param name="Low">What is shown as black.</param>
/// <param name="High">What is shown as white.</param>
public sealed record IntensityWindow(double Low, double High)
{
    /// <summary>
    /// The window between two percentiles (0 to 100, linear between neighbours as in numpy) of the finite values; NaN and infinite ones do
    /// not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The percentiles are not 0 &lt;= low &lt; high &lt;= 100.</exception>
    /// <exception cref="DataFormatException">No value is finite.</exception>
    public static IntensityWindow FromPercentiles(ReadOnlySpan<float> values, double low, double high)
    {
        if (!(low >= 0 && low < high && high <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(low),
                FormattableString.Invariant($"Percentiles are 0 <= low < high <= 100, got {low} and {high}."));
        }
        var finite = new float[values.Length];
        var count = 0;
        foreach (var value in values)
        {
            if (float.IsFinite(value)) finite[count++] = value;
        }
        if (count == 0) throw new DataFormatException($"None of {values.Length} values is finite: there is no percentile to window by.");
        var sample = finite.AsSpan(0, count);
        return new(Percentile(sample, low), Percentile(sample, high));
    }

    /// <summary>
    /// Where <paramref name="value"/> lies in the window: 0 at and below the lower end, 1 at and above the upper; NaN is 0.
    /// </summary>
    public float Apply(float value)
    {
        if (!(value > Low)) return 0;
        return value >= High ? 1 : (float)((value - Low) / (High - Low));
    }

    /// <summary>The percentile by selection, in time proportional to the count; reorders <paramref name="values"/>.</summary>
    static double Percentile(Span<float> values, double percentile)
    {
        var rank = percentile / 100 * (values.Length - 1);
        var below = (int)rank;
        var lower = Selection.Select(values, below);
        if (below == values.Length - 1) return lower;
        var upper = float.PositiveInfinity;
        foreach (var value in values[(below + 1)..]) upper = Math.Min(upper, value);
        return lower + (rank - below) * ((double)upper - lower);
    }
}
