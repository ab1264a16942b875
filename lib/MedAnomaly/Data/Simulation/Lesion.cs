using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>What a lesion does to the tissue's brightness.</summary>
enum LesionKind
{
    Hyperintense,
    Hypointense,
    /// <summary>As bright as its surroundings in the mean, but mottled.</summary>
    Heterogeneous,
}

/// <summary>An ellipsoid with an uneven boundary and a mottled inside, lying anywhere: its place is given when it is cut.</summary>
sealed class Lesion
{
    /// <summary>How much of the anatomy beneath still shows.</summary>
    const double Transparency = 0.4;

    /// <summary>
    /// Root mean square of the boundary's unevenness, as a share of the radius, and how many times that it may at most be.
    /// </summary>
    const double Unevenness = 0.15, MostUneven = 2;

    /// <summary>Root mean square of the mottling, in contrasts: of an ordinary lesion and of a heterogeneous one.</summary>
    const double Mottling = 0.3, StrongMottling = 0.8;

    readonly double radius;
    readonly double edge;
    readonly double contrast;
    readonly double smallestArea;
    readonly (double X, double Y, double Z) axes;
    readonly (double Sine, double Cosine) turn;
    readonly Volume boundary;
    readonly Volume mottling;

    public Lesion(LesionModel model, RandomStream random)
    {
        (edge, smallestArea) = (model.Edge, model.SmallestArea);
        Kind = (LesionKind)random.Index(3);
        radius = Math.Exp(random.Uniform(Math.Log(model.SmallestRadius), Math.Log(model.LargestRadius)));
        contrast = model.Contrast * random.Uniform(0.6, 1.4);
        // Longer one way than another; the product of the three, and so the mean radius, stays.
        var (stretch, flatness) = (Math.Exp(random.Uniform(-0.3, 0.3)), Math.Exp(random.Uniform(-0.2, 0.2)));
        axes = (radius * stretch / flatness, radius / stretch / flatness, radius * flatness * flatness);
        turn = Math.SinCos(random.Uniform(0, Math.PI));
        // Both fields are given in the lesion's own millimetres, from its centre.
        var half = Math.Ceiling(Reach);
        var box = new VolumeGrid(2, 2, 2, Affine.Translate(-half, -half, -half) * Affine.Scale(2 * half, 2 * half, 2 * half));
        boundary = SmoothNoise.Over(box, 0.4 * radius, random);
        mottling = SmoothNoise.Over(box, 0.25 * radius, random);
    }

    public LesionKind Kind { get; }

    /// <summary>The mean radius in mm.</summary>
    public double Radius => radius;

    /// <summary>No point farther than this from the centre, in mm, belongs to the lesion; its edge comes on top.</summary>
    double Reach => Math.Max(axes.X, Math.Max(axes.Y, axes.Z)) * (1 + MostUneven * Unevenness);

    /// <summary>
    /// What the slices of <paramref name="stack"/> (in the subject's millimetres) show of the lesion when its centre lies at
    /// <paramref name="centre"/>; nothing where it cuts a slice in too small an area. Null if a changed pixel would lie outside
    /// <paramref name="inside"/>.
    /// </summary>
    public List<CrossSection>? Cut(VolumeGrid stack, (double X, double Y, double Z) centre, ReadOnlySpan<bool> inside)
    {
        var (column, row, _) = stack.Affine.Inverse().Apply(centre.X, centre.Y, centre.Z);
        var pixelSize = stack.Affine.Spacing.X;
        var reach = (Reach + edge) / pixelSize + 1;
        var (left, top) = ((int)Math.Floor(column - reach), (int)Math.Floor(row - reach));
        var side = 2 * (int)Math.Ceiling(reach) + 1;
        if (left < 0 || top < 0 || left + side > stack.X || top + side > stack.Y) return null;
        var toLesion = Affine.Translate(-centre.X, -centre.Y, -centre.Z) * stack.Affine;
        var sections = new List<CrossSection>();
        for (var slice = 0; slice < stack.Z; slice++)
        {
            if (Math.Abs(stack.Affine.Apply(0, 0, slice).Z - centre.Z) > Reach) continue;
            var first = stack.X * (top + stack.Y * slice) + left;
            var grid = new VolumeGrid(side, side, 1, toLesion * Affine.Translate(left, top, slice));
            var mask = Mask(grid);
            if (mask.Count(true) * pixelSize * pixelSize < smallestArea) continue;
            var weights = Feather(mask, side, edge / pixelSize);
            var changed = Enumerable.Range(0, weights.Length).Where(pixel => weights[pixel] > 0).ToArray();
            var pixels = Array.ConvertAll(changed, pixel => first + pixel % side + stack.X * (pixel / side));
            foreach (var pixel in pixels)
            {
                if (!inside[pixel]) return null;
            }
            var texture = mottling.Resample(grid).Voxels;
            sections.Add(new(pixels, [.. changed.Select(pixel => weights[pixel])], [.. changed.Select(pixel => texture[pixel])]));
        }
        return sections;
    }

