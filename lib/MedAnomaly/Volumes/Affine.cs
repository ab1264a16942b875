namespace MedAnomaly.Volumes;

/// <summary>
/// A map from voxel indices to world millimetres, x to the right, y to the front, z to the top of the patient (RAS), as in NIfTI and
/// nibabel: the upper three rows of a 4 x 4 matrix.
/// </summary>
public sealed class Affine : IEquatable<Affine>
{
    readonly double[] values;

    /// <summary>An affine from its upper three rows, row by row: 12 values.</summary>
    /// <exception cref="ArgumentException">There are not 12 values, or one of them is not finite.</exception>
    public Affine(params ReadOnlySpan<double> values)
    {
        if (values.Length != 12)
            throw new ArgumentException($"An affine has 12 values (3 rows of 4), got {values.Length}.", nameof(values));
        foreach (var value in values)
        {
            if (!double.IsFinite(value)) throw new ArgumentException($"An affine is finite, got {value} in it.", nameof(values));
        }
        this.values = values.ToArray();
    }

    /// <summary>Voxel indices are world millimetres.</summary>
    public static Affine Identity { get; } = new(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

    /// <summary>The value in row <paramref name="row"/> (0 to 2) and column <paramref name="column"/> (0 to 3).</summary>
    public double this[int row, int column] => values[row * 4 + column];

    /// <summary>The determinant of the 3 x 3 part: the volume of a voxel in mm³, negative for a left-handed grid.</summary>
    public double Determinant =>
        this[0, 0] * (this[1, 1] * this[2, 2] - this[1, 2] * this[2, 1])
        - this[0, 1] * (this[1, 0] * this[2, 2] - this[1, 2] * this[2, 0])
        + this[0, 2] * (this[1, 0] * this[2, 1] - this[1, 1] * this[2, 0]);

    /// <summary>Millimetres between neighbours along each voxel axis: the lengths of the columns.</summary>
    public (double X, double Y, double Z) Spacing => (Length(0), Length(1), Length(2));

    /// <summary>Whether two of the voxel axes (nearly) coincide, so that the map has no inverse.</summary>
    public bool IsSingular
    {
        get
        {
            var (x, y, z) = Spacing;
            return !(Math.Abs(Determinant) > 1e-9 * x * y * z);
        }
    }

    /// <summary>The map that scales voxel indices by <paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/> mm.</summary>
    public static Affine Scale(double x, double y, double z) => new(x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0);

    /// <summary>The map that adds an offset.</summary>
    public static Affine Translate(double x, double y, double z) => new(1, 0, 0, x, 0, 1, 0, y, 0, 0, 1, z);

    /// <summary>The map that does <paramref name="right"/> first, then <paramref name="left"/>: the product of the two matrices.</summary>
    public static Affine operator *(Affine left, Affine right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var product = new double[12];
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 4; column++)
            {
                var rotated = left[row, 0] * right[0, column] + left[row, 1] * right[1, column] + left[row, 2] * right[2, column];
                product[row * 4 + column] = column == 3 ? rotated + left[row, 3] : rotated;
            }
        }
        return new(product);
    }

    /// <summary>Where the point (<paramref name="x"/>, <paramref name="y"/>, <paramref name="z"/>) goes.</summary>
    public (double X, double Y, double Z) Apply(double x, double y, double z) =>
        (this[0, 0] * x + this[0, 1] * y + this[0, 2] * z + this[0, 3],
        this[1, 0] * x + this[1, 1] * y + this[1, 2] * z + this[1, 3],
        this[2, 0] * x + this[2, 1] * y + this[2, 2] * z + this[2, 3]);

    /// <summary>The map back, from world millimetres to voxel indices.</summary>
    /// <exception cref="InvalidOperationException">The affine is singular.</exception>
    public Affine Inverse()
    {
        if (IsSingular) throw new InvalidOperationException("A singular affine has no inverse: two of its voxel axes coincide.");
        var inverse = new double[12];
        var determinant = Determinant;
        for (var row = 0; row < 3; row++)
        {
            for (var column = 0; column < 3; column++) inverse[row * 4 + column] = Cofactor(column, row) / determinant;
            inverse[row * 4 + 3] = -(inverse[row * 4] * this[0, 3] + inverse[row * 4 + 1] * this[1, 3] + inverse[row * 4 + 2] * this[2, 3]);
        }
        return new(inverse);
    }

    /// <inheritdoc/>
    public bool Equals(Affine? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Affine);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(values[0], values[1], values[3], values[5], values[7], values[10], values[11]);

    /// <summary>The three rows, in the invariant culture.</summary>
    public override string ToString() => string.Join("; ", Enumerable.Range(0, 3).Select(row =>
        string.Join(" ", Enumerable.Range(0, 4).Select(column => FormattableString.Invariant($"{this[row, column]:G7}")))));

    internal double Cofactor(int row, int column)
    {
        var (r1, r2) = ((row + 1) % 3, (row + 2) % 3);
        var (c1, c2) = ((column + 1) % 3, (column + 2) % 3);
        return this[r1, c1] * this[r2, c2] - this[r1, c2] * this[r2, c1];
    }

    double Length(int column) =>
        Math.Sqrt(this[0, column] * this[0, column] + this[1, column] * this[1, column] + this[2, column] * this[2, column]);
}
