namespace MedAnomaly.Outliers;

/// <summary>The distribution of the sum of squares of D standard normal variables.</summary>
static class ChiSquared
{
    /// <summary>The value that is not exceeded with <paramref name="probability"/>, in (0, 1).</summary>
    public static double Quantile(int dimensions, double probability)
    {
        double low = 0, high = dimensions;
        while (Cumulative(dimensions, high) < probability) high *= 2;
        for (var middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2)
            (low, high) = Cumulative(dimensions, middle) < probability ? (middle, high) : (low, middle);
        return high;
    }

    /// <summary>The regularised lower incomplete gamma function at D/2 and x/2, by its series, all of whose terms are positive.</summary>
    static double Cumulative(int dimensions, double x)
    {
        if (x <= 0) return 0;
        var (a, half) = (dimensions / 2.0, x / 2);
        var logGamma = dimensions % 2 == 0 ? 0 : Math.Log(Math.PI) / 2;
        for (var factor = dimensions % 2 == 0 ? 1.0 : 0.5; factor <= a; factor++) logGamma += Math.Log(factor);
        double term = 1, sum = 1;
        for (var n = 1; term > 1e-17 * sum; n++) sum += term *= half / (a + n);
        return Math.Min(1, Math.Exp(a * Math.Log(half) - half - logGamma) * sum);
    }
}
