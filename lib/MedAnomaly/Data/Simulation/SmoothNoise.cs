using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>Random fields that vary smoothly in space: white noise on a coarse grid, smoothed by a Gaussian.</summary>
static class SmoothNoise
{
    /// <summary>Points of the grid a standard deviation: enough for linear interpolation between them to look smooth.</summary>
    const double PointsPerSigma = 3;

    /// <summary>
    /// A field over the box that <paramref name="covered"/> fills, smooth over <paramref name="sigma"/> mm, with mean square 1. Its own
    /// grid is as coarse as that smoothness allows.
    /// </summary>
    public static Volume Over(VolumeGrid covered, double sigma, RandomStream random)
    {
        var grid = Lattice(covered, sigma / PointsPerSigma);
        var noise = new Volume(grid);
        for (var i = 0; i < noise.Voxels.Length; i++) noise.Voxels[i] = (float)random.Normal();
        // Periodic, so that the field is as strong at its edges as in its middle.
        var smooth = noise.SmoothPeriodic(PointsPerSigma, PointsPerSigma, PointsPerSigma);
        var scale = 1 / Math.Sqrt(smooth.Voxels.Sum(value => (double)value * value) / smooth.Voxels.Length);
        for (var i = 0; i < smooth.Voxels.Length; i++) smooth.Voxels[i] = (float)(smooth.Voxels[i] * scale);
        return smooth;
    }

    /// <summary>A deformation whose displacements have a root mean square of <paramref name="magnitude"/> mm.</summary>
    public static DisplacementField Deformation(VolumeGrid covered, double sigma, double magnitude, RandomStream random)
    {
        // Three independent components: each gets a third of the mean square.
        var scale = (float)(magnitude / Math.Sqrt(3));
        var components = Enumerable.Range(0, 3).Select(_ => Over(covered, sigma, random)).ToArray();
        var scaled = components.Select(component => Array.ConvertAll(component.Voxels, value => value * scale)).ToArray();
        return new(components[0].Grid, scaled[0], scaled[1], scaled[2]);
    }

    /// <summary>The axis-aligned grid of points <paramref name="step"/> mm apart that covers another grid's box.</summary>
    static VolumeGrid Lattice(VolumeGrid covered, double step)
    {
        double[] low = [double.MaxValue, double.MaxValue, double.MaxValue];
        double[] high = [double.MinValue, double.MinValue, double.MinValue];
        for (var corner = 0; corner < 8; corner++)
        {
            var (right, back, top) = (corner & 1, corner >> 1 & 1, corner >> 2);
            var (x, y, z) = covered.Affine.Apply(right * (covered.X - 1), back * (covered.Y - 1), top * (covered.Z - 1));
            double[] point = [x, y, z];
            for (var axis = 0; axis < 3; axis++)
            {
                low[axis] = Math.Min(low[axis], point[axis]);
                high[axis] = Math.Max(high[axis], point[axis]);
            }
        }
        // One point more than the box needs, so that rounding leaves none of it uncovered.
        int Count(int axis) => (int)Math.Ceiling((high[axis] - low[axis]) / step) + 2;
        var origin = Affine.Translate(low[0] - step / 2, low[1] - step / 2, low[2] - step / 2);
        return new(Count(0), Count(1), Count(2), origin * Affine.Scale(step, step, step));
    }
}
