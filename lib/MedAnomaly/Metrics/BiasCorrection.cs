namespace MedAnomaly.Metrics;

/// <summary>Which quantiles of the resamples are an interval's ends, or why there are none.</summary>
readonly record struct IntervalQuantiles(double Low, double High, string? Obstacle);

/// <summary>The quantiles of a bias-corrected and accelerated interval (Efron and Tibshirani 1993, 14.3; strata as in SciPy).</summary>
static class BiasCorrection
{
    /// <summary>The quantiles to take in place of (1 - level) / 2 and (1 + level) / 2.</summary>
    /// <param name="value">The metric of the sample.</param>
    /// <param name="replicates">The metric of each resample; no NaN.</param>
    /// <param name="jackknife">The metric without each unit, a stratum an array.</param>
    /// <param name="level">Nominal coverage.</param>
    public static IntervalQuantiles Quantiles(double value, double[] replicates, double[][] jackknife, double level)
    {
        if (jackknife.Any(stratum => stratum.Any(double.IsNaN))) return new(0, 0, "the metric is undefined without one of the samples or groups");
        // Ties count half: AUROC has few values on small samples.
        var below = replicates.Sum(replicate => replicate < value ? 1 : replicate == value ? 0.5 : 0) / replicates.Length;
        if (below is 0 or 1) return new(0, 0, "all resamples lie on one side of the metric");
        var bias = Normal.Quantile(below);
        var acceleration = Acceleration(jackknife);
        return new(Shifted((1 - level) / 2), Shifted((1 + level) / 2), null);

        double Shifted(double quantile)
        {
            var z = bias + Normal.Quantile(quantile);
            return Normal.Cumulative(bias + z / (1 - acceleration * z));
        }
    }

    /// <summary>A sixth of the skewness of the metric, from the influence of each unit; 0 where none has any.</summary>
    static double Acceleration(double[][] jackknife)
    {
        double cubes = 0, squares = 0;
        foreach (var stratum in jackknife)
        {
            var mean = stratum.Sum() / stratum.Length;
            foreach (var without in stratum)
            {
                var influence = (stratum.Length - 1.0) / stratum.Length * (mean - without);
                squares += influence * influence;
                cubes += influence * influence * influence;
            }
        }
        return squares > 0 ? cubes / Math.Pow(squares, 1.5) / 6 : 0;
    }
}
