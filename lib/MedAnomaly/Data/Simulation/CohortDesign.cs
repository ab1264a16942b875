using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>Which subjects a cohort has and what is imaged of them. Together with the template it determines every pixel.</summary>
public sealed record CohortDesign
{
    /// <summary>Subjects without a lesion.</summary>
    public int Normal { get; init; } = 24;

    /// <summary>Subjects with at least one lesion.</summary>
    public int Abnormal { get; init; } = 16;

    /// <summary>Another seed gives another cohort.</summary>
    public int Seed { get; init; }

    /// <summary>The slices that are imaged of each subject.</summary>
    public SliceStack Slices { get; init; } = new();

    /// <summary>How subjects differ from the template.</summary>
    public BrainVariation Variation { get; init; } = new();

    /// <summary>What the lesions are like: the difficulty of finding them.</summary>
    public LesionModel Lesions { get; init; } = new();

    /// <exception cref="UsageException">A number makes no sense.</exception>
    internal void Check()
    {
        Require(Normal >= 0 && Abnormal >= 0 && Normal + Abnormal > 0, nameof(Normal),
            $"a cohort has subjects, got {Normal} normal and {Abnormal} abnormal");
        Slices.Check();
        Variation.Check();
        Lesions.Check();
    }

    internal static void Require(bool condition, string name, FormattableString rule)
    {
        if (!condition) throw new UsageException($"The design of the simulated cohort: {name}: {FormattableString.Invariant(rule)}.");
    }
}

/// <summary>Parallel axial slices, seen as a radiologist sees them: the front on top, the patient's right on the left.</summary>
/// <param name="First">The height of the lowest slice, in mm of the template's world (MNI: 0 lies at the anterior commissure).</param>
/// <param name="Last">No slice lies higher, in mm.</param>
/// <param name="Step">Millimetres between slices.</param>
/// <param name="Pixels">Columns, and rows, of an image.</param>
/// <param name="PixelSize">Millimetres between pixels.</param>
public sealed record SliceStack(double First = 0, double Last = 40, double Step = 10, int Pixels = 224, double PixelSize = 0.95)
{
    /// <summary>How many slices there are.</summary>
    public int Count => (int)Math.Floor((Last - First) / Step + 1e-9) + 1;

    /// <summary>The pixels in millimetres: columns to the left of the patient, rows to the back.</summary>
    /// <param name="x">Where the middle of the images lies, to the right.</param>
    /// <param name="y">The same, to the front.</param>
    public VolumeGrid Grid(double x, double y)
    {
        var middle = (Pixels - 1) / 2.0 * PixelSize;
        return new(Pixels, Pixels, Count, Affine.Translate(x + middle, y + middle, First) * Affine.Scale(-PixelSize, -PixelSize, Step));
    }

    internal void Check()
    {
        CohortDesign.Require(double.IsFinite(First) && double.IsFinite(Last) && First <= Last, nameof(First),
            $"the slices go from First up to Last, got {First} to {Last} mm");
        CohortDesign.Require(Step > 0 && (Last - First) / Step < 1000, nameof(Step),
            $"slices lie apart, and are fewer than 1000; got {Step} mm");
        CohortDesign.Require(Pixels is >= 16 and <= 1024, nameof(Pixels), $"an image has 16 to 1024 columns, got {Pixels}");
        CohortDesign.Require(PixelSize >= 0.1 && PixelSize * Pixels <= 600, nameof(PixelSize),
            $"a pixel has 0.1 mm or more and an image at most 600 mm, got {PixelSize} mm");
    }
}

