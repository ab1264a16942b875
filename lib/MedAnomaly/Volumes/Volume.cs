namespace MedAnomaly.Volumes;

/// <summary>An anatomical plane, for <see cref="Volume.Section"/>.</summary>
public enum AnatomicalPlane
{
    /// <summary>Seen from the feet: the front on top, the patient's right on the left. Counted from the lowest slice up.</summary>
    Axial,
    /// <summary>Seen from the front: the top on top, the patient's right on the left. Counted from the back to the front.</summary>
    Coronal,
    /// <summary>Seen from the patient's left: the top on top, the front on the left. Counted from the left to the right.</summary>
    Sagittal,
}

/// <summary>
/// A scan in memory: float voxels with x fastest, and where they lie in the patient. Voxels may be NaN or infinite as a file has them;
/// <see cref="RequireFinite"/> stands between a volume and a detector.
/// </summary>
public sealed class Volume
{
    /// <summary>A volume of <paramref name="voxels"/> (X*Y*Z of them, x fastest; not copied), or of zeros.</summary>
    /// <exception cref="ArgumentException">The grid cannot carry a volume, or the voxels are not as many as it says.</exception>
    public Volume(VolumeGrid grid, float[]? voxels = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        grid.Check();
        if (voxels is not null && voxels.Length != grid.Count)
        {
            var message = $"A volume of {grid.X} x {grid.Y} x {grid.Z} has {grid.Count} voxels, got {voxels.Length}.";
            throw new ArgumentException(message, nameof(voxels));
        }
        Grid = grid;
        Voxels = voxels ?? new float[grid.Count];
    }

    /// <summary>Size and position.</summary>
    public VolumeGrid Grid { get; }

    /// <summary>All voxels, x fastest, then y, then z.</summary>
    public float[] Voxels { get; }

    /// <summary>Voxels along each axis.</summary>
    public (int X, int Y, int Z) Size => (Grid.X, Grid.Y, Grid.Z);

    /// <summary>Voxel indices to world millimetres (RAS).</summary>
    public Affine Affine => Grid.Affine;

    /// <summary>Millimetres between neighbours along each axis.</summary>
    public (double X, double Y, double Z) Spacing => Affine.Spacing;

    /// <summary>Where the voxel axes point.</summary>
    public Orientation Orientation => Orientation.Of(Affine);

    /// <summary>The file that the volume came from, for messages; empty where a program made it.</summary>
    public string Source { get; init; } = "";

    /// <summary>What reading the file had to say about it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The voxel at (<paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The indices lie outside the volume.</exception>
    public float this[int x, int y, int z]
    {
        get => Voxels[Index(x, y, z)];
        set => Voxels[Index(x, y, z)] = value;
    }

    /// <summary>How many voxels are NaN or infinite.</summary>
    public long CountNonFinite() => NiftiVoxels.CountNonFinite(Voxels);

    /// <summary>
    /// This volume, if every voxel is a number. Detectors take nothing else: one NaN spoils every distance it takes part in.
    /// </summary>
    /// <exception cref="DataFormatException">A voxel is NaN or infinite.</exception>
    public Volume RequireFinite()
    {
        var count = CountNonFinite();
        if (count == 0) return this;
        var first = Array.FindIndex(Voxels, voxel => !float.IsFinite(voxel));
        var (x, y, z) = (first % Grid.X, first / Grid.X % Grid.Y, first / Grid.X / Grid.Y);
        throw new DataFormatException(FormattableString.Invariant(
            $"{Name}: {count} of {Voxels.Length} voxels are NaN or infinite, the first ({Voxels[first]}) at ({x}, {y}, {z}). ")
            + "A detector needs numbers: leave the volume out, or replace them on purpose with ReplaceNonFinite.");
    }

    /// <summary>A copy in which <paramref name="value"/> stands for every NaN and infinity.</summary>
    public Volume ReplaceNonFinite(float value = 0) =>
        new(Grid, Array.ConvertAll(Voxels, voxel => float.IsFinite(voxel) ? voxel : value)) { Source = Source, Warnings = Warnings };

    /// <summary>
    /// The plane at <paramref name="index"/> along voxel axis <paramref name="axis"/>, in the file's order: the lower of the other two axes
    /// runs along the rows. See <see cref="Section"/> for a plane as a radiologist looks at it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is not 0, 1 or 2, or the index lies outside the volume.</exception>
    public Plane Slice(int axis, int index)
    {
        if (axis is < 0 or > 2) throw new ArgumentOutOfRangeException(nameof(axis), axis, "A volume has the axes 0, 1 and 2.");
        return Cut(Layout(Orientation), axis, index);
    }

