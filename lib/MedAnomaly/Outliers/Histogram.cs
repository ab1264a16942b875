namespace MedAnomaly.Outliers;

/// <summary>Counts in bins of equal width over the range of the values; the last bin holds the greatest. As numpy's.</summary>
sealed record Histogram(double[] Edges, int[] Counts)
{
    public static Histogram Of(ReadOnlySpan<double> values, int bins)
    {
        double low = values[0], high = values[0];
        foreach (var value in values) (low, high) = (Math.Min(low, value), Math.Max(high, value));
        if (low == high) (low, high) = (low - 0.5, high + 0.5);
        var edges = new double[bins + 1];
        var width = (high - low) / bins;
        for (var i = 0; i < bins; i++) edges[i] = low + i * width;
        edges[bins] = high;
        var counts = new int[bins];
        foreach (var value in values)
        {
            var bin = Math.Clamp((int)((value - low) / (high - low) * bins), 0, bins - 1);
            // Division rounds; the edges decide.
            if (value < edges[bin]) bin--;
            else if (bin < bins - 1 && value >= edges[bin + 1]) bin++;
            counts[bin]++;
        }
        return new(edges, counts);
    }
}
