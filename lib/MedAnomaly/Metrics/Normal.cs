namespace MedAnomaly.Metrics;

/// <summary>The standard normal distribution.</summary>
static class Normal
{
    /// <summary>The probability of a value at least as far from 0 as <paramref name="z"/>, on either side.</summary>
    public static double TwoSided(double z)
    {
        var x = Math.Abs(z) / Math.Sqrt(2);
        return x < 2 ? 1 - Series(x) : Fraction(x);
    }

    /// <summary>The probability of a value of at most <paramref name="z"/>.</summary>
    public static double Cumulative(double z) => z < 0 ? TwoSided(z) / 2 : 1 - TwoSided(z) / 2;

    /// <summary>The value that is not exceeded with <paramref name="probability"/>, in (0, 1).</summary>
    public static double Quantile(double probability)
    {
        if (probability is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "A probability lies between 0 and 1, both excluded.");
        if (probability > 0.5) return -Quantile(1 - probability);
        // Abramowitz and Stegun 26.2.22 starts within 0.003; each step of Newton's method doubles the digits.
        var t = Math.Sqrt(-2 * Math.Log(probability));
        var z = -(t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t)));
        for (var step = 0; step < 6; step++)
            z -= (Cumulative(z) - probability) / (Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
        return z;
    }

    /// <summary>erf by its series, which below 2 converges within 40 terms.</summary>
    static double Series(double x)
    {
        double term = x, sum = x;
        for (var n = 1; Math.Abs(term) > 1e-17 * sum; n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc by its continued fraction, from the inside out; from 2 up 60 levels exhaust a double.</summary>
    static double Fraction(double x)
    {
        var fraction = x;
        for (var level = 60; level > 0; level--) fraction = x + level / 2.0 / fraction;
        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
