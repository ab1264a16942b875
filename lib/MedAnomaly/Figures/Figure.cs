using MedAnomaly.Figures.Rendering;
using MedAnomaly.Files;

namespace MedAnomaly.Figures;

/// <summary>
/// A figure: plotly's data and layout, immutable. Plotly.NET calls it GenericChart; constructors and <c>With…</c> methods keep that library's
/// names, parameters included, so that a notebook changes little should it come back. A notebook shows the figure as interactive plotly where
/// the front end knows it and as an image everywhere else; both are laid out by the same code and look the same.
/// </summary>
/// <param name="Data">The traces, in drawing order.</param>
/// <param name="Layout">Axes, titles, sizes.</param>
public sealed record Figure(IReadOnlyList<Trace> Data, Layout Layout) : IMimeBundle
{
    /// <summary>Pixels in an image per pixel of the layout, for screens with two device pixels per CSS pixel.</summary>
    public const int Scale = 2;

    const double CssPixelsPerInch = 96, LeastScale = 1.25;
    // Slices of few pixels look the same in fewer greys, and take half as many bytes.
    const int NotebookBytes = 120_000, FewColors = 48;

    /// <summary>What the figure shows, with its key numbers, without its title; null where that is told from the traces.</summary>
    public string? Summary { get; init; }

    /// <summary>The figure in words, for readers who do not see it: title, subtitle, <see cref="Summary"/>.</summary>
    public string AltText => Description.Of(this);

    /// <summary>The figure with a title, and a smaller line below it.</summary>
    public Figure WithTitle(string title, string? Subtitle = null) =>
        this with { Layout = Layout with { Title = title, Subtitle = Subtitle ?? Layout.Subtitle } };

    /// <summary>The figure in the size given, in pixels at scale 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 120 or above 4000 pixels.</exception>
    public Figure WithSize(int? Width = null, int? Height = null)
    {
        foreach (var side in new[] { Width, Height })
        {
            if (side is < 120 or > 4000)
                throw new ArgumentOutOfRangeException(null, $"A figure's side is 120 to 4000 pixels, got {side}.");
        }
        return this with { Layout = Layout with { Width = Width ?? Layout.Width, Height = Height ?? Layout.Height } };
    }

    /// <summary>The figure with the legend somewhere else.</summary>
    public Figure WithLegend(LegendPlace place) => this with { Layout = Layout with { Legend = place } };

    /// <summary>The figure with another horizontal axis, in every subplot: what is null stays as it is.</summary>
    /// <exception cref="ArgumentException"><paramref name="MinMax"/> is empty or not finite, or not positive on a logarithmic axis.</exception>
    public Figure WithXAxisStyle(string? TitleText = null, AxisType? AxisType = null, (double Min, double Max)? MinMax = null, bool? ShowGrid = null) =>
        WithSubplots(subplot => subplot with { X = Styled(subplot.X, TitleText, AxisType, MinMax, ShowGrid) });

    /// <summary>The figure with another vertical axis, in every subplot: what is null stays as it is.</summary>
    /// <exception cref="ArgumentException"><paramref name="MinMax"/> is empty or not finite, or not positive on a logarithmic axis.</exception>
    public Figure WithYAxisStyle(string? TitleText = null, AxisType? AxisType = null, (double Min, double Max)? MinMax = null, bool? ShowGrid = null) =>
        WithSubplots(subplot => subplot with { Y = Styled(subplot.Y, TitleText, AxisType, MinMax, ShowGrid) });

    /// <summary>The figure with a line across every subplot at one value of an axis: a threshold, a prevalence.</summary>
    public Figure WithReferenceLine(double? X = null, double? Y = null, string? Label = null, LineStyle? Line = null)
    {
        if (X is null == Y is null)
            throw new ArgumentException("A reference line stands at X or at Y: give one of the two.");
        var line = new ReferenceLine(X ?? Y!.Value, X is not null, Label, Line ?? new LineStyle(Palette.Ink, 1.25, Dash.Dash));
        return WithSubplots(subplot => subplot with { ReferenceLines = [.. subplot.ReferenceLines, line] });
    }

    /// <summary>The figure as plotly reads it: an object with <c>data</c> and <c>layout</c>.</summary>
    public string ToJson() => PlotlyJson.Write(this);

    /// <summary>The figure as SVG that needs nothing else but a font.</summary>
    public string ToSvg() => SvgRenderer.Draw(this).Svg;

    /// <summary>Writes the figure as SVG.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public void SaveSvg(string path) => AtomicFile.WriteText(path, ToSvg());

    /// <summary>Writes the figure as PNG, <see cref="Scale"/> pixels to one of the layout unless <paramref name="scale"/> says otherwise.</summary>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    /// <exception cref="MachineException">The machine lacks librsvg, cairo or the font.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="scale"/> is not in [0.5, 8].</exception>
    public void SavePng(string path, double scale = Scale)
    {
        if (scale is not (>= 0.5 and <= 8))
            throw new ArgumentOutOfRangeException(nameof(scale), FormattableString.Invariant($"A figure is drawn at 0.5 to 8 pixels per pixel of its layout, got {scale}."));
        var png = Png.Encode(Rasterizer.Draw(SvgRenderer.Draw(this), scale));
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> MimeBundle() => new OrderedDictionary<string, string>
    {
        ["application/vnd.plotly.v1+json"] = ToJson(),
        ["image/png"] = Convert.ToBase64String(NotebookPng()),
        ["text/plain"] = AltText,
    };

    // A notebook holds a dozen figures and should stay below a megabyte. Curves and bars always fit; many photographs give up some
    // resolution, as much as their size tells, but not so much that a label suffers.
    byte[] NotebookPng()
    {
        var drawing = SvgRenderer.Draw(this);
        var png = Encoded(Scale);
        return png.Length <= NotebookBytes ? png : Encoded(Math.Max(Scale * Math.Sqrt(NotebookBytes / (double)png.Length), LeastScale));

        byte[] Encoded(double scale) => Png.EncodeIndexed(Rasterizer.Draw(drawing, scale), IsPixelByPixel && Layout.Subplots.All(subplot => subplot.ColorBar is null) ? FewColors : Png.PaletteSize, CssPixelsPerInch * scale);
    }

    /// <summary>Whether it shows images, and all of them pixel by pixel.</summary>
    internal bool IsPixelByPixel => Data.OfType<ImageTrace>().Any() && Data.OfType<ImageTrace>().All(image => !image.Smooth);

    /// <inheritdoc/>
    public (int Width, int Height)? DisplaySize => FigureGeometry.Of(this).Size;

    Figure WithSubplots(Func<Subplot, Subplot> change) =>
        this with { Layout = Layout with { Subplots = [.. Layout.Subplots.Select(change)] } };

    static Axis Styled(Axis axis, string? title, AxisType? type, (double Min, double Max)? range, bool? grid)
    {
        var styled = axis with { Title = title ?? axis.Title, Type = type ?? axis.Type, Range = range ?? axis.Range, ShowGrid = grid ?? axis.ShowGrid };
        if (styled.Range is not { } shown)
            return styled;
        if (!double.IsFinite(shown.Min) || !double.IsFinite(shown.Max) || shown.Min >= shown.Max)
            throw new ArgumentException(FormattableString.Invariant($"An axis runs from its smaller to its larger end, both finite; got {shown.Min} to {shown.Max}."));
        if (styled.Type == Figures.AxisType.Log && shown.Min <= 0)
            throw new ArgumentException(FormattableString.Invariant($"A logarithmic axis shows positive values only; got {shown.Min} to {shown.Max}."));
        return styled;
    }
}
