using MedAnomaly.Figures.Rendering;
using MedAnomaly.Images;

namespace MedAnomaly.Figures;

/// <summary>
/// Charts by their general kind, under Plotly.NET's names; optional parameters keep that library's capitals, so that named arguments carry
/// over. For the figures of anomaly detection see <see cref="Plot"/>.
/// </summary>
public static class Chart
{
    /// <summary>A line through the points. NaN interrupts it; strings are categories.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a value is infinite.</exception>
    public static Figure Line<XType, YType>(IEnumerable<XType> x, IEnumerable<YType> y, bool ShowMarkers = false, string? Name = null,
        Color? LineColor = null, double LineWidth = 1.75, Dash LineDash = Dash.Solid)
        where XType : IConvertible
        where YType : IConvertible
    {
        var color = LineColor ?? Palette.ColorOf(0);
        return Scatter(x, y, Name, new LineStyle(color, LineWidth, LineDash), ShowMarkers ? new MarkerStyle(color) : null);
    }

    /// <summary>The points alone.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a value is infinite.</exception>
    public static Figure Point<XType, YType>(IEnumerable<XType> x, IEnumerable<YType> y, string? Name = null,
        Color? MarkerColor = null, MarkerSymbol MarkerSymbol = MarkerSymbol.Circle, double MarkerSize = 6)
        where XType : IConvertible
        where YType : IConvertible =>
        Scatter(x, y, Name, null, new MarkerStyle(MarkerColor ?? Palette.ColorOf(0), MarkerSize, MarkerSymbol));

    /// <summary>Points with a line, markers, or both, and error bars if given.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a value is infinite.</exception>
    public static Figure Scatter<XType, YType>(IEnumerable<XType> x, IEnumerable<YType> y, string? Name = null,
        LineStyle? Line = null, MarkerStyle? Marker = null, ErrorBars? YError = null)
        where XType : IConvertible
        where YType : IConvertible
    {
        var (xs, ys) = (Figures.Column.From(x, nameof(x)), Figures.Column.From(y, nameof(y)));
        SameLength(xs.Count, ys.Count, "x", "y");
        if (!xs.Numbers.Zip(ys.Numbers).Any(point => !double.IsNaN(point.First) && !double.IsNaN(point.Second)))
            throw new ArgumentException($"There is no point to draw: {xs.Count} given, none with both an x and a y.", nameof(y));
        if (YError is not null)
            SameLength(ys.Count, YError, "y");
        return Single(new ScatterTrace(xs, ys) { Name = Name, Line = Line, Marker = Marker, Error = YError });
    }

    /// <summary>The area between the line and y = 0.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no point, or a value is infinite.</exception>
    public static Figure Area<XType, YType>(IEnumerable<XType> x, IEnumerable<YType> y, string? Name = null, Color? LineColor = null, Color? FillColor = null)
        where XType : IConvertible
        where YType : IConvertible
    {
        var color = LineColor ?? Palette.ColorOf(0);
        var line = Line(x, y, Name: Name, LineColor: color);
        return line with { Data = [(ScatterTrace)line.Data[0] with { Fill = Fill.ToZeroY, FillColor = FillColor ?? color.WithOpacity(0.25) }] };
    }

    /// <summary>Vertical bars.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no bar, or a value is infinite.</exception>
    public static Figure Column<ValuesType, KeysType>(IEnumerable<ValuesType> values, IEnumerable<KeysType> Keys, string? Name = null,
        Color? MarkerColor = null, ErrorBars? Error = null, IEnumerable<string>? MultiText = null)
        where ValuesType : IConvertible
        where KeysType : IConvertible => Single(Bars(values, Keys, Name, MarkerColor, Error, MultiText));

    /// <summary>Horizontal bars, the first on top.</summary>
    /// <exception cref="ArgumentException">The lengths differ, there is no bar, or a value is infinite.</exception>
    public static Figure Bar<ValuesType, KeysType>(IEnumerable<ValuesType> values, IEnumerable<KeysType> Keys, string? Name = null,
        Color? MarkerColor = null, ErrorBars? Error = null, IEnumerable<string>? MultiText = null)
        where ValuesType : IConvertible
        where KeysType : IConvertible
    {
        var figure = Single(Bars(values, Keys, Name, MarkerColor, Error, MultiText) with { Horizontal = true });
        return figure with { Layout = figure.Layout with { Subplots = [new Subplot { Y = new Axis { Reversed = true } }] } };
    }

