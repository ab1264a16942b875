using MedAnomaly.Images;

namespace MedAnomaly.Figures;

/// <summary>
/// Pixels. A pixel's centre lies at its column and row, so that lines drawn over the image are in pixel coordinates whatever the size at
/// which the image is stored.
/// </summary>
public sealed record ImageTrace(Image<Rgba32> Pixels) : Trace
{
    /// <summary>How many columns of the axes the image covers; its own width unless it is stretched over another image.</summary>
    public int Width { get; init; } = Pixels.Width;

    /// <summary>How many rows of the axes the image covers.</summary>
    public int Height { get; init; } = Pixels.Height;

    /// <summary>False shows every pixel as a square, as for masks.</summary>
    public bool Smooth { get; init; } = true;
}
