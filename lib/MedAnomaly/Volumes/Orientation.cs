namespace MedAnomaly.Volumes;

/// <summary>
/// Where a volume's voxel axes point, as three letters: "RAS" means that x grows to the patient's right, y to the front (anterior), z to
/// the top (superior); L, P and I are the opposites.
/// </summary>
public readonly record struct Orientation
{
    const string Positive = "RAS";
    const string Negative = "LPI";

    Orientation(string codes) => Codes = codes;

    /// <summary>Three letters, one a voxel axis: the end of the world axis towards which the voxel axis grows.</summary>
    public string Codes { get; }

    /// <summary>The orientation that <paramref name="codes"/> names.</summary>
    /// <exception cref="ArgumentException">The letters do not name each of the three directions once.</exception>
    public static Orientation Parse(string codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        var orientation = new Orientation(codes.ToUpperInvariant());
        if (codes.Length != 3 || Enumerable.Range(0, 3).Any(axis => orientation.WorldAxis(axis) < 0)
            || Enumerable.Range(0, 3).Select(orientation.WorldAxis).Distinct().Count() != 3)
        {
            throw new ArgumentException($"'{codes}' is no orientation: three letters, one of L or R, one of P or A, one of I or S "
                + "(\"RAS\").", nameof(codes));
        }
        return orientation;
    }

    /// <summary>
    /// The orientation that comes closest to <paramref name="affine"/>: the rotation nearest to it (its polar factor, without shear)
    /// decides, axis after axis, as nibabel's <c>io_orientation</c> does.
    /// </summary>
    /// <exception cref="ArgumentException">The affine is singular.</exception>
    public static Orientation Of(Affine affine)
    {
        ArgumentNullException.ThrowIfNull(affine);
        if (affine.IsSingular)
            throw new ArgumentException("A singular affine has no orientation: two of its voxel axes coincide.", nameof(affine));
        var rotation = NearestRotation(affine);
        var codes = new char[3];
        var taken = new bool[3];
        for (var axis = 0; axis < 3; axis++)
        {
            var world = Enumerable.Range(0, 3).Where(row => !taken[row]).MaxBy(row => Math.Abs(rotation[row, axis]));
            taken[world] = true;
            codes[axis] = (rotation[world, axis] < 0 ? Negative : Positive)[world];
        }
        return new(new string(codes));
    }

    /// <summary>
    /// The world axis (0: left-right, 1: posterior-anterior, 2: inferior-superior) that voxel axis <paramref name="axis"/> follows.
    /// </summary>
    internal int WorldAxis(int axis) =>
        Math.Max(Positive.IndexOf(Codes[axis], StringComparison.Ordinal), Negative.IndexOf(Codes[axis], StringComparison.Ordinal));

    /// <summary>Whether voxel axis <paramref name="axis"/> grows to the right, the front or the top.</summary>
    internal bool IsPositive(int axis) => Positive.Contains(Codes[axis], StringComparison.Ordinal);

    /// <summary>The letters.</summary>
    public override string ToString() => Codes;

    /// <summary>
    /// Newton's iteration for the orthogonal polar factor: the mean of a matrix and its inverse transpose, until nothing moves.
    /// </summary>
    static Affine NearestRotation(Affine affine)
    {
        var (x, y, z) = affine.Spacing;
        var current = affine * Affine.Scale(1 / x, 1 / y, 1 / z);
        for (var iteration = 0; iteration < 100; iteration++)
        {
            var determinant = current.Determinant;
            var next = new double[12];
            var change = 0.0;
            for (var row = 0; row < 3; row++)
            {
                for (var column = 0; column < 3; column++)
                {
                    next[row * 4 + column] = (current[row, column] + current.Cofactor(row, column) / determinant) / 2;
                    change = Math.Max(change, Math.Abs(next[row * 4 + column] - current[row, column]));
                }
            }
            current = new(next);
            if (change < 1e-14) break;
        }
        return current;
    }
}
