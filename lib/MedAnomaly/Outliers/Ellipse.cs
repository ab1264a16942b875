using static TorchSharp.torch;

namespace MedAnomaly.Outliers;

/// <summary>A mean and the axes that make squared Mahalanobis distances from it.</summary>
/// <param name="Mean">[D].</param>
/// <param name="Axes">[rank][D, or less where the rest is 0]: a row's squared distance is that of its coordinates along these.</param>
/// <param name="LogDeterminant">Of the covariance; negative infinity where it is not of full rank.</param>
sealed record Ellipse(double[] Mean, double[][] Axes, double LogDeterminant)
{
    /// <summary>The unit of the rounding of double precision.</summary>
    const double Epsilon = 2.220446049250313e-16;

    /// <summary>
    /// A pivot of the Cholesky factor that is less than this share of the greatest variance sends a covariance to the eigenvectors, which tell
    /// directions without variance for sure; far above the rounding, since a factor shows only in part how near it is to such a direction.
    /// </summary>
    const double LeastPivot = 1e-8;

    const int MostOnStack = 256;

    /// <summary>The mean of some rows and their covariance, divided by their number.</summary>
    /// <param name="points">The rows.</param>
    /// <param name="numbers">Which.</param>
    /// <param name="ridge">
    /// What is added to each variance. The axes are then found in units of the features' standard deviations, so that features of very different
    /// sizes cost no digits; without, directions of relatively little variance are lost, as with SciPy's pseudo-inverse.
    /// </param>
    public static Ellipse Of(Points points, ReadOnlySpan<int> numbers, double ridge = 0)
    {
        var width = points.Width;
        var mean = new double[width];
        foreach (var number in numbers) Vectors.AddScaled(mean, points[number], 1);
        for (var i = 0; i < width; i++) mean[i] /= numbers.Length;
        var covariance = new double[width * width];
        var centered = new double[width];
        foreach (var number in numbers)
        {
            points[number].CopyTo(centered);
            Vectors.AddScaled(centered, mean, -1);
            for (var i = 0; i < width; i++) Vectors.AddScaled(covariance.AsSpan(i * width, i + 1), centered.AsSpan(0, i + 1), centered[i]);
        }
        for (var i = 0; i < width; i++)
        {
            for (var j = 0; j <= i; j++) covariance[j * width + i] = covariance[i * width + j] /= numbers.Length;
            covariance[i * width + i] += ridge;
        }
        double[] units = [.. Enumerable.Range(0, width).Select(i => ridge > 0 ? Math.Sqrt(covariance[i * width + i]) : 1)];
        return Of(mean, covariance, units);
    }

    /// <summary>As above, of all rows.</summary>
    public static Ellipse Of(Points points, double ridge = 0) => Of(points, [.. Enumerable.Range(0, points.Count)], ridge);

    static Ellipse Of(double[] mean, double[] covariance, double[] units)
    {
        for (var i = 0; i < covariance.Length; i++) covariance[i] /= units[i / mean.Length] * units[i % mean.Length];
        if (ByCholesky(mean, covariance, units) is { } ellipse) return ellipse;
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(tensor(covariance).reshape(mean.Length, mean.Length));
        double[] variances = values.data<double>().ToArray(), directions = vectors.t().contiguous().data<double>().ToArray();
        // Directions without variance count for nothing.
        var least = variances[^1] * mean.Length * Epsilon;
        List<double[]> axes = [];
        var logDeterminant = 2 * units.Sum(Math.Log);
        for (var i = 0; i < variances.Length; i++)
        {
            if (!(variances[i] > least)) continue;
            logDeterminant += Math.Log(variances[i]);
            var (first, deviation) = (i * mean.Length, Math.Sqrt(variances[i]));
            axes.Add([.. units.Select((unit, j) => directions[first + j] / (unit * deviation))]);
        }
        return new(mean, [.. axes], axes.Count == mean.Length ? logDeterminant : double.NegativeInfinity);
    }

    /// <summary>
    /// The rows of L⁻¹ are axes too, where the covariance is L Lᵀ: a robust fit makes thousands of ellipses, and this takes a fraction of the time
    /// that eigenvectors take. Null where a direction may be without variance.
    /// </summary>
    static Ellipse? ByCholesky(double[] mean, double[] covariance, double[] units)
    {
        var width = mean.Length;
        var least = Enumerable.Range(0, width).Max(i => covariance[i * width + i]) * LeastPivot;
        double[][] factor = new double[width][], axes = new double[width][];
        var logDeterminant = 2 * units.Sum(Math.Log);
        for (var i = 0; i < width; i++)
        {
            var row = factor[i] = new double[i + 1];
            for (var j = 0; j < i; j++) row[j] = (covariance[i * width + j] - Vectors.Dot(row.AsSpan(0, j), factor[j].AsSpan(0, j))) / factor[j][j];
            var pivot = covariance[i * width + i] - Vectors.Dot(row.AsSpan(0, i), row.AsSpan(0, i));
            if (!(pivot > least)) return null;
            logDeterminant += Math.Log(pivot);
            row[i] = Math.Sqrt(pivot);
            var axis = axes[i] = new double[i + 1];
            axis[i] = 1;
            for (var j = 0; j < i; j++) Vectors.AddScaled(axis.AsSpan(0, j + 1), axes[j], -row[j]);
            for (var j = 0; j <= i; j++) axis[j] /= row[i];
        }
        foreach (var axis in axes)
        {
            for (var j = 0; j < axis.Length; j++) axis[j] /= units[j];
        }
        return new(mean, axes, logDeterminant);
    }

    /// <summary>The squared Mahalanobis distance of a row.</summary>
    public double SquaredDistance(ReadOnlySpan<double> row)
    {
        Span<double> along = Axes.Length <= MostOnStack ? stackalloc double[Axes.Length] : new double[Axes.Length];
        Coordinates(row, along);
        return Vectors.Dot(along, along);
    }

    /// <summary>Writes a row's coordinates along the axes.</summary>
    public void Coordinates(ReadOnlySpan<double> row, Span<double> along)
    {
        Span<double> centered = row.Length <= MostOnStack ? stackalloc double[row.Length] : new double[row.Length];
        row.CopyTo(centered);
        Vectors.AddScaled(centered, Mean, -1);
        for (var i = 0; i < along.Length; i++) along[i] = Vectors.Dot(centered[..Axes[i].Length], Axes[i]);
    }

    /// <summary>The ellipse in the features of one that is in the coordinates along <paramref name="first"/>.</summary>
    public Ellipse Behind(Ellipse first)
    {
        double[][] axes = [.. Axes.Select(axis =>
        {
            var combined = new double[first.Mean.Length];
            for (var i = 0; i < axis.Length; i++) Vectors.AddScaled(combined, first.Axes[i], axis[i]);
            return combined;
        })];
        // Axes that are scaled by 1/√variance are orthogonal; the mean is where its coordinates are.
        var mean = first.Mean.ToArray();
        for (var i = 0; i < Mean.Length; i++) Vectors.AddScaled(mean, first.Axes[i], Mean[i] / Vectors.Dot(first.Axes[i], first.Axes[i]));
        return new(mean, axes, double.NegativeInfinity);
    }
}
