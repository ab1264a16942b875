using MedAnomaly.Data.Simulation;

namespace MedAnomaly.Outliers;

/// <summary>
/// LODA: how empty the bins are in which a row falls along random directions, the mean of -log p over histograms (Pevný 2016). A direction has
/// √D normally distributed components, the others being 0.
/// </summary>
/// <remarks>
/// As in PyOD a value is looked up one bin above its own, except in the last two, values outside the range fall into the outermost bins,
/// and the mean is divided by the number of directions once more.
/// </remarks>
public sealed class RandomProjections(int directions = 100, int bins = 10, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination)
    : OutlierDetector(contamination)
{
    const double Empty = 1e-12;

    readonly int directions = Parameter(directions, directions >= 1, "at least 1");
    readonly int bins = Parameter(bins, bins >= 2, "at least 2");

    /// <inheritdoc/>
    public override string Name => "LODA";

    /// <summary>A direction by its components that are not 0, with the edges along it and the score of each bin.</summary>
    sealed record Direction(int[] Features, double[] Components, double[] Edges, double[] Scores)
    {
        public double Project(ReadOnlySpan<double> row)
        {
            var sum = 0.0;
            for (var i = 0; i < Features.Length; i++) sum += row[Features[i]] * Components[i];
            return sum;
        }
    }

    private protected override Model Learn(Points train, Work work)
    {
        var all = new Direction[directions];
        work.Over(directions, number => all[number] = Make(train, number));
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row =>
        {
            var sum = 0.0;
            foreach (var direction in all) sum += Score(direction, direction.Project(samples[row]));
            return sum / directions / directions;
        }));
    }

    Direction Make(Points train, int number)
    {
        var random = new RandomStream((long)seed, number);
        int[] features = [.. Points.Draw(new SplitMix64(seed, (ulong)number), train.Width, (int)Math.Sqrt(train.Width)).Order()];
        var direction = new Direction(features, [.. features.Select(_ => random.Normal())], [], []);
        var projected = new double[train.Count];
        for (var row = 0; row < projected.Length; row++) projected[row] = direction.Project(train[row]);
        var (edges, counts) = Histogram.Of(projected, bins);
        var total = train.Count + bins * Empty;
        return direction with { Edges = edges, Scores = [.. counts.Select(count => -Math.Log((count + Empty) / total))] };
    }

    double Score(Direction direction, double value)
    {
        var edges = direction.Edges;
        var place = Math.Clamp((int)Math.Ceiling((value - edges[0]) / (edges[^1] - edges[0]) * bins), 0, bins - 1);
        // Division rounds; the edges decide: the place is the number of edges below the value, of all but the last two.
        if (place > 0 && value <= edges[place - 1]) place--;
        else if (place < bins - 1 && value > edges[place]) place++;
        return direction.Scores[place];
    }
}
