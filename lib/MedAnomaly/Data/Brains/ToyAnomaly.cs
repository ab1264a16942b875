using MedAnomaly.Data.Simulation;
using static System.FormattableString;

namespace MedAnomaly.Data.Brains;

/// <summary>What a toy anomaly looks like in a slice.</summary>
public enum ToyShape
{
    /// <summary>A disc of one intensity.</summary>
    Circle,
    /// <summary>A region of one intensity with a random smooth outline, of a disc's area.</summary>
    Blob,
    /// <summary>A black disc in a ring of the given intensity, blurred.</summary>
    Tumour,
}

/// <summary>
/// An anomaly as source 002 (section 3.2.4) draws them into test volumes: the same two-dimensional shapes in a run of slices. Its mask is
/// known exactly.
/// </summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Radius">Of the disc of its area, in mm; of a tumour without its ring.</param>
/// <param name="Intensity">On the scale of prepared brains, -1 to 1; of a tumour, its ring's.</param>
/// <param name="Count">How many shapes, side by side, apart from each other.</param>
public sealed record ToyAnomaly(ToyShape Shape, double Radius, double Intensity, int Count = 1)
{
    /// <summary>How far the shape goes through the brain, in mm: 50 slices of 1 mm in the source.</summary>
    public double Height { get; init; } = 50;

    /// <summary>Places that are tried before the anomaly is given up.</summary>
    const int MostDraws = 2000;

    /// <summary>What captions call it.</summary>
    public string Name => Invariant($"{(Count == 1 ? "" : $"{Count} x ")}{Shape.ToString().ToLowerInvariant()}, {Radius:0.##} mm, {Intensity:+0.##;-0.##;0}");

    /// <summary>Draws it into a brain at a random place where all of it lies in the brain.</summary>
    /// <param name="brain">The brain, which stays as it is.</param>
    /// <param name="seed">The same seed, brain and anomaly give the same place and outline.</param>
    /// <exception cref="UsageException">A number makes no sense.</exception>
    /// <exception cref="DatasetException">It covers no voxel, or no place was found.</exception>
    public ToyBrain Insert(PreparedBrain brain, int seed)
    {
        ArgumentNullException.ThrowIfNull(brain);
        var (random, height) = (Start(brain, seed), SlicesIn(brain));
        // Less than half a pixel is nothing in most places.
        if (Math.PI * Radius * Radius < brain.Values.Spacing.X * brain.Values.Spacing.Y / 2) throw Empty(brain);
        for (var draw = 0; draw < MostDraws; draw++)
        {
            var first = brain.Slices[random.Index(brain.Slices.Count - height + 1)];
            var cover = brain.Brain(first + height / 2).ToArray().Index().Where(pixel => pixel.Item).Select(pixel => pixel.Index).ToArray();
            if (cover.Length == 0) continue;
            var sections = Enumerable.Range(0, Count).Select(_ => Section(brain, cover[random.Index(cover.Length)], random)).ToList();
            if (sections.TrueForAll(section => section.Mask.Count > 0 && section.Outside(brain, first, height) is null) && AreApart(sections))
                return Draw(brain, sections, first, height);
        }
        throw new DatasetException(Invariant($"{brain.Name}: no place was found in {MostDraws} draws where the anomaly ({Name}) lies in the brain ")
            + Invariant($"throughout {height} slices. Choose a smaller one, or a lower one ({nameof(Height)} is {Height} mm)."));
    }

    /// <summary>Draws it into a brain at a given place.</summary>
    /// <param name="brain">The brain, which stays as it is.</param>
    /// <param name="x">The column of the middle of its only shape.</param>
    /// <param name="y">The row.</param>
    /// <param name="slice">The lowest slice.</param>
    /// <param name="seed">Of the outline.</param>
    /// <exception cref="UsageException">A number makes no sense, or there are several shapes.</exception>
    /// <exception cref="DatasetException">It covers no voxel, or lies outside the brain.</exception>
    public ToyBrain InsertAt(PreparedBrain brain, double x, double y, int slice, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(brain);
        if (Count != 1) throw new UsageException(Invariant($"The anomaly ({Name}) has {Count} shapes; one place is for one. Use Insert."));
        var (random, height) = (Start(brain, seed), SlicesIn(brain));
        var section = new ToySection(this, brain, x, y, random);
        if (section.Mask.Count == 0) throw Empty(brain);
        if (section.Outside(brain, slice, height) is { } fault)
        {
            throw new DatasetException(Invariant($"{brain.Name}: the anomaly ({Name}) at column {x}, row {y} of slices {slice} to {slice + height - 1} ")
                + $"falls outside the brain: {fault} Move it, or choose a smaller one.");
        }
        return Draw(brain, [section], slice, height);
    }

    RandomStream Start(PreparedBrain brain, int seed)
    {
        void Require(bool good, string name, FormattableString rule)
        {
            if (!good) throw new UsageException($"The toy anomaly: {name}: {Invariant(rule)}.");
        }
        Require(Radius > 0 && Radius <= 100, nameof(Radius), $"is above 0 and at most 100 mm; got {Radius}");
        Require(Intensity is >= -1 and <= 1, nameof(Intensity), $"is -1 to 1, as prepared brains are; got {Intensity}");
        Require(Count is >= 1 and <= 20, nameof(Count), $"is 1 to 20; got {Count}");
        Require(Height > 0 && double.IsFinite(Height), nameof(Height), $"is above 0 mm; got {Height}");
        // A place belongs to the shape and its size: the same anomaly in another intensity lies there too.
        return new([seed, (long)Shape, Count, BitConverter.DoubleToInt64Bits(Radius), .. brain.Name.Select(letter => (long)letter)]);
    }

    int SlicesIn(PreparedBrain brain) => Math.Clamp((int)Math.Round(Height / brain.Values.Spacing.Z), 1, brain.Slices.Count);

    // Somewhere within the pixel: nothing of the outline shall depend on the grid.
    ToySection Section(PreparedBrain brain, int pixel, RandomStream random) =>
        new(this, brain, pixel % brain.Width + random.Uniform(-0.5, 0.5), pixel / brain.Width + random.Uniform(-0.5, 0.5), random);

    DatasetException Empty(PreparedBrain brain) => new(Invariant($"{brain.Name}: the anomaly ({Name}) covers no voxel: its mask is empty. Its radius is too small for ")
        + Invariant($"pixels of {brain.Values.Spacing.X:0.##} mm. Choose a larger one."));

    // A gap of a pixel, so that they are as many regions as shapes.
    static bool AreApart(List<ToySection> sections) => sections.Count == 1
        || sections.SelectMany((section, i) => sections.Take(i).Select(other => (section, other))).All(pair => !pair.section.Touches(pair.other));

    static ToyBrain Draw(PreparedBrain brain, List<ToySection> sections, int first, int height)
    {
        var values = (float[])brain.Values.Voxels.Clone();
        var mask = new bool[values.Length];
        for (var slice = first; slice < first + height; slice++)
        {
            foreach (var section in sections) section.Paint(values, mask, slice * brain.Width * brain.Height);
        }
        return new(brain.With(values), mask, first, height);
    }
}
