namespace MedAnomaly.Figures.Rendering;

/// <summary>A rectangle in pixels at scale 1; y grows downwards.</summary>
readonly record struct Box(double X, double Y, double Width, double Height)
{
    public double Right => X + Width;

    public double Bottom => Y + Height;

    public double MiddleX => X + Width / 2;

    public double MiddleY => Y + Height / 2;

    public Box Grow(double by) => new(X - by, Y - by, Width + 2 * by, Height + 2 * by);

    public bool Contains(double x, double y) => x >= X && x <= Right && y >= Y && y <= Bottom;
}

/// <summary>Which point of a text stands at its place.</summary>
enum TextAnchor
{
    Start,
    Middle,
    End,
}

/// <summary>How a text looks; the angle is in degrees, clockwise.</summary>
readonly record struct TextStyle(double Size, Color Color, TextAnchor Anchor = TextAnchor.Start, bool Bold = false, double Angle = 0)
{
    /// <summary>Whether a white edge keeps it legible over data.</summary>
    public bool Halo { get; init; }
}

/// <summary>A short text, such as a tick's, and the exponent that it may carry.</summary>
readonly record struct Label(string Text, string Superscript = "")
{
    public const double SuperscriptScale = 0.72;

    public double Width(double size, bool bold = false) =>
        FontMetrics.Width(Text, size, bold) + FontMetrics.Width(Superscript, size * SuperscriptScale, bold);

    public override string ToString() => Superscript.Length == 0 ? Text : $"{Text}<sup>{Superscript}</sup>";
}

/// <summary>The sizes that all figures share, in pixels at scale 1.</summary>
static class Style
{
    public const double TitleSize = 15, SubtitleSize = 12, AxisTitleSize = 13, SubplotTitleSize = 12.5, TickSize = 11.5, LegendSize = 12, NoteSize = 11;
    public const double Padding = 10, LineHeight = 1.25, TickLength = 4, AxisWidth = 0.9, GridWidth = 0.8, ErrorWidth = 1.1, ErrorCap = 3.5;
}
