using System.Globalization;
using MedAnomaly.Images;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>One subject of a cohort: the same whatever else the cohort holds and in whatever order it is made.</summary>
sealed class SimulatedSubject(BrainTemplate template, CohortDesign design, bool isAbnormal, int index)
{
    /// <summary>How often a place is looked for before a lesion is given up.</summary>
    const int MostDraws = 300;

    /// <summary>White matter is 1; this is white in the image, so that the brightest lesions still show.</summary>
    const double WindowEnd = 1.45;

    /// <summary>What the template has less of is background, where the scanner's noise was cut away with the skull.</summary>
    const float Background = 0.02f;

    /// <summary>Each part of a subject has its own random numbers, so that another noise, say, gives no other anatomy.</summary>
    enum Part
    {
        Anatomy,
        Lesions,
        Contrast,
        Texture,
        Noise,
    }

    public string Name { get; } = FormattableString.Invariant($"{(isAbnormal ? "abnormal" : "normal")}-{index:D3}");

    /// <summary>The subject's slices, from the lowest up. Without its lesions the same subject is healthy.</summary>
    public List<SimulatedSlice> Render(bool withLesions = true)
    {
        var stack = Stack();
        var (intensities, inside) = Anatomy(stack);
        var lesions = new List<(LesionKind Kind, CrossSection Section)>[stack.Z];
        for (var slice = 0; slice < stack.Z; slice++) lesions[slice] = [];
        AddTexture(stack, intensities);
        if (isAbnormal && withLesions) AddLesions(stack, intensities, inside, lesions);
        Scan(stack, intensities);
        return [.. Enumerable.Range(0, stack.Z).Select(slice => Cut(stack, slice, intensities, lesions[slice]))];
    }

    RandomStream Random(Part part, long detail = 0) => new(design.Seed, isAbnormal ? 1 : 0, index, (long)part, detail);

    /// <summary>A stream a slice, named by its height, so that a slice is the same whatever other slices are imaged.</summary>
    RandomStream Random(Part part, VolumeGrid stack, int slice) => Random(part, (long)Math.Round(stack.Affine.Apply(0, 0, slice).Z * 1000));

    /// <summary>The slices in the subject's millimetres.</summary>
    VolumeGrid Stack() => design.Slices.Grid(template.Centre.X, template.Centre.Y);

    /// <summary>The template, turned, scaled, shifted and deformed: its intensities in the slices, and which pixels are brain.</summary>
    (float[] Intensities, bool[] Inside) Anatomy(VolumeGrid stack)
    {
        var random = Random(Part.Anatomy);
        var placed = stack with { Affine = Placement(random) * stack.Affine };
        var (scale, magnitude) = (design.Variation.DeformationScale, design.Variation.Deformation);
        var deformation = SmoothNoise.Deformation(template.Intensities.Grid, scale, magnitude, random);
        return (template.Intensities.Resample(placed, deformation).Voxels,
            Array.ConvertAll(template.Parenchyma.Resample(placed, deformation).Voxels, share => share >= 0.5f));
    }

    Affine Placement(RandomStream random)
    {
        var variation = design.Variation;
        var (x, y, z) = template.Centre;
        double Angle() => random.Normal() * variation.Tilt * Math.PI / 180;
        double Scale() => 1 / Math.Max(0.5, 1 + random.Normal() * variation.Size);
        double Shift() => random.Normal() * variation.Shift;
        return Affine.Translate(x + Shift(), y + Shift(), z + Shift()) * Rotation(0, Angle()) * Rotation(1, Angle()) * Rotation(2, Angle())
            * Affine.Scale(Scale(), Scale(), Scale()) * Affine.Translate(-x, -y, -z);
    }

    static Affine Rotation(int axis, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        return axis switch
        {
            0 => new(1, 0, 0, 0, 0, cosine, -sine, 0, 0, sine, cosine, 0),
            1 => new(cosine, 0, sine, 0, 0, 1, 0, 0, -sine, 0, cosine, 0),
            _ => new(cosine, -sine, 0, 0, sine, cosine, 0, 0, 0, 0, 1, 0),
        };
    }

    /// <summary>The tissue's own unevenness, which an average of 152 brains has lost.</summary>
    void AddTexture(VolumeGrid stack, float[] intensities)
    {
        for (var slice = 0; slice < stack.Z; slice++)
        {
            var grid = Slice(stack, slice);
            var texture = SmoothNoise.Over(grid, design.Variation.TextureScale, Random(Part.Texture, stack, slice)).Resample(grid).Voxels;
            var pixels = Pixels(stack, slice, intensities);
            // In proportion to the brightness, so that fluid and background stay dark.
            for (var i = 0; i < pixels.Length; i++) pixels[i] *= (float)(1 + design.Variation.Texture * texture[i]);
        }
    }

