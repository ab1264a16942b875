namespace MedAnomaly.Figures;

/// <summary>Equal bins from <paramref name="Start"/>, each <paramref name="Size"/> wide; the last one holds its upper end too.</summary>
sealed record Bins(double Start, double Size, int Number)
{
    const int Most = 200, Fewest = 5;

    /// <summary>
    /// As many bins as asked for, or as Freedman and Diaconis (1981) advise, 2 IQR / n^(1/3) wide, at least 5 and at most 200.
    /// </summary>
    /// <exception cref="ArgumentException">There is no value besides NaN, or no bin.</exception>
    public static Bins Of(IEnumerable<double> values, int? number = null)
    {
        if (number is < 1 or > 10_000)
            throw new ArgumentException($"A histogram has 1 to 10000 bins, got {number}.", nameof(number));
        var finite = values.Where(value => !double.IsNaN(value)).ToArray();
        if (finite.Length == 0)
            throw new ArgumentException("A histogram needs at least one value that is not NaN; there is none.", nameof(values));
        var (min, max) = (finite.Min(), finite.Max());
        if (min == max)
            return new(min - 0.5, 1, 1);
        var statistics = BoxStatistics.Of(finite);
        var width = 2 * (statistics.Q3 - statistics.Q1) / Math.Cbrt(finite.Length);
        var count = number ?? (width > 0 ? (int)Math.Clamp(Math.Ceiling((max - min) / width), Fewest, Most) : 30);
        return new(min, (max - min) / count, count);
    }

    /// <summary>Bars of how many of the values fall into each bin; values outside are not counted.</summary>
    public BarTrace Count(IEnumerable<double> values)
    {
        var counts = new double[Number];
        foreach (var value in values.Where(value => !double.IsNaN(value)))
        {
            var bin = (int)Math.Floor((value - Start) / Size);
            // The greatest value closes the last bin, and rounding must not push an end out.
            if (value >= Start && bin >= 0 && bin <= Number)
                counts[Math.Min(bin, Number - 1)]++;
        }
        return new(Column.From(Enumerable.Range(0, Number).Select(i => Start + (i + 0.5) * Size)), counts) { Width = Size };
    }
}
