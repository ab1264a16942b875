namespace MedAnomaly.Figures;

/// <summary>How an axis maps values to places.</summary>
public enum AxisType
{
    /// <summary>In proportion; categories where the traces have them.</summary>
    Linear,
    /// <summary>Logarithmic to base 10; values that are not positive are left out.</summary>
    Log,
}

/// <summary>How the bars of several traces share a key.</summary>
public enum BarMode
{
    /// <summary>Side by side.</summary>
    Group,
    /// <summary>One over the other.</summary>
    Overlay,
}

/// <summary>Where the legend goes.</summary>
public enum LegendPlace
{
    /// <summary>In a corner where it covers no data, else beside the plot, else below it.</summary>
    Automatic,
    /// <summary>Right of the plot.</summary>
    Right,
    /// <summary>Below the plot.</summary>
    Below,
    /// <summary>Nowhere.</summary>
    Hidden,
}

/// <summary>One axis of a subplot.</summary>
public sealed record Axis
{
    /// <summary>What the axis measures, with its unit.</summary>
    public string? Title { get; init; }

    /// <summary>Linear or logarithmic.</summary>
    public AxisType Type { get; init; }

    /// <summary>The first and last value shown; null fits the data.</summary>
    public (double Min, double Max)? Range { get; init; }

    /// <summary>True where values grow downwards or to the left.</summary>
    public bool Reversed { get; init; }

    /// <summary>False hides line, ticks and labels, not the title: the frame of an image.</summary>
    public bool ShowTicks { get; init; } = true;

    /// <summary>False hides the grid lines.</summary>
    public bool ShowGrid { get; init; } = true;
}

/// <summary>The key of a colour scale beside a subplot.</summary>
public sealed record ColorBar(ColorScale Scale, double Min, double Max, string? Title = null)
{
    /// <summary>How many rows of subplots it stands beside, its own the first.</summary>
    public int Rows { get; init; } = 1;
}

/// <summary>A straight line across a subplot at one value of one axis.</summary>
public sealed record ReferenceLine(double At, bool Vertical, string? Label, LineStyle Line);

/// <summary>A pair of axes and the place where it stands in the figure's grid.</summary>
public sealed record Subplot
{
    /// <summary>The horizontal axis.</summary>
    public Axis X { get; init; } = new();

    /// <summary>The vertical axis.</summary>
    public Axis Y { get; init; } = new();

    /// <summary>What stands above it.</summary>
    public string? Title { get; init; }

    /// <summary>Its row, from 0 on top.</summary>
    public int Row { get; init; }

    /// <summary>Its column, from 0 on the left.</summary>
    public int Column { get; init; }

    /// <summary>Width over height of the plot area; null takes the room there is.</summary>
    public double? Aspect { get; init; }

    /// <summary>The key of its colours, drawn on its right.</summary>
    public ColorBar? ColorBar { get; init; }

    /// <summary>Lines across it.</summary>
    public IReadOnlyList<ReferenceLine> ReferenceLines { get; init; } = [];
}

/// <summary>Everything of a figure that is not data.</summary>
public sealed record Layout
{
    /// <summary>What the figure shows.</summary>
    public string? Title { get; init; }

    /// <summary>A smaller line below the title: the data, and whether it is real, a stand-in or simulated.</summary>
    public string? Subtitle { get; init; }

    /// <summary>Width in pixels at scale 1; null is what the content needs, at most 720, a notebook's width.</summary>
    public int? Width { get; init; }

    /// <summary>Height in pixels at scale 1; null is what the content needs.</summary>
    public int? Height { get; init; }

    /// <summary>The axes, at least one pair.</summary>
    public IReadOnlyList<Subplot> Subplots { get; init; } = [new()];

    /// <summary>How bars share a key.</summary>
    public BarMode BarMode { get; init; }

    /// <summary>Where the legend goes.</summary>
    public LegendPlace Legend { get; init; }
}
