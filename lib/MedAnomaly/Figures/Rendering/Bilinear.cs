using MedAnomaly.Detectors;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Stretches a map over more pixels, pixel centres aligned as in <c>interpolate(align_corners=False)</c>.</summary>
static class Bilinear
{
    public static ScoreMap Resize(ScoreMap map, int width, int height)
    {
        var (rows, columns) = (map.Height, map.Width);
        if (width == columns && height == rows)
            return map;
        var resized = new float[width * height];
        for (var y = 0; y < height; y++)
        {
            var (top, bottom, down) = Between(y, height, rows);
            for (var x = 0; x < width; x++)
            {
                var (left, right, along) = Between(x, width, columns);
                var above = map[left, top] + along * (map[right, top] - map[left, top]);
                var below = map[left, bottom] + along * (map[right, bottom] - map[left, bottom]);
                resized[y * width + x] = above + down * (below - above);
            }
        }
        return new(resized, width, height);
    }

    static (int Low, int High, float T) Between(int at, int size, int count)
    {
        var position = Math.Clamp((at + 0.5f) * count / size - 0.5f, 0, count - 1);
        var low = (int)position;
        return (low, Math.Min(low + 1, count - 1), position - low);
    }
}