/// <summary>How the simulated subjects differ from the template and from one another.</summary>
/// <param name="Deformation">Root mean square, in mm, of the random displacement of a point.</param>
/// <param name="DeformationScale">Standard deviation, in mm, of the Gaussian that makes the displacements smooth.</param>
/// <param name="Size">Standard deviation of the size along each axis, as a share of it.</param>
/// <param name="Tilt">Standard deviation of the rotation about each axis, in degrees.</param>
/// <param name="Shift">Standard deviation of the position along each axis, in mm.</param>
/// <param name="Bias">Root mean square of the logarithm of the scanner's sensitivity, which varies over <see cref="BiasScale"/>.</param>
/// <param name="BiasScale">Smoothness, in mm, of the sensitivity.</param>
/// <param name="Texture">Root mean square of the tissue's own variation of brightness, as a share of white matter's.</param>
/// <param name="TextureScale">Smoothness, in mm, of that variation.</param>
/// <param name="Gamma">Standard deviation of the logarithm of the exponent that changes the contrast between tissues.</param>
/// <param name="Noise">Rician noise: its standard deviation in each of the scanner's two channels, as a share of white matter.</param>
public sealed record BrainVariation(
    double Deformation = 2, double DeformationScale = 18, double Size = 0.03, double Tilt = 2, double Shift = 1.5,
    double Bias = 0.06, double BiasScale = 45, double Texture = 0.03, double TextureScale = 4, double Gamma = 0.08, double Noise = 0.025)
{
    internal void Check()
    {
        foreach (var (name, value) in new[]
        {
            (nameof(Deformation), Deformation), (nameof(Size), Size), (nameof(Tilt), Tilt), (nameof(Shift), Shift),
            (nameof(Bias), Bias), (nameof(Texture), Texture), (nameof(Gamma), Gamma), (nameof(Noise), Noise),
        })
        {
            CohortDesign.Require(value >= 0 && double.IsFinite(value), name, $"is a spread, at least 0; got {value}");
        }
        // Finer fields than these would take more memory than the brain.
        foreach (var (name, value, least) in new[]
        {
            (nameof(DeformationScale), DeformationScale, 5), (nameof(BiasScale), BiasScale, 10), (nameof(TextureScale), TextureScale, 1),
        })
        {
            CohortDesign.Require(value >= least && value <= 500, name, $"is a length of {least} to 500 mm; got {value}");
        }
        CohortDesign.Require(Size <= 0.1, nameof(Size), $"is at most 0.1, or some brains have no size; got {Size}");
        // The slope of a displacement has this root mean square; at 1 tissue would fold over itself, and four times that must not.
        CohortDesign.Require(Deformation / Math.Sqrt(3) / DeformationScale <= 0.25, nameof(Deformation),
            $"is at most {0.25 * Math.Sqrt(3)} times DeformationScale, or tissue folds; got {Deformation} and {DeformationScale} mm");
    }
}

/// <summary>What the simulated lesions are like.</summary>
/// <param name="Contrast">
/// The difficulty: how much brighter or darker than its surroundings a lesion is in the mean, as a share of white matter's brightness; each
/// lesion has 0.6 to 1.4 times that.
/// </param>
/// <param name="SmallestRadius">Mean radius, in mm, of the smallest lesions.</param>
/// <param name="LargestRadius">Mean radius, in mm, of the largest. Small ones are more frequent: the logarithm is uniform.</param>
/// <param name="Edge">
/// Millimetres across which a lesion fades into the tissue. Its mask ends in the middle of that, where it is one half; a pixel farther than
/// Edge / 2 outside the mask's outline is unchanged.
/// </param>
/// <param name="MostLesions">A subject has 1 to so many.</param>
/// <param name="SmallestArea">Where a lesion cuts a slice in fewer mm² than this, the slice is left as it is, and stays normal.</param>
public sealed record LesionModel(
    double Contrast = 0.33, double SmallestRadius = 5, double LargestRadius = 14, double Edge = 3, int MostLesions = 3,
    double SmallestArea = 40)
{
    internal void Check()
    {
        CohortDesign.Require(Contrast is > 0 and <= 1, nameof(Contrast), $"is above 0 and at most 1; got {Contrast}");
        CohortDesign.Require(SmallestRadius >= 1 && SmallestRadius <= LargestRadius && LargestRadius <= 60, nameof(SmallestRadius),
            $"radii go from 1 mm or more to 60 mm or less; got {SmallestRadius} to {LargestRadius}");
        CohortDesign.Require(Edge > 0 && Edge <= 2 * SmallestRadius, nameof(Edge),
            $"is above 0 and at most a smallest lesion's diameter; got {Edge} mm");
        CohortDesign.Require(MostLesions is >= 1 and <= 20, nameof(MostLesions), $"is 1 to 20; got {MostLesions}");
        CohortDesign.Require(SmallestArea >= 0 && SmallestArea <= Math.PI * SmallestRadius * SmallestRadius, nameof(SmallestArea),
            $"is at most the area of a smallest lesion, or some would show nowhere; got {SmallestArea} mm²");
    }
}
