namespace MedAnomaly.Outliers;

/// <summary>
/// The negative log-likelihood of a row under one Gaussian with full covariance: PyOD's default of its mixture, with scikit-learn's ridge of
/// 10⁻⁶ on the variances.
/// </summary>
public sealed class GaussianMixture(double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    const double Ridge = 1e-6;

    /// <inheritdoc/>
    public override string Name => "GMM";

    private protected override Model Learn(Points train, Work work)
    {
        var ellipse = Ellipse.Of(train, Ridge);
        if (double.IsNegativeInfinity(ellipse.LogDeterminant))
        {
            throw new DatasetException($"{Name}'s covariance cannot be estimated: up to rounding, a feature of the training rows follows from others. "
                + "Leave such features out, divide large ones by their size, or take a detector that needs no covariance, such as KNN or IForest.");
        }
        var norm = (train.Width * Math.Log(2 * Math.PI) + ellipse.LogDeterminant) / 2;
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row => norm + ellipse.SquaredDistance(samples[row]) / 2));
    }
}
