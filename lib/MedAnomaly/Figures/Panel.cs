using MedAnomaly.Detectors;
using MedAnomaly.Figures.Rendering;
using MedAnomaly.Images;

namespace MedAnomaly.Figures;

/// <summary>One cell of an image grid: an image, a mask, an anomaly map, or an anomaly map over an image.</summary>
public abstract record Panel
{
    Panel()
    {
    }

    /// <summary>What stands above the cell; in a grid with column titles, below the title.</summary>
    public string? Caption { get; init; }

    /// <summary>
    /// False shows every pixel as a square: for images of few pixels, where smoothing would show what is not there. Masks are always shown so.
    /// </summary>
    public bool Smooth { get; init; } = true;

    /// <summary>An image as it is.</summary>
    public static Panel Image(Image image, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new Picture(image.CloneAs<Rgba32>()) { Caption = caption };
    }

    /// <summary>A ground-truth mask, white on black.</summary>
    public static Panel Mask(Mask mask, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return new Regions(mask) { Caption = caption };
    }

    /// <summary>An anomaly map in colour.</summary>
    /// <param name="map">A score for each pixel or patch; NaN is none.</param>
    /// <param name="caption">What stands above.</param>
    /// <param name="mask">The ground truth, whose outline is drawn; in its own resolution.</param>
    /// <exception cref="ArgumentException">The map is empty, has no value besides NaN or an infinite one.</exception>
    public static Panel HeatMap(ScoreMap map, string? caption = null, Mask? mask = null) =>
        new Map(null, Checked(map), mask) { Caption = caption };

    /// <summary>An anomaly map over its image, the more opaque the higher the score, with the outline of the ground truth if given.</summary>
    /// <param name="image">The image below.</param>
    /// <param name="map">Scores; stretched over the image where it has fewer.</param>
    /// <param name="mask">The ground truth, of the image's size.</param>
    /// <param name="caption">What stands above.</param>
    /// <exception cref="ArgumentException">The map is empty, has no value besides NaN or an infinite one; or the mask has another size than the image.</exception>
    public static Panel Overlay(Image image, ScoreMap map, Mask? mask = null, string? caption = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (mask is not null && (mask.Width != image.Width || mask.Height != image.Height))
            throw new ArgumentException($"The mask is {mask.Width} x {mask.Height} pixels, its image {image.Width} x {image.Height}; they must be equal.", nameof(mask));
        return new Map(image.CloneAs<Rgba32>(), Checked(map), mask) { Caption = caption };
    }

    internal abstract int Width { get; }

    internal abstract int Height { get; }

    /// <summary>The scores, for the range that all cells share.</summary>
    internal virtual ScoreMap? Scores => null;

    internal abstract IEnumerable<Trace> Traces(ColorScale scale, double min, double max);

    static ScoreMap Checked(ScoreMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (map.Values.Length == 0 || map.Values.Length != (long)map.Width * map.Height)
            throw new ArgumentException($"The anomaly map is {map.Width} x {map.Height}, but has {map.Values.Length} scores.", nameof(map));
        if (Array.FindIndex(map.Values, float.IsInfinity) is >= 0 and var at)
            throw new ArgumentException($"The anomaly map's score in column {at % map.Width} of row {at / map.Width} is infinite; scores are finite, and NaN where there is none.", nameof(map));
        return Array.Exists(map.Values, score => !float.IsNaN(score)) ? map
            : throw new ArgumentException($"The anomaly map of {map.Width} x {map.Height} has no score besides NaN.", nameof(map));
    }

    sealed record Picture(Image<Rgba32> Pixels) : Panel
    {
        internal override int Width => Pixels.Width;

        internal override int Height => Pixels.Height;

        internal override IEnumerable<Trace> Traces(ColorScale scale, double min, double max) => [new ImageTrace(Pixels) { Smooth = Smooth }];
    }

    sealed record Regions(Mask Truth) : Panel
    {
        internal override int Width => Truth.Width;

        internal override int Height => Truth.Height;

        internal override IEnumerable<Trace> Traces(ColorScale scale, double min, double max)
        {
            var image = new Image<Rgba32>(Width, Height);
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                    image[x, y] = Raster.Pixel(Truth[x, y] ? Palette.Paper : new Color(0, 0, 0));
            }
            return [new ImageTrace(image) { Smooth = false }];
        }
    }

    sealed record Map(Image<Rgba32>? Below, ScoreMap Values, Mask? Truth) : Panel
    {
        const double MostOpaque = 0.8;

        internal override int Width => Below?.Width ?? Truth?.Width ?? Values.Width;

        internal override int Height => Below?.Height ?? Truth?.Height ?? Values.Height;

        internal override ScoreMap Scores => Values;

        internal override IEnumerable<Trace> Traces(ColorScale scale, double min, double max)
        {
            if (Below is not null)
                yield return new ImageTrace(Below) { Smooth = Smooth };
            yield return new ImageTrace(Colored(scale, min, max)) { Width = Width, Height = Height, Smooth = Smooth };
            if (Truth is null)
                yield break;
            var (x, y) = Contour.Of(Truth);
            if (x.Length > 0)
                yield return new ScatterTrace(Column.From(x), Column.From(y)) { Name = "Ground truth", Line = new(Palette.Truth, 1.5) };
        }

        // Scores are interpolated first and coloured then: between two colours of a scale lie others than between two scores.
        Image<Rgba32> Colored(ColorScale scale, double min, double max)
        {
            var values = Bilinear.Resize(Values, Math.Max(Width, Values.Width), Math.Max(Height, Values.Height));
            var image = new Image<Rgba32>(values.Width, values.Height);
            for (var y = 0; y < image.Height; y++)
            {
                for (var x = 0; x < image.Width; x++)
                {
                    var t = max > min ? Math.Clamp((values[x, y] - min) / (max - min), 0, 1) : 0.5;
                    var color = Raster.ColorOf(values[x, y], scale, min, max);
                    image[x, y] = Raster.Pixel(Below is null ? color : color.WithOpacity(double.IsNaN(t) ? 0 : MostOpaque * t));
                }
            }
            return image;
        }
    }
}
