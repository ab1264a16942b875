namespace MedAnomaly.Figures;

/// <summary>
/// A map from [0, 1] to colours: straight lines in sRGB between evenly spaced control points, which is also how plotly reads a scale.
/// The control points of viridis, inferno, magma and cividis are samples of the maps of those names (Smith and van der Walt, 2015;
/// Nuñez et al., 2018), which are perceptually uniform and survive a grey print.
/// </summary>
public sealed class ColorScale
{
    readonly Color[] points;

    /// <summary>A scale through <paramref name="points"/>, evenly spaced from 0 to 1.</summary>
    /// <exception cref="ArgumentException">There are fewer than two points.</exception>
    public ColorScale(params IReadOnlyList<Color> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count < 2)
            throw new ArgumentException($"A colour scale needs at least two colours, got {points.Count}.", nameof(points));
        this.points = [.. points];
    }

    /// <summary>Dark violet to yellow.</summary>
    public static ColorScale Viridis { get; } = FromHex(
        "#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725");

    /// <summary>Black to pale yellow through red: the usual map for anomaly scores.</summary>
    public static ColorScale Inferno { get; } = FromHex(
        "#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4");

    /// <summary>Black to pale pink through violet.</summary>
    public static ColorScale Magma { get; } = FromHex(
        "#000004", "#180f3d", "#440f76", "#721f81", "#9e2f7f", "#cd4071", "#f1605d", "#fd9668", "#feca8d", "#fcfdbf");

    /// <summary>Blue to yellow, alike for readers with and without colour blindness.</summary>
    public static ColorScale Cividis { get; } = FromHex(
        "#00224e", "#123570", "#3b496c", "#575d6d", "#707173", "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838");

    /// <summary>Black to white.</summary>
    public static ColorScale Greys { get; } = FromHex("#000000", "#ffffff");

    /// <summary>White to dark blue: counts in a matrix.</summary>
    public static ColorScale Blues { get; } = FromHex("#f7fbff", "#d0e1f2", "#94c4df", "#4a98c9", "#1764ab", "#08306b");

    /// <summary>Blue over white to vermilion: signed values around zero.</summary>
    public static ColorScale BlueOrange { get; } = FromHex("#0b4f7d", "#4c94c4", "#b5d3e7", "#f7f7f7", "#f2c19d", "#dd7c3c", "#9c4400");

    /// <summary>The colour at <paramref name="t"/>; below 0 and above 1 it is that of the end.</summary>
    public Color At(double t)
    {
        var position = Math.Clamp(double.IsNaN(t) ? 0 : t, 0, 1) * (points.Length - 1);
        var below = Math.Min((int)position, points.Length - 2);
        return Color.Mix(points[below], points[below + 1], position - below);
    }

    /// <summary>The values at a scale's ends: the least and the greatest, or some room around a constant, which so gets the middle colour.</summary>
    internal static (double Min, double Max) RangeOf(IReadOnlyCollection<double> values)
    {
        var (min, max) = (values.Min(), values.Max());
        var room = min < max ? 0 : min == 0 ? 1 : 0.5 * Math.Abs(min);
        return (min - room, max + room);
    }

    /// <summary>The control points and where they lie.</summary>
    internal IEnumerable<(double At, Color Color)> Stops => points.Select((color, i) => (i / (double)(points.Length - 1), color));

    static ColorScale FromHex(params string[] points) => new(Array.ConvertAll(points, Color.FromHex));
}
