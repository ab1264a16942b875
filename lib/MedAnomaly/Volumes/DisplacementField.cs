namespace MedAnomaly.Volumes;

/// <summary>
/// A dense deformation: at every point of a grid the millimetres (RAS) by which that point is displaced. Between the grid's points it is
/// interpolated linearly, beyond its edge it stays as it is at the edge.
/// </summary>
public sealed class DisplacementField
{
    readonly float[] vectors;
    readonly Affine toIndex;

    /// <summary>A field from its three components, each of them a value a point of <paramref name="grid"/>, x fastest.</summary>
    /// <exception cref="ArgumentException">The components are not of the grid's size, or hold NaN or infinity.</exception>
    public DisplacementField(VolumeGrid grid, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> z)
    {
        ArgumentNullException.ThrowIfNull(grid);
        grid.Check();
        if (x.Length != grid.Count || y.Length != grid.Count || z.Length != grid.Count)
        {
            throw new ArgumentException($"A field on {grid.X} x {grid.Y} x {grid.Z} points has {grid.Count} values a component, got "
                + $"{x.Length}, {y.Length} and {z.Length}.");
        }
        if (NiftiVoxels.CountNonFinite(x) + NiftiVoxels.CountNonFinite(y) + NiftiVoxels.CountNonFinite(z) > 0)
            throw new ArgumentException("A displacement is NaN or infinite.");
        Grid = grid;
        toIndex = grid.Affine.Inverse();
        vectors = new float[checked(3 * x.Length)];
        for (var i = 0; i < x.Length; i++) (vectors[3 * i], vectors[3 * i + 1], vectors[3 * i + 2]) = (x[i], y[i], z[i]);
    }

    /// <summary>Where the field is given.</summary>
    public VolumeGrid Grid { get; }

    /// <summary>The displacement, in mm, of the world point (<paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>).</summary>
    public (double X, double Y, double Z) At(double x, double y, double z)
    {
        var (i, j, k) = toIndex.Apply(x, y, z);
        var cell = new GridCell(Grid, i, j, k, components: 3);
        return (cell.Interpolate(vectors), cell.Interpolate(vectors, 1), cell.Interpolate(vectors, 2));
    }
}
