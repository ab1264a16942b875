namespace MedAnomaly.Volumes;

/// <summary>
/// The eight points of a grid around a position, for trilinear interpolation; a position outside counts as the nearest one inside.
/// </summary>
readonly struct GridCell
{
    readonly int first, stepX, stepY, stepZ;
    readonly double shareX, shareY, shareZ;

    /// <summary>
    /// The cell around the point with the (real) indices <paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>, in an array of
    /// so many <paramref name="components"/> a point.
    /// </summary>
    public GridCell(VolumeGrid grid, double x, double y, double z, int components = 1)
    {
        (var i, shareX) = Split(x, grid.X);
        (var j, shareY) = Split(y, grid.Y);
        (var k, shareZ) = Split(z, grid.Z);
        first = ((k * grid.Y + j) * grid.X + i) * components;
        // A point on the last plane has no further neighbour, and needs none.
        stepX = shareX > 0 ? components : 0;
        stepY = shareY > 0 ? components * grid.X : 0;
        stepZ = shareZ > 0 ? components * grid.X * grid.Y : 0;
    }

    public double Interpolate(float[] values, int component = 0)
    {
        var at = first + component;
        return Mix(Face(values, at), Face(values, at + stepZ), shareZ);
    }

    double Face(float[] values, int at) =>
        Mix(Mix(values[at], values[at + stepX], shareX), Mix(values[at + stepY], values[at + stepY + stepX], shareX), shareY);

    static double Mix(double from, double to, double share) => from + (to - from) * share;

    static (int Index, double Share) Split(double position, int count)
    {
        var inside = Math.Clamp(position, 0, count - 1);
        var index = (int)inside;
        return (index, inside - index);
    }
}
