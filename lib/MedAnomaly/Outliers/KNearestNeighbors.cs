namespace MedAnomaly.Outliers;

/// <summary>The distance to the k-th nearest training row (Ramaswamy, Rastogi and Shim 2000).</summary>
public sealed class KNearestNeighbors(int neighbors = 5, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly int neighbors = Parameter(neighbors, neighbors >= 1, "at least 1");

    /// <inheritdoc/>
    public override string Name => "KNN";

    private protected override int FewestRows => neighbors + 1;

    private protected override string WhyRows => "A row is no neighbour of its own.";

    private protected override Model Learn(Points train, Work work)
    {
        var search = new NearestPoints(train);
        var own = search.OfThemselves(neighbors, work);
        return new(work.Score(train.Count, row => own.DistancesOf(row)[^1]),
            (samples, work) => search.Score(samples, neighbors, work, (_, distances, _) => distances[neighbors - 1]));
    }
}
