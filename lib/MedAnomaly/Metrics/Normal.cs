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
