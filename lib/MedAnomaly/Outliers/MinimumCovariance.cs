namespace MedAnomaly.Outliers;

/// <summary>
/// The squared Mahalanobis distance from the mean and covariance of the half of the training rows whose covariance has the least determinant,
/// reweighted (Rousseeuw and Van Driessen 1999): scikit-learn's MinCovDet, which PyOD's MCD is.
/// </summary>
/// <remarks>
/// Where training rows do not vary in all directions (a constant feature, fewer rows than features) the others alone count, as with
/// scikit-learn's pseudo-inverse; but the determinant that is minimised is then that of the directions in which they vary.
/// </remarks>
public sealed class MinimumCovariance(ulong seed = 0, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    /// <inheritdoc/>
    public override string Name => "MCD";

    private protected override Model Learn(Points train, Work work)
    {
        var ellipse = RobustEllipse.Fit(train, seed, work);
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row => ellipse.SquaredDistance(samples[row])));
    }
}
