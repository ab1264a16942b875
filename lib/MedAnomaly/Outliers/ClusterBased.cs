namespace MedAnomaly.Outliers;

/// <summary>
/// CBLOF: rows are clustered; one in a large cluster scores its distance from the centre, one in a small cluster the distance from the nearest
/// centre of a large one (He, Xu and Deng 2003). The large clusters are the fewest that hold a share of α of the training rows, where
/// possible with a fall in size by β after them. Without the paper's weights, as PyOD's default.
/// </summary>
public sealed class ClusterBased(int clusters = 8, double alpha = 0.9, double beta = 5, ulong seed = 0,
    double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly int clusters = Parameter(clusters, clusters >= 1, "at least 1");
    readonly double alpha = Parameter(alpha, alpha is > 0 and <= 1, "above 0 and at most 1");
    readonly double beta = Parameter(beta, beta >= 1, "at least 1");

    /// <inheritdoc/>
    public override string Name => "CBLOF";

    private protected override int FewestRows => clusters;

    private protected override string WhyRows => "There must be a row a cluster.";

    private protected override Model Learn(Points train, Work work)
    {
        var means = KMeans.Of(train, clusters, seed, work);
        var sizes = new int[means.Centers.Count];
        foreach (var label in means.Labels) sizes[label]++;
        int[] bySize = [.. Enumerable.Range(0, sizes.Length).Where(center => sizes[center] > 0).OrderByDescending(center => sizes[center])];
        var large = bySize[..LargeClusters([.. bySize.Select(center => sizes[center])], train.Count)];
        var largeCenters = means.Centers.Rows(large);
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row =>
        {
            var own = KMeans.Nearest(means.Centers, samples[row], out var distance);
            if (!large.Contains(own)) KMeans.Nearest(largeCenters, samples[row], out distance);
            return Math.Sqrt(distance);
        }));
    }

    int LargeClusters(int[] sizes, int rows)
    {
        int? byShare = null, byFall = null, both = null;
        for (int count = 1, held = 0; count < sizes.Length; count++)
        {
            held += sizes[count - 1];
            var (holds, falls) = (held >= rows * alpha, sizes[count - 1] / (double)sizes[count] >= beta);
            if (holds) byShare ??= count;
            if (falls) byFall ??= count;
            if (holds && falls) both ??= count;
        }
        // Where PyOD forms no separation, as of one cluster alone, all are large.
        return both ?? byShare ?? byFall ?? sizes.Length;
    }
}
