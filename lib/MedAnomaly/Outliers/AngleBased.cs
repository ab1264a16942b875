namespace MedAnomaly.Outliers;

/// <summary>
/// Fast ABOD: how little the angles differ under which a row sees the pairs of its nearest training rows (Kriegel, Schubert and Zimek 2008).
/// The score is the negative variance of ⟨a, b⟩ / (|a|² |b|²); as in PyOD a training row is among its own neighbours, and pairs with one that
/// equals the row are left out.
/// </summary>
/// <remarks>A row whose neighbours all equal it sees no angle. PyOD's score is then NaN; here it is the least of the training rows' scores.</remarks>
public sealed class AngleBased(int neighbors = 5, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly int neighbors = Parameter(neighbors, neighbors >= 2, "at least 2");

    /// <inheritdoc/>
    public override string Name => "ABOD";

    private protected override int FewestRows => 3;

    private protected override string WhyRows => "An angle needs two neighbours.";

    private protected override Model Learn(Points train, Work work)
    {
        var k = Math.Min(neighbors, train.Count - 1);
        var search = new NearestPoints(train);
        double[] Raw(Points samples, Work work) =>
            search.Score(samples, k, work, (row, _, numbers) => -Variance(samples[row], train, numbers.AsSpan(0, k)));
        var training = Raw(train, work);
        var least = training.Where(score => !double.IsNaN(score)).DefaultIfEmpty(0).Min();
        double[] Defined(double[] scores) => Array.ConvertAll(scores, score => double.IsNaN(score) ? least : score);
        return new(Defined(training), (samples, work) => Defined(Raw(samples, work)));
    }

    static double Variance(ReadOnlySpan<double> row, Points train, ReadOnlySpan<int> neighbors)
    {
        Span<double> angles = stackalloc double[neighbors.Length * (neighbors.Length - 1) / 2];
        var count = 0;
        for (var first = 0; first < neighbors.Length; first++)
        {
            var a = train[neighbors[first]];
            var normA = Vectors.SquaredDistance(a, row);
            for (var second = first + 1; second < neighbors.Length; second++)
            {
                var b = train[neighbors[second]];
                if (a.SequenceEqual(row) || b.SequenceEqual(row)) continue;
                var product = 0.0;
                for (var i = 0; i < row.Length; i++) product += (a[i] - row[i]) * (b[i] - row[i]);
                angles[count++] = product / normA / Vectors.SquaredDistance(b, row);
            }
        }
        if (count == 0) return double.NaN;
        double mean = 0, variance = 0;
        foreach (var angle in angles[..count]) mean += angle / count;
        foreach (var angle in angles[..count]) variance += (angle - mean) * (angle - mean) / count;
        return variance;
    }
}
