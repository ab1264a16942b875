namespace MedAnomaly.Figures.Rendering;

/// <summary>What an axis shows: from <paramref name="Min"/> to <paramref name="Max"/>, which are powers of ten where it is logarithmic.</summary>
sealed record AxisDomain(double Min, double Max, bool Log, bool Reversed, IReadOnlyList<string>? Categories)
{
    /// <summary>Whether all its values are whole: epochs and counts have no ticks between.</summary>
    public bool Whole { get; init; }

    /// <summary>Where <paramref name="value"/> lies on the way from the axis' first end to its last, 0 to 1; NaN if a log axis has no such place.</summary>
    public double Fraction(double value)
    {
        var at = ((Log ? value > 0 ? Math.Log10(value) : double.NaN : value) - Min) / (Max - Min);
        return Reversed ? 1 - at : at;
    }

    /// <summary>The numbers of <paramref name="column"/> on this axis: categories become their places among all the axis' categories.</summary>
    public IReadOnlyList<double> Place(Column column)
    {
        if (Categories is null || column.Categories is not { } names)
            return column.Numbers;
        var places = Categories.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => (double)pair.i, StringComparer.Ordinal);
        return [.. names.Select(name => places[name])];
    }

    /// <summary>The domain of one axis of subplot <paramref name="index"/>: its own range if it has one, else what holds all its data.</summary>
    /// <exception cref="ArgumentException">The subplot mixes numbers and categories on the axis, or has no positive value for a logarithmic one.</exception>
    public static AxisDomain Of(Figure figure, int index, bool vertical)
    {
        var subplot = figure.Layout.Subplots[index];
        var axis = vertical ? subplot.Y : subplot.X;
        var extent = new Extent(axis.Type == AxisType.Log);
        foreach (var trace in figure.Data.Where(trace => trace.Subplot == index))
            Include(extent, trace, vertical);
        foreach (var line in subplot.ReferenceLines.Where(line => line.Vertical != vertical))
            extent.Include(line.At);
        var reversed = axis.Reversed || vertical && figure.Data.Any(trace => trace.Subplot == index && IsRaster(trace));
        if (extent is { Categories: not null, Numeric: true })
        {
            throw new ArgumentException($"The {(vertical ? "y" : "x")} axis of subplot {index + 1} has both numbers and categories: "
                + "one trace gives strings where another gives numbers. Give all of them the same kind.");
        }
        if (extent is { Log: true, IsEmpty: true } && axis.Range is null)
        {
            throw new ArgumentException($"The {(vertical ? "y" : "x")} axis of subplot {index + 1} is logarithmic, but none of its values is positive. "
                + "Make the axis linear, or give its range.");
        }
        var (min, max) = axis.Range is not { } range ? extent.Padded()
            : extent.Log ? (Math.Log10(range.Min), Math.Log10(range.Max)) : range;
        return new(min, max, extent.Log, reversed, extent.Categories) { Whole = extent.Whole };
    }

    static bool IsRaster(Trace trace) => trace is ImageTrace or HeatmapTrace;

    static void Include(Extent extent, Trace trace, bool vertical)
    {
        switch (trace)
        {
            case ScatterTrace scatter:
                var column = vertical ? scatter.Y : scatter.X;
                extent.Include(column, 0);
                if (vertical && scatter.Error is { } error)
                    extent.Include(column.Numbers, error);
                if (vertical && scatter.Fill == Fill.ToZeroY)
                    extent.IncludeZero();
                break;
            case BarTrace bars when bars.Horizontal == vertical:
                extent.Include(bars.Keys, (bars.Width ?? 1) / 2);
                extent.Exact = bars.Width is not null || bars.Keys.Categories is not null;
                break;
            case BarTrace bars:
                foreach (var value in bars.Values)
                    extent.Include(value);
                if (bars.Error is { } whiskers)
                    extent.Include(bars.Values, whiskers);
                extent.IncludeZero();
                extent.Headroom |= bars.Text is not null;
                break;
            case BoxTrace box when vertical:
                extent.Include(box.Statistics.LowerFence);
                extent.Include(box.Statistics.UpperFence);
                foreach (var outlier in box.Statistics.Outliers)
                    extent.Include(outlier);
                break;
            case BoxTrace box:
                extent.Include(Column.From([box.Name ?? ""]), 0.5);
                break;
            case HeatmapTrace map:
                var names = vertical ? map.Y : map.X;
                extent.Include(names is null ? Column.Index(vertical ? map.Rows : map.Columns) : Column.From(names), 0.5);
                extent.Exact = true;
                break;
            case ImageTrace image:
                extent.Include(-0.5);
                extent.Include((vertical ? image.Height : image.Width) - 0.5);
                extent.Exact = true;
                break;
        }
    }

    /// <summary>The smallest interval that holds all values met so far.</summary>
    sealed class Extent(bool log)
    {
        const double Padding = 0.04, TextHeadroom = 0.08;
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        bool fromZero;
        Dictionary<string, int>? places;

        public bool Log => log && places is null;

        public bool IsEmpty => min > max;

        public bool Whole { get; private set; } = true;

        public bool Exact { get; set; }

        public bool Headroom { get; set; }

        public bool Numeric { get; private set; }

        public IReadOnlyList<string>? Categories => places?.OrderBy(pair => pair.Value).Select(pair => pair.Key).ToArray();

        public void IncludeZero()
        {
            fromZero = true;
            if (!log)
                Include(0);
        }

        public void Include(double value)
        {
            if (double.IsNaN(value) || log && value <= 0)
                return;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            Whole &= Math.Floor(value) == value;
        }

        public void Include(IReadOnlyList<double> values, ErrorBars error)
        {
            for (var i = 0; i < values.Count; i++)
            {
                Include(values[i] - error.Below[i]);
                Include(values[i] + error.Above[i]);
            }
        }

        public void Include(Column column, double around)
        {
            if (column.Categories is { } names)
            {
                places ??= new(StringComparer.Ordinal);
                foreach (var name in names)
                    places.TryAdd(name, places.Count);
                Exact = true;
                return;
            }
            Numeric |= column.Count > 0;
            foreach (var number in column.Numbers)
            {
                Include(number - around);
                Include(number + around);
            }
        }

        public (double Min, double Max) Padded()
        {
            if (places is not null)
                return (-0.5, places.Count - 0.5);
            if (IsEmpty)
                return (0, 1);
            var (low, high) = log ? (Math.Log10(min), Math.Log10(max)) : (min, max);
            if (Exact)
                return (low, high);
            // A constant has no extent of its own: it is shown in the middle of some room.
            if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
            {
                var room = log ? 0.5 : low == 0 ? 1 : 0.1 * Math.Abs(low);
                return (low - room, high + room);
            }
            var pad = (high - low) * Padding;
            var above = Headroom ? (high - low) * TextHeadroom : pad;
            return fromZero && !log
                ? (low == 0 ? 0 : low - above, high == 0 ? 0 : high + above)
                : (low - pad, high + above);
        }
    }
}