    /// <summary>
    /// Plane <paramref name="index"/> of an anatomical direction, turned for display by the radiological convention, whatever the file's
    /// order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the volume.</exception>
    public Plane Section(AnatomicalPlane plane, int index) => plane switch
    {
        AnatomicalPlane.Axial => Cut(Layout(Orientation.Parse("LPS")), 2, index),
        AnatomicalPlane.Coronal => Cut(Layout(Orientation.Parse("LAI")), 1, index),
        AnatomicalPlane.Sagittal => Cut(Layout(Orientation.Parse("RPI")), 0, index),
        _ => throw new ArgumentOutOfRangeException(nameof(plane), plane, "Unknown plane."),
    };

    /// <summary>
    /// The same voxels at the same places in the patient, with the axes permuted and turned to <paramref name="codes"/>; nothing is
    /// interpolated.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="codes"/> is no orientation.</exception>
    public Volume Reorient(string codes)
    {
        var layout = Layout(Orientation.Parse(codes));
        var turned = new float[Voxels.Length];
        var target = 0;
        for (var z = 0; z < layout.Size[2]; z++)
        {
            for (var y = 0; y < layout.Size[1]; y++)
            {
                var source = layout.First + z * layout.Stride[2] + y * layout.Stride[1];
                for (var x = 0; x < layout.Size[0]; x++, source += layout.Stride[0]) turned[target++] = Voxels[source];
            }
        }
        var grid = new VolumeGrid(layout.Size[0], layout.Size[1], layout.Size[2], Affine * layout.Map);
        return new(grid, turned) { Source = Source, Warnings = Warnings };
    }

    /// <summary>The volume in the orientation RAS, as nibabel's <c>as_closest_canonical</c> gives it.</summary>
    public Volume ToCanonical() => Reorient("RAS");

    /// <summary>The window between two percentiles of the finite voxels.</summary>
    /// <inheritdoc cref="IntensityWindow.FromPercentiles"/>
    public IntensityWindow PercentileWindow(double low, double high) => IntensityWindow.FromPercentiles(Voxels, low, high);

    string Name => Source.Length == 0 ? $"A volume of {Grid.X} x {Grid.Y} x {Grid.Z}" : Source;

    int Index(int x, int y, int z)
    {
        if ((uint)x >= (uint)Grid.X || (uint)y >= (uint)Grid.Y || (uint)z >= (uint)Grid.Z)
        {
            throw new ArgumentOutOfRangeException(nameof(x), $"({x}, {y}, {z}) lies outside a volume of {Grid.X} x {Grid.Y} x {Grid.Z}.");
        }
        return (z * Grid.Y + y) * Grid.X + x;
    }

    Plane Cut(AxisLayout layout, int axis, int index)
    {
        if ((uint)index >= (uint)layout.Size[axis])
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The planes of this axis are 0 to {layout.Size[axis] - 1}.");
        }
        var (across, down) = axis switch { 0 => (1, 2), 1 => (0, 2), _ => (0, 1) };
        var plane = new Plane(layout.Size[across], layout.Size[down]);
        for (int y = 0, target = 0; y < plane.Height; y++)
        {
            var source = layout.First + index * layout.Stride[axis] + y * layout.Stride[down];
            for (var x = 0; x < plane.Width; x++, source += layout.Stride[across]) plane.Values[target++] = Voxels[source];
        }
        return plane;
    }

    /// <summary>How to walk through <see cref="Voxels"/> as if the axes pointed to <paramref name="wanted"/>.</summary>
    AxisLayout Layout(Orientation wanted)
    {
        var present = Orientation;
        int[] size = [Grid.X, Grid.Y, Grid.Z];
        int[] stride = [1, Grid.X, Grid.X * Grid.Y];
        var layout = new AxisLayout(0, new int[3], new int[3], Affine.Identity);
        var map = new double[12];
        for (var axis = 0; axis < 3; axis++)
        {
            var source = Enumerable.Range(0, 3).Single(candidate => present.WorldAxis(candidate) == wanted.WorldAxis(axis));
            var turned = present.IsPositive(source) != wanted.IsPositive(axis);
            layout.Size[axis] = size[source];
            layout.Stride[axis] = turned ? -stride[source] : stride[source];
            if (turned) layout = layout with { First = layout.First + (size[source] - 1) * stride[source] };
            map[source * 4 + axis] = turned ? -1 : 1;
            map[source * 4 + 3] = turned ? size[source] - 1 : 0;
        }
        return layout with { Map = new(map) };
    }

    /// <summary>A walk: the first voxel, then sizes and strides a new axis; <c>Map</c> takes new indices to old ones.</summary>
    sealed record AxisLayout(int First, int[] Size, int[] Stride, Affine Map);
}
