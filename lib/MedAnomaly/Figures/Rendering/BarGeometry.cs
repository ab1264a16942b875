namespace MedAnomaly.Figures.Rendering;

/// <summary>One bar in pixels, with its error bar from <paramref name="Low"/> to <paramref name="High"/> (NaN: none).</summary>
readonly record struct BarGeometry(Box Box, double End, double Low, double High, bool Horizontal)
{
    const double Share = 0.8;

    /// <summary>The bar together with its error bar.</summary>
    public Box WithWhisker
    {
        get
        {
            if (double.IsNaN(Low) || double.IsNaN(High))
                return Box;
            var (first, last) = (Math.Min(Low, High), Math.Max(Low, High));
            return Horizontal
                ? new(Math.Min(Box.X, first), Box.Y, Math.Max(Box.Right, last) - Math.Min(Box.X, first), Box.Height)
                : new(Box.X, Math.Min(Box.Y, first), Box.Width, Math.Max(Box.Bottom, last) - Math.Min(Box.Y, first));
        }
    }

    /// <summary>The bars of one trace; a value that is NaN has an empty one.</summary>
    public static IReadOnlyList<BarGeometry> Of(Figure figure, BarTrace bars, PlacedSubplot plot)
    {
        var (keys, values) = bars.Horizontal ? (plot.Y, plot.X) : (plot.X, plot.Y);
        var siblings = figure.Data.OfType<BarTrace>().Where(other => other.Subplot == bars.Subplot && other.Horizontal == bars.Horizontal).ToArray();
        var grouped = figure.Layout.BarMode == BarMode.Group && bars.Width is null;
        var slots = grouped ? siblings.Length : 1;
        var slot = grouped ? Array.FindIndex(siblings, other => ReferenceEquals(other, bars)) : 0;
        var width = bars.Width ?? Share / slots;
        var places = keys.Domain.Place(bars.Keys);
        var zero = values.Domain.Log ? values.PixelAt(values.Domain.Reversed ? 1 : 0) : values.Pixel(0);
        var geometry = new BarGeometry[places.Count];
        for (var i = 0; i < geometry.Length; i++)
        {
            var first = places[i] - (bars.Width ?? Share) / 2 + slot * width;
            var (from, to) = (keys.Pixel(first), keys.Pixel(first + width));
            var end = values.Pixel(bars.Values[i]);
            var (low, high) = bars.Error is { } error
                ? (values.Pixel(bars.Values[i] - error.Below[i]), values.Pixel(bars.Values[i] + error.Above[i])) : (double.NaN, double.NaN);
            var (side, thickness) = (Math.Min(from, to), Math.Abs(to - from));
            var (start, length) = double.IsNaN(end) ? (zero, 0) : (Math.Min(zero, end), Math.Abs(end - zero));
            geometry[i] = new(bars.Horizontal ? new(start, side, length, thickness) : new(side, start, thickness, length), end, low, high, bars.Horizontal);
        }
        return geometry;
    }
}
