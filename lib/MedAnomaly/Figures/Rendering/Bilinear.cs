namespace MedAnomaly.Figures.Rendering;

/// <summary>Stretches a matrix of scores over more pixels, pixel centres aligned as in <c>interpolate(align_corners=False)</c>.</summary>
static class Bilinear
{
    public static float[,] Resize(float[,] values, int width, int height)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        if (width == columns && height == rows)
            return values;
        var resized = new float[height, width];
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, down) = Between(y, height, rows);
            for (var x = 0; x < width; x++)
            {
                var (left, right, along) = Between(x, width, columns);
                var above = values[top, left] + along * (values[top, right] - values[top, left]);
                var below = values[bottom, left] + along * (values[bottom, right] - values[bottom, left]);
                resized[y, x] = above + down * (below - above);
            }
        }
        return resized;
    }

    static (int Low, int High, float T) Between(int at, int size, int count)
    {
        var position = Math.Clamp((at + 0.5f) * count / size - 0.5f, 0, count - 1);
        var low = (int)position;
        return (low, Math.Min(low + 1, count - 1), position - low);
    }
}
