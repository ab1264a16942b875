namespace MedAnomaly.Outliers;

/// <summary>
/// ρ - Σ αᵢ exp(-γ|x - xᵢ|²): how far a row is outside the smallest region that holds all but a share of about ν of the training rows, in the
/// kernel's space (Schölkopf et al. 2001), as libsvm finds it to its tolerance. γ is 1/D, scikit-learn's 'auto'.
/// </summary>
public sealed class OneClassSvm(double nu = 0.5, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly double nu = Parameter(nu, nu is > 0 and <= 1, "above 0 and at most 1");

    /// <inheritdoc/>
    public override string Name => "OCSVM";

    private protected override Model Learn(Points train, Work work)
    {
        var gamma = 1.0 / train.Width;
        var kernel = new KernelRows(train, gamma);
        var (alphas, offset) = SequentialMinimal.Solve(kernel, nu, work);
        int[] support = [.. Enumerable.Range(0, alphas.Length).Where(row => alphas[row] > 0)];
        double[] weights = [.. support.Select(row => alphas[row])];
        var panels = new DistancePanels(train.Rows(support));
        return ScoringAll(train, work, (samples, work) => panels.Score(samples, work,
            (_, distances) => offset - panels.SumOfExponentials(distances, weights, 0, gamma)));
    }
}
