namespace MedAnomaly.Images;

/// <summary>Takes, for each pixel of the target, the source pixel under its centre.</summary>
static class NearestNeighbor
{
    public static void Resize<T>(ReadOnlySpan<T> source, int width, int height, Span<T> target, int newWidth, int newHeight)
    {
        var columns = Positions(width, newWidth);
        var rows = Positions(height, newHeight);
        for (var y = 0; y < newHeight; y++)
        {
            var from = source.Slice(rows[y] * width, width);
            var to = target.Slice(y * newWidth, newWidth);
            for (var x = 0; x < newWidth; x++)
                to[x] = from[columns[x]];
        }
    }

    // The position is summed up step by step, not multiplied: the rounding of that sum decides ties, and it is Pillow's.
    static int[] Positions(int size, int newSize)
    {
        var positions = new int[newSize];
        var step = (double)size / newSize;
        var position = step * 0.5;
        for (var i = 0; i < newSize; i++, position += step)
            positions[i] = Math.Min((int)position, size - 1);
        return positions;
    }
}
