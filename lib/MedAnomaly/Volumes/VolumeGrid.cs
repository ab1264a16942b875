namespace MedAnomaly.Volumes;

/// <summary>Where a volume's voxels lie: how many along each axis, and the map from their indices to world millimetres (RAS).</summary>
/// <param name="X">Voxels along the fastest axis.</param>
/// <param name="Y">Voxels along the second axis.</param>
/// <param name="Z">Voxels along the slowest axis.</param>
/// <param name="Affine">Voxel indices to world millimetres; index (0, 0, 0) is the centre of the first voxel.</param>
public sealed record VolumeGrid(int X, int Y, int Z, Affine Affine)
{
    /// <summary>How many voxels there are.</summary>
    public long Count => (long)X * Y * Z;

    /// <summary>Throws unless the grid can carry a volume.</summary>
    /// <exception cref="ArgumentException">A size is below 1, there are too many voxels for an array, or the affine is singular.</exception>
    internal void Check()
    {
        if (X < 1 || Y < 1 || Z < 1) throw new ArgumentException($"A volume has at least one voxel along each axis, got {X} x {Y} x {Z}.");
        if ((Int128)X * Y * Z > Array.MaxLength)
        {
            throw new ArgumentException($"A volume holds at most {Array.MaxLength} voxels, got {X} x {Y} x {Z}.");
        }
        if (Affine.IsSingular)
            throw new ArgumentException($"The affine {Affine} is singular: two voxel axes coincide or one has no length.");
    }
}
