namespace MedAnomaly.Metrics;

/// <summary>The regularised incomplete beta function, which the binomial and Student's distribution are made of.</summary>
static class IncompleteBeta
{
    // Lanczos' approximation with g = 7 and nine coefficients; its error is below 1e-15.
    static readonly double[] lanczos =
    [
        0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
        12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ];

    /// <summary>P(X at most <paramref name="successes"/>) of a fair coin thrown <paramref name="throws"/> times.</summary>
    public static double FairCoin(long successes, long throws) => successes >= throws ? 1 : Of(0.5, throws - successes, successes + 1);

    /// <summary>The probability of a t at least as far from 0, on either side (Student's distribution).</summary>
    public static double StudentTwoSided(double t, double degrees) => Of(degrees / (degrees + t * t), degrees / 2, 0.5);

    /// <summary>I_x(a, b), for x in [0, 1] and a, b > 0.</summary>
    public static double Of(double x, double a, double b)
    {
        if (x is 0 or 1) return x;
        // The fraction converges fast below the mean; above it the symmetry I_x(a, b) = 1 - I_(1-x)(b, a) helps.
        return x < (a + 1) / (a + b + 2) ? Front(x, a, b) * Fraction(x, a, b) / a : 1 - Front(1 - x, b, a) * Fraction(1 - x, b, a) / b;
    }

    static double Front(double x, double a, double b) =>
        Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));

    /// <summary>The continued fraction of Abramowitz and Stegun 26.5.8 (Lentz's evaluation).</summary>
    static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        const int MostTerms = 100_000;
        double c = 1, d = 1 / NotZero(1 - (a + b) * x / (a + 1)), fraction = d;
        for (var m = 1; m < MostTerms; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            foreach (var term in (ReadOnlySpan<double>)[even, odd])
            {
                d = 1 / NotZero(1 + term * d);
                c = NotZero(1 + term / c);
                fraction *= c * d;
            }
            if (Math.Abs(c * d - 1) < 1e-15) break;
        }
        return fraction;

        static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }

    static double LogGamma(double x)
    {
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        var sum = lanczos[0];
        for (var i = 1; i < lanczos.Length; i++) sum += lanczos[i] / (x - 1 + i);
        var t = x + 6.5;
        return 0.5 * Math.Log(2 * Math.PI) + (x - 0.5) * Math.Log(t) - t + Math.Log(sum);
    }
}
