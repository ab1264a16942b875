namespace MedAnomaly.Outliers;

/// <summary>
/// The mean absolute deviation from the mean of a growing set of numbers, all of which are known beforehand: counts and sums by rank (Fenwick
/// 1994), so that a number is added, and the deviation told, in logarithmic time.
/// </summary>
sealed class AbsoluteDeviation(double[] sorted)
{
    readonly int[] counts = new int[sorted.Length + 1];
    readonly double[] sums = new double[sorted.Length + 1];
    int count;
    double sum;

    /// <summary>Forgets all numbers.</summary>
    public void Clear()
    {
        Array.Clear(counts);
        Array.Clear(sums);
        (count, sum) = (0, 0);
    }

    /// <summary>Adds the number of a rank.</summary>
    public void Add(int rank)
    {
        var value = sorted[rank];
        (count, sum) = (count + 1, sum + value);
        for (var place = rank + 1; place < counts.Length; place += place & -place)
        {
            counts[place]++;
            sums[place] += value;
        }
    }

    /// <summary>The deviation of the numbers so far.</summary>
    public double Value
    {
        get
        {
            var mean = sum / count;
            var (below, sumBelow) = (0, 0.0);
            for (var place = UpTo(sorted, mean); place > 0; place -= place & -place)
            {
                below += counts[place];
                sumBelow += sums[place];
            }
            return Of(mean, count, sum, below, sumBelow);
        }
    }

    /// <summary>The deviation from a mean, from how many numbers there are and lie below, and their sums.</summary>
    public static double Of(double mean, int count, double sum, int below, double sumBelow) =>
        (mean * below - sumBelow + (sum - sumBelow) - mean * (count - below)) / count;

    /// <summary>How many of sorted numbers are at most <paramref name="value"/>.</summary>
    public static int UpTo(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (sorted[middle] <= value) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
