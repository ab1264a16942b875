namespace MedAnomaly.Figures.Rendering;

/// <summary>An axis with its ticks, and once <see cref="Start"/> is known, the pixels that its values fall on.</summary>
sealed record PlacedAxis(Axis Axis, AxisDomain Domain, bool Vertical, double Length)
{
    const double Slant = 40, NarrowestBand = 19, WidestName = 190, WidestSlantedName = 190;

    Ticks? ticks;
    IReadOnlyList<IReadOnlyList<string>>? names;

    /// <summary>Its first pixel: left or top.</summary>
    public double Start { get; init; }

    /// <summary>The ticks that fit.</summary>
    public Ticks Ticks => ticks ??= Ticks.Of(Domain, Length, Vertical);

    /// <summary>The categories' names in lines, where the axis has categories.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Names => names ??= WrappedNames();

    /// <summary>By how many degrees the names of categories are turned so that they do not touch.</summary>
    public double Angle => !Vertical && IsSlanted ? -Slant : 0;

    /// <summary>Every how many categories one is named.</summary>
    public int Every => Domain.Categories is null ? 1 : Math.Max(1, (int)Math.Ceiling(NarrowestBand / Band));

    double Band => Length / Domain.Categories!.Count;

    bool IsSlanted => Domain.Categories is { } all && all.Any(name => Fitted(name, Band - 8, 3).Any(line => line.EndsWith('…') && !name.EndsWith('…')));

    /// <summary>The pixel of <paramref name="value"/>.</summary>
    public double Pixel(double value) => PixelAt(Domain.Fraction(value));

    /// <summary>The pixel at a fraction of the way from the first end to the last.</summary>
    public double PixelAt(double fraction) => Start + Length * (Vertical ? 1 - fraction : fraction);

    /// <summary>The room that ticks and labels take beside the plot.</summary>
    public double LabelDepth
    {
        get
        {
            if (!Axis.ShowTicks)
                return 0;
            var labels = Domain.Categories is null
                ? Vertical ? Ticks.Width : Style.TickSize
                : Vertical ? Names.Max(lines => lines.Max(NameWidth))
                : Angle == 0 ? Names.Max(lines => lines.Count) * Style.TickSize * Style.LineHeight
                : Names.Max(lines => NameWidth(lines[0])) * Math.Sin(Slant * Math.PI / 180) + Style.TickSize;
            return Style.TickLength + 4 + labels;
        }
    }

    /// <summary>The lines of its title, wrapped to its length.</summary>
    public IReadOnlyList<string> TitleLines =>
        Axis.Title is { Length: > 0 } title ? FontMetrics.Wrap(title, Style.AxisTitleSize, Math.Max(Length, 60), 3) : [];

    /// <summary>All the room that it takes beside the plot.</summary>
    public double Depth
    {
        get
        {
            var title = TitleLines.Count * Style.AxisTitleSize * Style.LineHeight;
            var factor = !Vertical && Ticks.Factor is not null && TitleLines.Count == 0 ? Style.TickSize * Style.LineHeight : 0;
            return LabelDepth + (title > 0 ? title + 6 : 0) + factor;
        }
    }

    /// <summary>How far a slanted name reaches to the left of the plot.</summary>
    public double Overhang => Angle == 0 || !Axis.ShowTicks ? 0
        : Names.Where((_, i) => i % Every == 0).Select((lines, i) => NameWidth(lines[0]) * Math.Cos(Slant * Math.PI / 180) - (i * Every + 0.5) * Band).Max();

    static double NameWidth(string name) => FontMetrics.Width(name, Style.TickSize);

    static IReadOnlyList<string> Fitted(string name, double width, int lines) => FontMetrics.Wrap(name, Style.TickSize, width, lines);

    IReadOnlyList<IReadOnlyList<string>> WrappedNames()
    {
        var categories = Domain.Categories ?? [];
        if (Vertical)
            return [.. categories.Select(name => Fitted(name, WidestName, Math.Max(1, (int)(Band / (Style.TickSize * Style.LineHeight)))))];
        return IsSlanted
            ? [.. categories.Select(name => Fitted(name, WidestSlantedName, 1))]
            : [.. categories.Select(name => Fitted(name, Band - 8, 3))];
    }
}
