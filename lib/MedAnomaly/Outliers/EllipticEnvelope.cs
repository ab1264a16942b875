namespace MedAnomaly.Outliers;

/// <summary>
/// scikit-learn's EllipticEnvelope, which source 002 calls Covariance: the negative of its score_samples, the squared robust Mahalanobis
/// distance. The estimator is that of <see cref="MinimumCovariance"/>.
/// </summary>
public sealed class EllipticEnvelope(ulong seed = 0, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    /// <inheritdoc/>
    public override string Name => "Covariance";

    private protected override Model Learn(Points train, Work work)
    {
        var ellipse = RobustEllipse.Fit(train, seed, work);
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row => ellipse.SquaredDistance(samples[row])));
    }
}
