namespace MedAnomaly.Outliers;

/// <summary>
/// HBOS: how empty the bins are in which a row's features fall, -Σ log₂(density + α) (Goldstein and Dengel 2012). A value outside the training
/// range counts as in the outermost bin up to <paramref name="tolerance"/> bins' width from it, and as in the emptiest beyond.
/// </summary>
public sealed class HistogramBased(int bins = 10, double alpha = 0.1, double tolerance = 0.5, double contamination = OutlierDetector.DefaultContamination)
    : OutlierDetector(contamination)
{
    readonly int bins = Parameter(bins, bins >= 1, "at least 1");
    readonly double alpha = Parameter(alpha, alpha > 0, "above 0");
    readonly double tolerance = Parameter(tolerance, tolerance >= 0, "at least 0");

    /// <inheritdoc/>
    public override string Name => "HBOS";

    /// <summary>A feature's edges, and the score of each bin.</summary>
    sealed record Feature(double[] Edges, double[] Scores)
    {
        public double Emptiest { get; } = Scores.Max();
    }

    private protected override Model Learn(Points train, Work work)
    {
        var features = new Feature[train.Width];
        work.Over(features.Length, number =>
        {
            var (edges, counts) = Histogram.Of(train.Column(number), bins);
            features[number] = new(edges, [.. counts.Select((count, bin) => -Math.Log2(count / (edges[bin + 1] - edges[bin]) / train.Count + alpha))]);
        });
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row =>
        {
            var sum = 0.0;
            var values = samples[row];
            for (var i = 0; i < values.Length; i++) sum += Score(features[i], values[i]);
            return sum;
        }));
    }

    double Score(Feature feature, double value)
    {
        var (edges, scores) = feature;
        // An edge belongs to the bin below it here, while the counting puts it above.
        var place = Math.Clamp((int)Math.Ceiling((value - edges[0]) / (edges[^1] - edges[0]) * bins), 0, bins + 1);
        if (place > 0 && value <= edges[place - 1]) place--;
        else if (place <= bins && value > edges[place]) place++;
        if (place == 0) return edges[0] - value <= (edges[1] - edges[0]) * tolerance ? scores[0] : feature.Emptiest;
        if (place > bins) return value - edges[^1] <= (edges[^1] - edges[^2]) * tolerance ? scores[^1] : feature.Emptiest;
        return scores[place - 1];
    }
}
