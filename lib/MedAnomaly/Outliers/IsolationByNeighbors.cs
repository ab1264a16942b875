namespace MedAnomaly.Outliers;

/// <summary>
/// iNNE: several times a few training rows are drawn, each with a ball that reaches to the nearest other; a row scores by the smallest ball
/// that it lies in, 1 - r² of that ball's nearest neighbour / r², and 1 where in none (Bandaragoda et al. 2018). With squared radii as PyOD's.
/// </summary>
public sealed class IsolationByNeighbors(int ensembles = 200, int sample = 8, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination)
    : OutlierDetector(contamination)
{
    /// <summary>What keeps the ratio of equal rows' radii defined.</summary>
    const double Least = 2.220446049250313e-16;

    readonly int ensembles = Parameter(ensembles, ensembles >= 1, "at least 1");
    readonly int sample = Parameter(sample, sample >= 2, "at least 2");

    /// <inheritdoc/>
    public override string Name => "INNE";

    private protected override Model Learn(Points train, Work work)
    {
        var size = Math.Min(sample, train.Count);
        var centers = new int[ensembles * size];
        var radii = new double[centers.Length];
        var isolation = new double[centers.Length];
        for (var ensemble = 0; ensemble < ensembles; ensemble++)
        {
            var first = ensemble * size;
            var drawn = Points.Draw(new SplitMix64(seed, (ulong)ensemble), train.Count, size);
            drawn.CopyTo(centers, first);
            var nearest = new int[size];
            for (var i = 0; i < size; i++)
            {
                radii[first + i] = double.PositiveInfinity;
                for (var j = 0; j < size; j++)
                {
                    var distance = Vectors.SquaredDistance(train[drawn[i]], train[drawn[j]]);
                    if (i != j && distance < radii[first + i]) (radii[first + i], nearest[i]) = (distance, j);
                }
            }
            for (var i = 0; i < size; i++) isolation[first + i] = 1 - (radii[first + nearest[i]] + Least) / (radii[first + i] + Least);
        }
        var panels = new DistancePanels(train.Rows(centers));
        return ScoringAll(train, work, (samples, work) => panels.Score(samples, work, (_, distances) =>
        {
            var sum = 0.0;
            for (var first = 0; first < centers.Length; first += size)
            {
                var (smallest, score) = (double.PositiveInfinity, 1.0);
                for (var i = first; i < first + size; i++)
                {
                    if (distances[i] <= radii[i] && radii[i] < smallest) (smallest, score) = (radii[i], isolation[i]);
                }
                sum += score;
            }
            return sum / ensembles;
        }));
    }
}
