using System.Globalization;

namespace MedAnomaly.Figures;

/// <summary>A colour in sRGB, with opacity <paramref name="A"/> from 0 (invisible) to 1.</summary>
public readonly record struct Color(byte R, byte G, byte B, double A = 1)
{
    /// <summary>The colour written as <c>#rrggbb</c>.</summary>
    /// <exception cref="ArgumentException">The text is not a hash sign and six hexadecimal digits.</exception>
    public static Color FromHex(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        if (hex.Length != 7 || hex[0] != '#' || !int.TryParse(hex.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb))
            throw new ArgumentException($"'{hex}' is not a colour: expected #rrggbb, such as #0072b2.", nameof(hex));
        return new((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }

    /// <summary>The same colour, more or less transparent.</summary>
    public Color WithOpacity(double opacity) => this with { A = opacity };

    /// <summary>As CSS, SVG and plotly write it.</summary>
    public override string ToString() => A >= 1
        ? $"#{R:x2}{G:x2}{B:x2}"
        : string.Create(CultureInfo.InvariantCulture, $"rgba({R},{G},{B},{A:0.###})");

    /// <summary>How light the colour looks, from 0 to 1 (Rec. 709 luma).</summary>
    internal double Luma => (0.2126 * R + 0.7152 * G + 0.0722 * B) / 255;

    /// <summary>The colour of text on this ground.</summary>
    internal Color Ink => Luma > 0.55 ? Palette.Ink : Palette.Paper;

    internal static Color Mix(Color from, Color to, double t) => new(
        Channel(from.R, to.R, t), Channel(from.G, to.G, t), Channel(from.B, to.B, t), from.A + (to.A - from.A) * t);

    static byte Channel(byte from, byte to, double t) => (byte)Math.Round(from + (to - from) * t);
}

/// <summary>The colours and strokes that figures use unless they are told otherwise.</summary>
public static class Palette
{
    /// <summary>
    /// Eight colours that people with any form of colour blindness can tell apart (Okabe and Ito, 2008), the strongest on white first.
    /// </summary>
    public static IReadOnlyList<Color> OkabeIto { get; } = Array.ConvertAll(
        new[] { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#4d4d4d", "#f0e442" }, Color.FromHex);

    /// <summary>Normal images, wherever the two classes are drawn apart.</summary>
    public static Color Normal => OkabeIto[0];

    /// <summary>Anomalous images, wherever the two classes are drawn apart.</summary>
    public static Color Anomalous => OkabeIto[1];

    internal static Color Ink { get; } = Color.FromHex("#222222");

    internal static Color Muted { get; } = Color.FromHex("#666666");

    internal static Color GridLine { get; } = Color.FromHex("#e6e6e6");

    /// <summary>The outline of the ground truth: apart from greys and from every colour of inferno, for all readers.</summary>
    internal static Color Truth { get; } = Color.FromHex("#35d0ff");

    internal static Color Paper { get; } = Color.FromHex("#ffffff");

    static readonly Dash[] dashes = [Dash.Solid, Dash.Dash, Dash.Dot, Dash.DashDot];

    internal static Color ColorOf(int series) => OkabeIto[series % OkabeIto.Count];

    /// <summary>A ninth series repeats the first colour, with another dash.</summary>
    internal static Dash DashOf(int series) => dashes[series / OkabeIto.Count % dashes.Length];
}
