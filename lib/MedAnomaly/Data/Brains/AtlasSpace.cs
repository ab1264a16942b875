using MedAnomaly.Data.Simulation;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Brains;

/// <summary>
/// The grid of an atlas. A network that learns slices learns where things lie, so every volume must lie in one space; registering is left to
/// the tools that are made for it (ANTs, FSL, greedy), which volumes from elsewhere have mostly been through.
/// </summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Id">The manifest of the atlas.</param>
/// <param name="Right">Voxels from side to side.</param>
/// <param name="Front">Voxels from back to front.</param>
/// <param name="Up">Voxels from the feet up.</param>
/// <param name="Spacing">Millimetres between voxels.</param>
public sealed record AtlasSpace(string Name, string Id, int Right, int Front, int Up, double Spacing = 1)
{
    const double Tolerance = 1e-3;

    /// <summary>SRI24, 240 x 240 x 155: where source 002 registers MOOD's volumes to, and where BraTS' lie.</summary>
    public static AtlasSpace Sri24 { get; } = new("SRI24", "sri24", 240, 240, 155);

    /// <summary>MNI152 at 1 mm as FSL has it, 182 x 218 x 182.</summary>
    public static AtlasSpace Mni152 { get; } = new("MNI152", "mni152", 182, 218, 182);

    /// <summary>The volume, if its voxels are those of the atlas.</summary>
    /// <param name="volume">In any orientation.</param>
    /// <exception cref="DataFormatException">It has another grid: it has not been registered.</exception>
    public Volume Require(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var canonical = volume.ToCanonical();
        var (size, spacing) = (canonical.Size, canonical.Spacing);
        bool IsSpacing(double value) => Math.Abs(value - Spacing) < Tolerance;
        if (size == (Right, Front, Up) && IsSpacing(spacing.X) && IsSpacing(spacing.Y) && IsSpacing(spacing.Z)) return volume;
        throw new DataFormatException(FormattableString.Invariant($"{volume.Source}: {size.X} x {size.Y} x {size.Z} voxels of ")
            + FormattableString.Invariant($"{spacing.X:0.###} x {spacing.Y:0.###} x {spacing.Z:0.###} mm (right, front, up) ")
            + FormattableString.Invariant($"are not the {Right} x {Front} x {Up} of {Spacing} mm of {Name}. ")
            + $"The volume has not been registered: do so with ANTs, FSL or another tool, onto the atlas of the dataset '{Id}', "
            + "and put the result in its place.");
    }

    /// <summary>The axial slices of a volume in this space.</summary>
    /// <param name="volume">A volume of the atlas' grid.</param>
    /// <param name="pixels">Columns, and rows, of a slice.</param>
    /// <param name="width">Millimetres that a slice is wide and high, about the middle of the atlas; source 002 cuts 224 of 240.</param>
    /// <param name="step">Millimetres between slices.</param>
    /// <exception cref="DataFormatException">As <see cref="Require"/>.</exception>
    public Volume Cut(Volume volume, int pixels, double width, double step) => Require(volume).Resample(Slices(volume, pixels, width, step));

    /// <summary>Where those slices lie.</summary>
    internal VolumeGrid Slices(Volume volume, int pixels, double width, double step)
    {
        var canonical = volume.ToCanonical();
        var (x, y, first) = canonical.Affine.Apply((Right - 1) / 2.0, (Front - 1) / 2.0, 0);
        return new SliceStack(first, first + (Up - 1) * Spacing, step, pixels, width / pixels).Grid(x, y);
    }

    /// <summary>
    /// The brain moved and scaled along each axis of the world so that its middle and its spread are another's: what can be done without
    /// registering, and less. Rotations and shapes stay as they are. Nothing is interpolated.
    /// </summary>
    /// <param name="volume">Skull-stripped, its header right about where up is.</param>
    /// <param name="like">The brain that it is laid upon.</param>
    /// <exception cref="DataFormatException">In one of them no background tells where the brain is.</exception>
    public static Volume Align(Volume volume, Volume like)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(like);
        var (from, to) = (Place.Of(volume), Place.Of(like));
        var scale = Affine.Scale(to.Spread[0] / from.Spread[0], to.Spread[1] / from.Spread[1], to.Spread[2] / from.Spread[2]);
        var map = Affine.Translate(to.Middle[0], to.Middle[1], to.Middle[2]) * scale * Affine.Translate(-from.Middle[0], -from.Middle[1], -from.Middle[2]);
        return new(volume.Grid with { Affine = map * volume.Affine }, volume.Voxels) { Source = volume.Source, Warnings = volume.Warnings };
    }

    /// <summary>Where a brain lies in the world: mean and standard deviation of its voxels along each axis.</summary>
    sealed record Place(double[] Middle, double[] Spread)
    {
        public static Place Of(Volume volume)
        {
            var inside = BrainMask.Of(volume, "A brain to align");
            double[] sums = new double[3], squares = new double[3];
            var count = 0L;
            for (var i = 0; i < inside.Length; i++)
            {
                if (!inside[i]) continue;
                var (x, y, z) = volume.Affine.Apply(i % volume.Grid.X, i / volume.Grid.X % volume.Grid.Y, i / volume.Grid.X / volume.Grid.Y);
                foreach (var (axis, value) in new[] { x, y, z }.Index())
                {
                    sums[axis] += value;
                    squares[axis] += value * value;
                }
                count++;
            }
            var middle = Array.ConvertAll(sums, sum => sum / count);
            return new(middle, [.. squares.Select((square, axis) => Math.Sqrt(square / count - middle[axis] * middle[axis]))]);
        }
    }
}
