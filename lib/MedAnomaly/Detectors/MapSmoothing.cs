namespace MedAnomaly.Detectors;

/// <summary>
/// From patch scores to a map of the image's size: bilinear enlargement with corner pixels not aligned, then a Gaussian filter. Both are
/// linear and treat rows and columns apart, so along each axis they are one matrix.
/// </summary>
public sealed class MapSmoothing
{
    readonly double[,] alongRows;
    readonly double[,] alongColumns;

    /// <summary>Prepares the matrices for one pair of sizes.</summary>
    /// <param name="gridWidth">Columns of the patch grid.</param>
    /// <param name="gridHeight">Rows of the patch grid.</param>
    /// <param name="width">Columns of the map.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="sigma">
    /// The Gaussian's standard deviation in pixels of the map, cut off at four of them and mirrored at the border (scipy's "reflect"); 0
    /// leaves it out.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive, or sigma is negative.</exception>
    public MapSmoothing(int gridWidth, int gridHeight, int width, int height, double sigma = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gridWidth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gridHeight);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegative(sigma);
        alongColumns = Axis(gridHeight, height, sigma);
        alongRows = Axis(gridWidth, width, sigma);
    }

    /// <summary>The map of one image.</summary>
    /// <exception cref="ArgumentException">The grid is not of the size that was prepared for.</exception>
    public ScoreMap Apply(ScoreMap patches)
    {
        ArgumentNullException.ThrowIfNull(patches);
        var (height, gridHeight) = (alongColumns.GetLength(0), alongColumns.GetLength(1));
        var (width, gridWidth) = (alongRows.GetLength(0), alongRows.GetLength(1));
        if (patches.Width != gridWidth || patches.Height != gridHeight)
            throw new ArgumentException($"A grid of {gridWidth} x {gridHeight} was expected; got {patches.Width} x {patches.Height}.",
                nameof(patches));
        var values = new float[width * height];
        var row = new double[gridWidth];
        for (var y = 0; y < height; y++)
        {
            Array.Clear(row);
            for (var gridY = 0; gridY < gridHeight; gridY++)
            {
                var weight = alongColumns[y, gridY];
                if (weight == 0) continue;
                for (var gridX = 0; gridX < gridWidth; gridX++) row[gridX] += weight * patches[gridX, gridY];
            }
            for (var x = 0; x < width; x++)
            {
                var sum = 0.0;
                for (var gridX = 0; gridX < gridWidth; gridX++) sum += alongRows[x, gridX] * row[gridX];
                values[y * width + x] = (float)sum;
            }
        }
        return new ScoreMap(values, width, height);
    }

    /// <summary>The matrix [size, grid] of one axis: the filter applied to the enlargement's columns.</summary>
    static double[,] Axis(int grid, int size, double sigma)
    {
        var enlarged = new double[size, grid];
        for (var i = 0; i < size; i++)
        {
            var position = Math.Max((i + 0.5) * grid / size - 0.5, 0);
            var low = Math.Min((int)position, grid - 1);
            var share = position - low;
            enlarged[i, low] += 1 - share;
            enlarged[i, Math.Min(low + 1, grid - 1)] += share;
        }
        if (sigma == 0) return enlarged;
        var kernel = Gaussian(sigma);
        var radius = kernel.Length / 2;
        var smoothed = new double[size, grid];
        for (var i = 0; i < size; i++)
        {
            for (var offset = -radius; offset <= radius; offset++)
            {
                var from = Mirror(i + offset, size);
                for (var g = 0; g < grid; g++) smoothed[i, g] += kernel[offset + radius] * enlarged[from, g];
            }
        }
        return smoothed;
    }

    static double[] Gaussian(double sigma)
    {
        const double Truncate = 4;
        var radius = (int)(Truncate * sigma + 0.5);
        var kernel = Enumerable.Range(-radius, 2 * radius + 1).Select(x => Math.Exp(-0.5 * x * x / (sigma * sigma))).ToArray();
        var sum = kernel.Sum();
        return [.. kernel.Select(value => value / sum)];
    }

    /// <summary>d c b a | a b c d | d c b a, however far outside.</summary>
    static int Mirror(int index, int size)
    {
        var wrapped = ((index % (2 * size)) + 2 * size) % (2 * size);
        return wrapped < size ? wrapped : 2 * size - 1 - wrapped;
    }
}
