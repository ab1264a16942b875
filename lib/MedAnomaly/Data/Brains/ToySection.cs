using MedAnomaly.Data.Simulation;
using static System.FormattableString;

namespace MedAnomaly.Data.Brains;

/// <summary>One shape of a toy anomaly, as every slice of its run shows it: what it does to which pixels.</summary>
sealed class ToySection
{
    /// <summary>The outline of a blob: harmonics of its radius, and their strength as a share of it.</summary>
    const int FirstHarmonic = 2, LastHarmonic = 5;

    const double Unevenness = 0.35;

    /// <summary>A tumour's ring ends at so many radii, and is blurred by a Gaussian of so many.</summary>
    const double RingEnd = 1.6, Blur = 0.15;

    /// <summary>Points a side by which a pixel of a tumour is blurred, out to three standard deviations.</summary>
    const int Samples = 9;

    readonly int width;
    readonly List<(int X, int Y, float Weight, float Intensity)> pixels = [];

    /// <summary>The shape with its middle at column <paramref name="x"/>, row <paramref name="y"/>; a random outline is drawn.</summary>
    public ToySection(ToyAnomaly anomaly, PreparedBrain brain, double x, double y, RandomStream random)
    {
        width = brain.Width;
        var (across, down, _) = brain.Values.Spacing;
        var outline = Outline(anomaly, random);
        var reach = anomaly.Radius * (anomaly.Shape switch { ToyShape.Circle => 1, ToyShape.Blob => 2.5, _ => RingEnd + 3 * Blur });
        var (columns, rows) = (reach / across, reach / down);
        for (var row = (int)Math.Ceiling(y - rows); row <= y + rows; row++)
        {
            for (var column = (int)Math.Ceiling(x - columns); column <= x + columns; column++)
            {
                var (weight, intensity) = outline((column - x) * across, (row - y) * down);
                if (weight > 0) pixels.Add((column, row, (float)weight, (float)intensity));
            }
        }
        Mask = [.. pixels.Where(pixel => pixel.Weight >= 0.5f).Select(pixel => (pixel.X, pixel.Y))];
    }

    /// <summary>The pixels whose centres are at least half anomaly.</summary>
    public HashSet<(int X, int Y)> Mask { get; }

    /// <summary>What lies outside the brain in a run of slices, a sentence; null where nothing does.</summary>
    public string? Outside(PreparedBrain brain, int first, int height)
    {
        if (first < 0 || first + height > brain.Values.Grid.Z) return Invariant($"the volume has the slices 0 to {brain.Values.Grid.Z - 1}.");
        if (pixels.FirstOrDefault(pixel => pixel.X < 0 || pixel.Y < 0 || pixel.X >= brain.Width || pixel.Y >= brain.Height) is { Weight: > 0 } beyond)
            return Invariant($"it reaches to column {beyond.X}, row {beyond.Y} of slices of {brain.Width} x {brain.Height} pixels.");
        for (var slice = first; slice < first + height; slice++)
        {
            var inside = brain.Brain(slice);
            var outside = 0;
            foreach (var pixel in pixels) outside += inside[pixel.Y * width + pixel.X] ? 0 : 1;
            if (outside > 0) return Invariant($"in slice {slice} {outside} of its {pixels.Count} pixels are none of the brain's.");
        }
        return null;
    }

    /// <summary>Whether the two share a pixel or lie side by side.</summary>
    public bool Touches(ToySection other)
    {
        var theirs = other.pixels.Select(pixel => (pixel.X, pixel.Y)).ToHashSet();
        return pixels.Exists(pixel => Enumerable.Range(0, 9).Any(near => theirs.Contains((pixel.X + near % 3 - 1, pixel.Y + near / 3 - 1))));
    }

    /// <summary>Draws it into the slice whose pixels begin at <paramref name="start"/>.</summary>
    public void Paint(float[] values, bool[] mask, int start)
    {
        foreach (var (x, y, weight, intensity) in pixels)
        {
            var voxel = start + y * width + x;
            values[voxel] += weight * (intensity - values[voxel]);
            mask[voxel] |= weight >= 0.5f;
        }
    }

    /// <summary>From millimetres about the middle to how much of a pixel is anomaly, and its intensity.</summary>
    static Func<double, double, (double Weight, double Intensity)> Outline(ToyAnomaly anomaly, RandomStream random)
    {
        var (radius, intensity) = (anomaly.Radius, anomaly.Intensity);
        if (anomaly.Shape == ToyShape.Circle) return (x, y) => (x * x + y * y <= radius * radius ? 1 : 0, intensity);
        if (anomaly.Shape == ToyShape.Tumour) return (x, y) => Blurred(x, y, radius, intensity);
        var waves = Enumerable.Range(FirstHarmonic, LastHarmonic - FirstHarmonic + 1)
            .Select(k => (Harmonic: k, Strength: random.Uniform(-1, 1) * Unevenness / (k - 1), Phase: random.Uniform(0, 2 * Math.PI))).ToArray();
        // So that the area is a disc's: the mean square of the radius over all directions is the disc's.
        var scale = radius / Math.Sqrt(1 + waves.Sum(wave => wave.Strength * wave.Strength) / 2);
        return (x, y) =>
        {
            var direction = Math.Atan2(y, x);
            var edge = scale * Math.Max(0.2, 1 + waves.Sum(wave => wave.Strength * Math.Cos(wave.Harmonic * direction + wave.Phase)));
            return (x * x + y * y <= edge * edge ? 1 : 0, intensity);
        };
    }

    /// <summary>A black disc in a ring, and the region of both, under a Gaussian.</summary>
    static (double Weight, double Intensity) Blurred(double x, double y, double radius, double ring)
    {
        const double Black = -1;
        var sigma = Blur * radius;
        var (all, covered, sum) = (0.0, 0.0, 0.0);
        for (var row = 0; row < Samples; row++)
        {
            for (var column = 0; column < Samples; column++)
            {
                var (u, v) = (6.0 * column / (Samples - 1) - 3, 6.0 * row / (Samples - 1) - 3);
                var share = Math.Exp(-0.5 * (u * u + v * v));
                all += share;
                var distance = Math.Sqrt((x + u * sigma) * (x + u * sigma) + (y + v * sigma) * (y + v * sigma));
                if (distance > RingEnd * radius) continue;
                covered += share;
                sum += share * (distance <= radius ? Black : ring);
            }
        }
        return covered > 0 ? (covered / all, sum / covered) : (0, ring);
    }
}