    /// <summary>How many values fall into each of a number of equal bins; the bins are counted here, so that the figure stays small.</summary>
    /// <exception cref="ArgumentException">There is no value besides NaN, or one is infinite.</exception>
    public static Figure Histogram<XType>(IEnumerable<XType> X, string? Name = null, int? NBinsX = null, Color? MarkerColor = null)
        where XType : IConvertible
    {
        var values = Figures.Column.From(X, nameof(X)).Numbers;
        var bins = Bins.Of(values, NBinsX);
        return Single(bins.Count(values) with { Name = Name, Color = MarkerColor ?? Palette.ColorOf(0) }).WithYAxisStyle("Count");
    }

    /// <summary>One box a group: median, quartiles, whiskers within 1.5 interquartile ranges, and the values beyond.</summary>
    /// <exception cref="ArgumentException">There is no value besides NaN.</exception>
    public static Figure BoxPlot<YType>(IEnumerable<YType> Y, string Name, Color? MarkerColor = null)
        where YType : IConvertible =>
        Single(new BoxTrace(BoxStatistics.Of(Figures.Column.From(Y, nameof(Y)).Numbers)) { Name = Name, Color = MarkerColor ?? Palette.ColorOf(0) });

    /// <summary>A matrix as coloured cells, row 0 on top, with a colour bar from its least to its greatest value.</summary>
    /// <exception cref="ArgumentException">The matrix is empty, has no value besides NaN, an infinite one, or the names are not as many as its rows and columns.</exception>
    public static Figure Heatmap(double[,] zData, IReadOnlyList<string>? X = null, IReadOnlyList<string>? Y = null,
        ColorScale? ColorScale = null, (double Min, double Max)? ZMinMax = null, string? ColorBarTitle = null)
    {
        ArgumentNullException.ThrowIfNull(zData);
        if (X is not null)
            SameLength(zData.GetLength(1), X.Count, "the matrix' columns", "X");
        if (Y is not null)
            SameLength(zData.GetLength(0), Y.Count, "the matrix' rows", "Y");
        var values = Figures.Column.From(zData.Cast<double>(), nameof(zData)).Numbers.Where(value => !double.IsNaN(value)).ToArray();
        if (values.Length == 0)
            throw new ArgumentException($"A heat map needs at least one value that is not NaN; the matrix is {zData.GetLength(0)} x {zData.GetLength(1)}.", nameof(zData));
        var (min, max) = ZMinMax ?? Figures.ColorScale.RangeOf(values);
        if (!(min < max))
            throw new ArgumentException(FormattableString.Invariant($"The range of colours is empty: {min} to {max}."), nameof(ZMinMax));
        var scale = ColorScale ?? Figures.ColorScale.Viridis;
        var figure = Single(new HeatmapTrace(zData, scale, min, max) { X = X, Y = Y });
        var axis = new Axis { ShowGrid = false };
        return figure with { Layout = figure.Layout with { Subplots = [new Subplot { X = axis, Y = axis, ColorBar = new(scale, min, max, ColorBarTitle) }] } };
    }

    /// <summary>An image in its own proportions, without axes.</summary>
    public static Figure Image(Image Source, string? Name = null)
    {
        ArgumentNullException.ThrowIfNull(Source);
        var trace = new ImageTrace(Source.CloneAs<Rgba32>()) { Name = Name };
        var figure = Single(trace);
        return figure with { Layout = figure.Layout with { Subplots = [Raster.Frame(trace.Width, trace.Height)] } };
    }

    /// <summary>
    /// Several charts in one pair of axes, the first one's titles where another has none. Traces that were left in the default colour get
    /// colours of their own.
    /// </summary>
    /// <exception cref="ArgumentException">There is no chart, or one has several subplots.</exception>
    public static Figure Combine(params IEnumerable<Figure> gCharts)
    {
        var charts = Some(gCharts);
        if (charts.FirstOrDefault(chart => chart.Layout.Subplots.Count > 1) is { } grid)
            throw new ArgumentException($"Combine draws charts over each other, but one of them is a grid of {grid.Layout.Subplots.Count}. Use Grid.", nameof(gCharts));
        var series = 0;
        var traces = charts.SelectMany(chart => chart.Data).Select(trace => Recolored(trace, charts.Length > 1 ? series++ : 0)).ToArray();
        var first = charts[0].Layout;
        return new(traces, first with
        {
            Title = charts.Select(chart => chart.Layout.Title).FirstOrDefault(title => title is not null),
            Subtitle = charts.Select(chart => chart.Layout.Subtitle).FirstOrDefault(title => title is not null),
            Subplots =
            [
                first.Subplots[0] with
                {
                    X = Merged(charts.Select(chart => chart.Layout.Subplots[0].X)),
                    Y = Merged(charts.Select(chart => chart.Layout.Subplots[0].Y)),
                    ReferenceLines = [.. charts.SelectMany(chart => chart.Layout.Subplots[0].ReferenceLines)],
                },
            ],
        });
    }