    void AddLesions(VolumeGrid stack, float[] intensities, bool[] inside, List<(LesionKind, CrossSection)>[] shown)
    {
        var random = Random(Part.Lesions);
        var places = Enumerable.Range(0, inside.Length).Where(pixel => inside[pixel]).ToArray();
        var count = 1 + random.Index(design.Lesions.MostLesions);
        for (var number = 0; number < count; number++)
        {
            var lesion = new Lesion(design.Lesions, random);
            var sections = Place(lesion, stack, inside, places, random);
            lesion.Paint(intensities, sections);
            foreach (var section in sections) shown[section.Pixels[0] / (stack.X * stack.Y)].Add((lesion.Kind, section));
        }
    }

    /// <summary>Draws places until the lesion changes brain only, and shows in a slice.</summary>
    List<CrossSection> Place(Lesion lesion, VolumeGrid stack, bool[] inside, int[] places, RandomStream random)
    {
        for (var draw = 0; draw < MostDraws && places.Length > 0; draw++)
        {
            var pixel = places[random.Index(places.Length)];
            var (x, y, z) = stack.Affine.Apply(pixel % stack.X, pixel / stack.X % stack.Y, pixel / stack.X / stack.Y);
            if (lesion.Cut(stack, (x, y, z + random.Uniform(-1, 1)), inside) is { Count: > 0 } sections) return sections;
        }
        throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
            $"Subject {Name} of the simulated cohort: no place was found for a lesion with a radius of {lesion.Radius:F1} mm within the ")
            + $"brain of its {stack.Z} slices, in {MostDraws} draws. Choose smaller lesions (LesionModel.LargestRadius) or slices with "
            + "more brain (SliceStack).");
    }

    /// <summary>What the scanner makes of the tissue: contrast, uneven sensitivity, and Rician noise within the head.</summary>
    void Scan(VolumeGrid stack, float[] intensities)
    {
        var variation = design.Variation;
        var random = Random(Part.Contrast);
        var gamma = Math.Exp(random.Normal() * variation.Gamma);
        var sensitivity = SmoothNoise.Over(stack, variation.BiasScale, random).Resample(stack).Voxels;
        for (var slice = 0; slice < stack.Z; slice++)
        {
            var noise = Random(Part.Noise, stack, slice);
            var pixels = Pixels(stack, slice, intensities);
            var biases = Pixels(stack, slice, sensitivity);
            for (var i = 0; i < pixels.Length; i++)
            {
                var (real, imaginary) = (noise.Normal() * variation.Noise, noise.Normal() * variation.Noise);
                if (pixels[i] < Background) continue;
                var signal = Math.Pow(pixels[i], gamma) * Math.Exp(variation.Bias * biases[i]);
                pixels[i] = (float)Math.Sqrt((signal + real) * (signal + real) + imaginary * imaginary);
            }
        }
    }

    SimulatedSlice Cut(VolumeGrid stack, int slice, float[] intensities, List<(LesionKind Kind, CrossSection Section)> lesions)
    {
        var plane = new Plane(stack.X, stack.Y);
        Pixels(stack, slice, intensities).CopyTo(plane.Values);
        var mask = new bool[plane.Values.Length];
        foreach (var (_, section) in lesions)
        {
            for (var i = 0; i < section.Pixels.Length; i++)
            {
                if (section.Weights[i] >= CrossSection.MaskThreshold) mask[section.Pixels[i] - slice * mask.Length] = true;
            }
        }
        var kinds = lesions.Select(lesion => lesion.Kind.ToString().ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal);
        var image = plane.ToImage(new(0, WindowEnd));
        var id = FormattableString.Invariant($"{Name}/slice-{slice:D3}");
        return new(id, Name, slice, string.Join("+", kinds), image, Mask.FromPixels(mask, stack.X, stack.Y));
    }

    static VolumeGrid Slice(VolumeGrid stack, int slice) => stack with { Z = 1, Affine = stack.Affine * Affine.Translate(0, 0, slice) };

    static Span<float> Pixels(VolumeGrid stack, int slice, float[] values) => values.AsSpan(slice * stack.X * stack.Y, stack.X * stack.Y);
}

/// <summary>One image of a simulated subject.</summary>
/// <param name="Id">The sample's id.</param>
/// <param name="Subject">The subject's name.</param>
/// <param name="Index">Its place among the subject's slices, from 0, feet first.</param>
/// <param name="Kinds">What kinds of lesion it shows; empty for none.</param>
/// <param name="Image">The slice as it would be exported.</param>
/// <param name="Mask">Where it shows a lesion.</param>
sealed record SimulatedSlice(string Id, string Subject, int Index, string Kinds, Image<L8> Image, Mask Mask);
