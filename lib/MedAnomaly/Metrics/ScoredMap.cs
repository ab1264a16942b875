using System.Runtime.InteropServices;
using MedAnomaly.Images;

using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>An anomaly map beside its truth: an image, or a volume where it has a depth.</summary>
/// <param name="Scores">A score a pixel, x fastest, then y, then z; higher is more abnormal.</param>
/// <param name="Mask">The truth a pixel, of the same length: 0 normal; 1 or 255 abnormal.</param>
/// <param name="Width">Pixels along x.</param>
/// <param name="Height">Pixels along y.</param>
/// <param name="Depth">Slices along z; 1 for an image.</param>
public sealed record ScoredMap(ReadOnlyMemory<float> Scores, ReadOnlyMemory<byte> Mask, int Width, int Height, int Depth = 1)
{
    /// <summary>A map with the truth of its image.</summary>
    /// <param name="scores">A score for each pixel, row after row.</param>
    /// <param name="mask">The truth, of the map's size.</param>
    /// <exception cref="ArgumentException">There are not as many scores as pixels in the mask.</exception>
    public static ScoredMap Of(ReadOnlyMemory<float> scores, Mask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (scores.Length != mask.Pixels.Length)
            throw new ArgumentException($"The map has {scores.Length} scores, its mask {mask.Width} x {mask.Height} pixels; resize one of them.", nameof(scores));
        return new(scores, MemoryMarshal.AsBytes(mask.Pixels).ToArray(), mask.Width, mask.Height);
    }

    /// <summary>
    /// The decisions "abnormal where the score is at least <paramref name="threshold"/>" against the mask, pixel by pixel; its F1 is the
    /// map's Dice, undefined where neither the mask nor the decision has an abnormal pixel.
    /// </summary>
    /// <exception cref="ArgumentException">The threshold or a score is NaN, sizes differ, or the mask is neither 0, 1 nor 255.</exception>
    public ConfusionMatrix At(double threshold)
    {
        if (double.IsNaN(threshold)) throw new ArgumentException("The threshold is NaN.", nameof(threshold));
        var positives = CountAbnormal(0);
        var scores = Scores.Span;
        var mask = Mask.Span;
        long hits = 0, alarms = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] < threshold) continue;
            if (mask[i] == 0) alarms++;
            else hits++;
        }
        return new(hits, alarms, mask.Length - positives - alarms, positives - hits);
    }

    /// <summary>Counts the abnormal pixels and refuses what cannot be ranked; <paramref name="index"/> names the map in messages.</summary>
    internal int CountAbnormal(int index) => Fault(string.Create(CultureInfo.InvariantCulture, $"map {index}"), out var abnormal) is { } fault
        ? throw new ArgumentException(fault)
        : abnormal;

    /// <summary>Why the map cannot be ranked; null where it can, and then how many pixels are abnormal.</summary>
    internal string? Fault(string name, out int abnormal)
    {
        abnormal = 0;
        var pixels = (long)Width * Height * Depth;
        if (Width <= 0 || Height <= 0 || Depth <= 0 || Scores.Length != pixels || Mask.Length != pixels)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The size of {name} is {Width} x {Height} x {Depth}, so it needs {pixels} scores ")
                + $"and as many mask pixels; got {Scores.Length} scores and {Mask.Length} mask pixels.";
        }
        var scores = Scores.Span;
        var mask = Mask.Span;
        for (var i = 0; i < mask.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
                return string.Create(CultureInfo.InvariantCulture, $"The score of {name} at {Place(i)} is {scores[i]}; a ranking needs finite numbers.");
            if (mask[i] is 1 or 255) abnormal++;
            else if (mask[i] != 0)
            {
                return $"The mask of {name} is {mask[i]} at {Place(i)}; a mask is 0 (normal), and 1 or 255 (abnormal). "
                    + "Values between come from resampling: resample masks by the nearest neighbour.";
            }
        }
        return null;
    }

    /// <summary>Where a pixel lies, for messages.</summary>
    internal string Place(int pixel)
    {
        var (x, y, z) = (pixel % Width, pixel / Width % Height, pixel / Width / Height);
        return Depth > 1 ? $"(x {x}, y {y}, z {z})" : $"(x {x}, y {y})";
    }
}