    /// <summary>Puts the lesion into the intensities of the slices that it was cut in.</summary>
    public void Paint(Span<float> intensities, List<CrossSection> sections)
    {
        var (sum, count) = (0.0, 0);
        foreach (var section in sections)
        {
            for (var i = 0; i < section.Pixels.Length; i++)
            {
                if (section.Weights[i] < CrossSection.MaskThreshold) continue;
                sum += intensities[section.Pixels[i]];
                count++;
            }
        }
        var mean = sum / count;
        var shift = Kind switch { LesionKind.Hyperintense => contrast, LesionKind.Hypointense => -contrast, _ => 0 };
        var mottle = contrast * (Kind == LesionKind.Heterogeneous ? StrongMottling : Mottling);
        foreach (var section in sections)
        {
            for (var i = 0; i < section.Pixels.Length; i++)
            {
                ref var intensity = ref intensities[section.Pixels[i]];
                var lesion = mean + shift + mottle * section.Mottling[i] + Transparency * (intensity - mean);
                intensity = (float)Math.Max(0, intensity + section.Weights[i] * (lesion - intensity));
            }
        }
    }

    /// <summary>Which points of a grid, given in millimetres from the lesion's centre, belong to it.</summary>
    bool[] Mask(VolumeGrid grid)
    {
        var uneven = boundary.Resample(grid).Voxels;
        var mask = new bool[uneven.Length];
        for (var pixel = 0; pixel < mask.Length; pixel++)
        {
            var (x, y, z) = grid.Affine.Apply(pixel % grid.X, pixel / grid.X, 0);
            var (along, across) = (x * turn.Cosine + y * turn.Sine, y * turn.Cosine - x * turn.Sine);
            var distance = Math.Sqrt(Square(along / axes.X) + Square(across / axes.Y) + Square(z / axes.Z));
            mask[pixel] = distance < 1 + Unevenness * Math.Clamp(uneven[pixel], -MostUneven, MostUneven);
        }
        return mask;
    }

    /// <summary>
    /// The share of lesion in each pixel: it rises smoothly over <paramref name="width"/> pixels across the mask's outline, where it is one
    /// half. So a pixel is in the mask where its weight is above one half, and none farther than width / 2 from the outline is in between.
    /// </summary>
    static float[] Feather(bool[] mask, int side, double width)
    {
        var weights = new float[mask.Length];
        var window = (int)Math.Ceiling(width / 2 + 0.5);
        for (var pixel = 0; pixel < mask.Length; pixel++)
        {
            var (x, y) = (pixel % side, pixel / side);
            var nearest = double.PositiveInfinity;
            for (var row = Math.Max(0, y - window); row <= Math.Min(side - 1, y + window); row++)
            {
                for (var column = Math.Max(0, x - window); column <= Math.Min(side - 1, x + window); column++)
                {
                    if (mask[row * side + column] != mask[pixel]) nearest = Math.Min(nearest, Square(row - y) + Square(column - x));
                }
            }
            // The outline runs half a pixel from the centre of the nearest pixel on its other side.
            var depth = (Math.Sqrt(nearest) - 0.5) * (mask[pixel] ? 1 : -1);
            var share = Math.Clamp(depth / width + 0.5, 0, 1);
            weights[pixel] = (float)(share * share * (3 - 2 * share));
        }
        return weights;
    }

    static double Square(double value) => value * value;
}

/// <summary>What one slice shows of a lesion.</summary>
/// <param name="Pixels">The pixels that it changes, by their index.</param>
/// <param name="Weights">How much, above 0 to 1, of each of them is lesion.</param>
/// <param name="Mottling">The lesion's own texture there.</param>
sealed record CrossSection(int[] Pixels, float[] Weights, float[] Mottling)
{
    /// <summary>From this weight on a pixel is in the mask: the middle of the lesion's edge.</summary>
    public const float MaskThreshold = 0.5f;
}
