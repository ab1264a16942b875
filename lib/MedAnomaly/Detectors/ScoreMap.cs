namespace MedAnomaly.Detectors;

/// <summary>A score for each cell of a grid: a patch, or a pixel. Higher is more abnormal.</summary>
/// <param name="Values">Row after row from the top.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public sealed record ScoreMap(float[] Values, int Width, int Height)
{
    /// <summary>The score in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public float this[int x, int y] => Values[y * Width + x];

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
