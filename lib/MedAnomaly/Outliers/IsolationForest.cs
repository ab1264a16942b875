namespace MedAnomaly.Outliers;

/// <summary>
/// How few random cuts part a row from others, 2^(-E(depth) / c) (Liu, Ting and Zhou 2008), as scikit-learn's; from it the score is subtracted
/// that <see cref="OutlierDetector.Contamination"/> of the training rows exceed, so that 0 is the threshold.
/// </summary>
public sealed class IsolationForest(int trees = 100, int sample = 256, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination)
    : OutlierDetector(contamination)
{
    readonly int trees = Parameter(trees, trees >= 1, "at least 1");
    readonly int sample = Parameter(sample, sample >= 2, "at least 2");

    /// <inheritdoc/>
    public override string Name => "IForest";

    private protected override Model Learn(Points train, Work work)
    {
        var size = Math.Min(sample, train.Count);
        var forest = new IsolationTree[trees];
        work.Over(trees, number =>
        {
            var random = new SplitMix64(seed, (ulong)number);
            forest[number] = new(train, Points.Draw(random, train.Count, size), random);
        });
        var norm = trees * IsolationTree.MeanDepth(size);
        double[] Raw(Points samples, Work work)
        {
            var scores = new double[samples.Count];
            work.OverRows(samples.Count, (first, end) =>
            {
                // A tree at a time, which then stays in the nearest cache.
                foreach (var tree in forest)
                {
                    for (var row = first; row < end; row++) scores[row] += tree.Depth(samples[row]);
                }
                // Rows that are all alike cannot be parted, and none is abnormal.
                for (var row = first; row < end; row++) scores[row] = Math.Pow(2, norm > 0 ? -scores[row] / norm : -1);
            });
            return scores;
        }
        var training = Raw(train, work);
        var threshold = Quantile(training, 1 - Contamination);
        double[] Shifted(double[] scores) => Array.ConvertAll(scores, score => score - threshold);
        return new(Shifted(training), (samples, work) => Shifted(Raw(samples, work)));
    }
}
