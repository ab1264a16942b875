namespace MedAnomaly.Detectors;

/// <summary>A score for each cell of a grid: a patch, or a pixel. Higher is more abnormal.</summary>
/// <param name="Values">Row after row from the top.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record ScoreMap(float[] Values, int Width, int Height)
{
    /// <summary>The score in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public float this[int x, int y] => Values[y * Width + x];

    /// <summary>The scores within a mask on a scale of their own: 0 for the least of them, 1 for the greatest, no number outside.</summary>
    /// <param name="mask">What counts, row after row.</param>
    /// <exception cref="ArgumentException">The mask has another size, or is empty.</exception>
    public ScoreMap Within(ReadOnlySpan<bool> mask)
    {
        if (mask.Length != Values.Length)
            throw new ArgumentException($"The mask has {mask.Length} pixels, the map {Width} x {Height}; they must be the same.", nameof(mask));
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        for (var i = 0; i < mask.Length; i++)
        {
            if (mask[i]) (low, high) = (Math.Min(low, Values[i]), Math.Max(high, Values[i]));
        }
        if (low > high) throw new ArgumentException("The mask is empty; nothing lies within it.", nameof(mask));
        var scaled = new float[Values.Length];
        for (var i = 0; i < scaled.Length; i++) scaled[i] = !mask[i] ? float.NaN : high > low ? (Values[i] - low) / (high - low) : 0;
        return this with { Values = scaled };
    }

    /// <summary>Every so many columns of every so many rows, from the first: for figures that must not weigh much.</summary>
    public ScoreMap Thinned(int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        var (width, height) = ((Width + step - 1) / step, (Height + step - 1) / step);
        return new([.. Enumerable.Range(0, width * height).Select(i => this[i % width * step, i / width * step])], width, height);
    }

    /// <summary>The same scores as [row, column], for a heat map.</summary>
    public float[,] ToMatrix()
    {
        var matrix = new float[Height, Width];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++) matrix[y, x] = this[x, y];
        }
        return matrix;
    }
}