    /// <summary>Several charts side by side, row after row; their own titles stand above them unless others are given.</summary>
    /// <exception cref="ArgumentException">There is no chart, or there are more than <paramref name="nRows"/> times <paramref name="nCols"/>, or one is a grid.</exception>
    public static Figure Grid(IEnumerable<Figure> gCharts, int nRows, int nCols, IReadOnlyList<string>? SubPlotTitles = null)
    {
        var charts = Some(gCharts);
        if (charts.Length > (long)nRows * nCols)
            throw new ArgumentException($"A grid of {nRows} x {nCols} has no room for {charts.Length} charts.", nameof(gCharts));
        if (charts.Any(chart => chart.Layout.Subplots.Count > 1))
            throw new ArgumentException("A grid of grids cannot be drawn: give each chart of its own.", nameof(gCharts));
        if (SubPlotTitles is not null)
            SameLength(charts.Length, SubPlotTitles.Count, "the charts", "SubPlotTitles");
        return new(
            [.. charts.SelectMany((chart, i) => chart.Data.Select(trace => trace with { Subplot = i }))],
            new Layout
            {
                BarMode = charts[0].Layout.BarMode,
                Subplots = [.. charts.Select((chart, i) => chart.Layout.Subplots[0] with { Row = i / nCols, Column = i % nCols, Title = SubPlotTitles?[i] ?? chart.Layout.Title })],
            });
    }

    internal static void SameLength(int one, int other, string first, string second)
    {
        if (one != other)
            throw new ArgumentException($"{first} and {second} must be equally many: got {one} and {other}.");
    }

    internal static void SameLength(int values, ErrorBars error, string name)
    {
        SameLength(values, error.Below.Count, name, "the error bars below");
        SameLength(values, error.Above.Count, name, "the error bars above");
    }

    internal static Figure Single(Trace trace) => new([trace], new Layout());

    static BarTrace Bars<ValuesType, KeysType>(IEnumerable<ValuesType> values, IEnumerable<KeysType> keys, string? name, Color? color, ErrorBars? error, IEnumerable<string>? texts)
        where ValuesType : IConvertible
        where KeysType : IConvertible
    {
        var (heights, places) = (Figures.Column.From(values, nameof(values)).Numbers, Figures.Column.From(keys, nameof(keys)));
        SameLength(heights.Count, places.Count, "values", "Keys");
        if (heights.All(double.IsNaN))
            throw new ArgumentException($"There is no bar to draw: {heights.Count} given, none with a value.", nameof(values));
        if (error is not null)
            SameLength(heights.Count, error, "values");
        string[]? labels = texts is null ? null : [.. texts];
        if (labels is not null)
            SameLength(heights.Count, labels.Length, "values", "MultiText");
        return new(places, heights) { Name = name, Color = color ?? Palette.ColorOf(0), Error = error, Text = labels };
    }

    static Figure[] Some(IEnumerable<Figure> charts) => charts?.ToArray() is { Length: > 0 } some
        ? some
        : throw new ArgumentException("There is no chart to draw: give at least one.", nameof(charts));

    static Trace Recolored(Trace trace, int series)
    {
        var (plain, color) = (Palette.ColorOf(0), Palette.ColorOf(series));
        return trace switch
        {
            ScatterTrace scatter => scatter with
            {
                Line = scatter.Line is { } line && line.Color == plain ? line with { Color = color, Dash = line.Dash == Dash.Solid ? Palette.DashOf(series) : line.Dash } : scatter.Line,
                Marker = scatter.Marker is { } marker && marker.Color == plain ? marker with { Color = color } : scatter.Marker,
                FillColor = scatter.FillColor with { A = 1 } == plain ? color.WithOpacity(scatter.FillColor.A) : scatter.FillColor,
            },
            BarTrace bars when bars.Color == plain => bars with { Color = color },
            BoxTrace box when box.Color == plain => box with { Color = color },
            _ => trace,
        };
    }

    static Axis Merged(IEnumerable<Axis> axes) => axes.Aggregate((first, next) => first with
    {
        Title = first.Title ?? next.Title,
        Range = first.Range ?? next.Range,
        Type = first.Type == AxisType.Log ? AxisType.Log : next.Type,
        Reversed = first.Reversed || next.Reversed,
    });
}
