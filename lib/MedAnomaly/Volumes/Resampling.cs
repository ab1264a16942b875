namespace MedAnomaly.Volumes;

/// <summary>Reads a volume at the points of another grid, straight or through a deformation.</summary>
public static class Resampling
{
    /// <summary>How far outside the first and last voxel a point may lie by rounding, in voxels.</summary>
    const double Tolerance = 1e-6;

    /// <summary>
    /// The intensities of <paramref name="volume"/> at the points of <paramref name="target"/>, between voxels by trilinear interpolation.
    /// A point p outside the volume, between its outermost voxels' centres and beyond, gets <paramref name="fill"/>. With a displacement u
    /// the volume is read at p + u(p).
    /// </summary>
    /// <remarks>Without a displacement as scipy's <c>affine_transform</c> with order 1 and mode "constant".</remarks>
    public static Volume Resample(this Volume volume, VolumeGrid target, DisplacementField? displacement = null, float fill = 0) =>
        Read(volume, target, displacement, fill, nearest: false);

    /// <summary>
    /// The same for labels and masks: each point gets the label of the nearest voxel, so that no label arises that was not there.
    /// </summary>
    /// <inheritdoc cref="Resample"/>
    public static Volume ResampleLabels(this Volume volume, VolumeGrid target, DisplacementField? displacement = null, float fill = 0) =>
        Read(volume, target, displacement, fill, nearest: true);

    static Volume Read(Volume volume, VolumeGrid target, DisplacementField? displacement, float fill, bool nearest)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(target);
        var result = new Volume(target) { Source = volume.Source };
        var toVoxel = volume.Affine.Inverse();
        var direct = toVoxel * target.Affine;
        var index = 0;
        for (var z = 0; z < target.Z; z++)
        {
            for (var y = 0; y < target.Y; y++)
            {
                for (var x = 0; x < target.X; x++)
                {
                    double i, j, k;
                    if (displacement is null)
                    {
                        (i, j, k) = direct.Apply(x, y, z);
                    }
                    else
                    {
                        var world = target.Affine.Apply(x, y, z);
                        var (dx, dy, dz) = displacement.At(world.X, world.Y, world.Z);
                        (i, j, k) = toVoxel.Apply(world.X + dx, world.Y + dy, world.Z + dz);
                    }
                    result.Voxels[index++] = nearest ? Nearest(volume, i, j, k, fill) : Trilinear(volume, i, j, k, fill);
                }
            }
        }
        return result;
    }

    static bool IsInside(Volume volume, double x, double y, double z) =>
        x >= -Tolerance && x <= volume.Grid.X - 1 + Tolerance
        && y >= -Tolerance && y <= volume.Grid.Y - 1 + Tolerance
        && z >= -Tolerance && z <= volume.Grid.Z - 1 + Tolerance;

    static float Nearest(Volume volume, double x, double y, double z, float fill) =>
        IsInside(volume, x, y, z) ? volume[(int)Math.Floor(x + 0.5), (int)Math.Floor(y + 0.5), (int)Math.Floor(z + 0.5)] : fill;

    static float Trilinear(Volume volume, double x, double y, double z, float fill) =>
        IsInside(volume, x, y, z) ? (float)new GridCell(volume.Grid, x, y, z).Interpolate(volume.Voxels) : fill;
}
