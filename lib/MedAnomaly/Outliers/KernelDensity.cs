namespace MedAnomaly.Outliers;

/// <summary>The negative logarithm of the density that Gaussian kernels around the training rows make (Latecki, Lazarevic and Pokrajac 2007).</summary>
/// <remarks>
/// scikit-learn's tree, on which PyOD's rests, adds and takes away bounds as large as N kernels at their centre, and so loses what is less than
/// their rounding: scores some 36 above the least possible, as of most rows of many features, differ from its.
/// </remarks>
public sealed class KernelDensity(double bandwidth = 1, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly double bandwidth = Parameter(bandwidth, bandwidth > 0, "above 0");

    /// <inheritdoc/>
    public override string Name => "KDE";

    private protected override int FewestRows => 1;

    private protected override Model Learn(Points train, Work work)
    {
        var panels = new DistancePanels(train);
        var factor = 1 / (2 * bandwidth * bandwidth);
        var norm = Math.Log(train.Count) + train.Width * (Math.Log(bandwidth) + Math.Log(2 * Math.PI) / 2);
        // The nearest row's term is taken out of the sum, which then neither vanishes nor overflows however far the others are.
        return ScoringAll(train, work, (samples, work) => panels.Score(samples, work, (_, distances) =>
        {
            var nearest = Vectors.Min(distances.AsSpan(0, panels.Count));
            return norm + nearest * factor - Math.Log(panels.SumOfExponentials(distances, [], nearest, factor));
        }));
    }
}
