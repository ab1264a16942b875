namespace MedAnomaly.Outliers;

/// <summary>
/// How much sparser it is around a row than around its nearest training rows (Breunig, Kriegel, Ng and Sander 2000), as scikit-learn's for
/// novelties. Of fewer training rows than neighbours + 1 all others are neighbours.
/// </summary>
public sealed class LocalOutlierFactor(int neighbors = 20, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly int neighbors = Parameter(neighbors, neighbors >= 1, "at least 1");

    /// <inheritdoc/>
    public override string Name => "LOF";

    private protected override Model Learn(Points train, Work work)
    {
        var k = Math.Min(neighbors, train.Count - 1);
        var search = new NearestPoints(train);
        var factors = new LocalDensities(search.OfThemselves(k, work), k, work);
        return new(factors.TrainingFactors(work), (samples, work) => search.Score(samples, k, work, (_, distances, numbers) => factors.Factor(distances, numbers)));
    }
}
