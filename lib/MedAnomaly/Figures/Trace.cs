namespace MedAnomaly.Figures;

/// <summary>How a line is broken.</summary>
public enum Dash
{
    /// <summary>Not at all.</summary>
    Solid,
    /// <summary>Dots.</summary>
    Dot,
    /// <summary>Dashes.</summary>
    Dash,
    /// <summary>Dashes and dots in turn.</summary>
    DashDot,
}

/// <summary>The shape of a marker.</summary>
public enum MarkerSymbol
{
    /// <summary>A disc.</summary>
    Circle,
    /// <summary>A square.</summary>
    Square,
    /// <summary>A square on its corner.</summary>
    Diamond,
    /// <summary>A triangle that points up.</summary>
    TriangleUp,
    /// <summary>A diagonal cross.</summary>
    X,
}

/// <summary>What lies between a line and something else.</summary>
public enum Fill
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>The area between the line and y = 0.</summary>
    ToZeroY,
    /// <summary>The area that the line encloses once its end is joined to its start.</summary>
    ToSelf,
}

/// <summary>A stroke; the width is in pixels at scale 1.</summary>
public sealed record LineStyle(Color Color, double Width = 1.75, Dash Dash = Dash.Solid);

/// <summary>A marker; its size is its diameter in pixels at scale 1.</summary>
public sealed record MarkerStyle(Color Color, double Size = 6, MarkerSymbol Symbol = MarkerSymbol.Circle);

/// <summary>How far below and above its value each error bar reaches, in the value's unit; NaN draws none.</summary>
public sealed record ErrorBars(IReadOnlyList<double> Below, IReadOnlyList<double> Above)
{
    /// <summary>The error bars from <c>lows[i]</c> to <c>highs[i]</c> around <c>values[i]</c>: confidence intervals.</summary>
    /// <exception cref="ArgumentException">They are not equally many, or a value lies outside its bounds.</exception>
    public static ErrorBars FromBounds(IReadOnlyList<double> values, IReadOnlyList<double> lows, IReadOnlyList<double> highs)
    {
        ArgumentNullException.ThrowIfNull(values);
        Chart.SameLength(values.Count, lows?.Count ?? 0, "The values", "their lower bounds");
        Chart.SameLength(values.Count, highs?.Count ?? 0, "The values", "their upper bounds");
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] < lows![i] || values[i] > highs![i])
                throw new ArgumentException(FormattableString.Invariant($"Value {i} is {values[i]}, outside its bounds {lows[i]} to {highs![i]}."));
        }
        return new([.. values.Select((value, i) => value - lows![i])], [.. values.Select((value, i) => highs![i] - value)]);
    }
}

/// <summary>One series of a figure; plotly's word.</summary>
public abstract record Trace
{
    /// <summary>What the legend calls it; null keeps it out of the legend.</summary>
    public string? Name { get; init; }

    /// <summary>False keeps a named trace out of the legend.</summary>
    public bool ShowLegend { get; init; } = true;

    /// <summary>The subplot that it is drawn in, counted from 0 in <see cref="Layout.Subplots"/>.</summary>
    public int Subplot { get; init; }
}

/// <summary>Points, joined by a line, marked, or both. Where X or Y is NaN the line is interrupted.</summary>
public sealed record ScatterTrace(Column X, Column Y) : Trace
{
    /// <summary>The line that joins the points, if any.</summary>
    public LineStyle? Line { get; init; }

    /// <summary>What marks each point, if anything.</summary>
    public MarkerStyle? Marker { get; init; }

    /// <summary>What is filled.</summary>
    public Fill Fill { get; init; }

    /// <summary>The colour of the filled area.</summary>
    public Color FillColor { get; init; }

    /// <summary>Error bars along y.</summary>
    public ErrorBars? Error { get; init; }
}

/// <summary>One bar a key, from zero to its value.</summary>
public sealed record BarTrace(Column Keys, IReadOnlyList<double> Values) : Trace
{
    /// <summary>True where the bars lie: keys on the y axis, values along x.</summary>
    public bool Horizontal { get; init; }

    /// <summary>The bars' colour.</summary>
    public Color Color { get; init; }

    /// <summary>A bar's width in the unit of numeric keys; null shares the room between the subplot's bar traces.</summary>
    public double? Width { get; init; }

    /// <summary>Error bars along the value axis.</summary>
    public ErrorBars? Error { get; init; }

    /// <summary>What is written at each bar's end.</summary>
    public IReadOnlyList<string>? Text { get; init; }
}

/// <summary>One box: quartiles, whiskers and what lies beyond them.</summary>
public sealed record BoxTrace(BoxStatistics Statistics) : Trace
{
    /// <summary>The box's colour.</summary>
    public Color Color { get; init; }
}

/// <summary>A matrix of values as coloured cells; row 0 is on top.</summary>
public sealed record HeatmapTrace(double[,] Z, ColorScale Scale, double ZMin, double ZMax) : Trace
{
    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string>? X { get; init; }

    /// <summary>The rows' names.</summary>
    public IReadOnlyList<string>? Y { get; init; }

    /// <summary>What is written into each cell.</summary>
    public string[,]? Text { get; init; }

    /// <summary>Whether cells are drawn apart, as in a table, or are the pixels of an image.</summary>
    internal bool HasCells => (long)Rows * Columns <= 900;

    /// <summary>The mean of a block of values, NaN left out; the block ends where the matrix does.</summary>
    internal double Mean(int row, int column, int rows, int columns)
    {
        var (sum, count) = (0.0, 0);
        for (var i = row; i < Math.Min(row + rows, Rows); i++)
        {
            for (var j = column; j < Math.Min(column + columns, Columns); j++)
            {
                if (double.IsNaN(Z[i, j]))
                    continue;
                sum += Z[i, j];
                count++;
            }
        }
        return count > 0 ? sum / count : double.NaN;
    }

    internal int Rows => Z.GetLength(0);

    internal int Columns => Z.GetLength(1);
}
