namespace MedAnomaly.Outliers;

/// <summary>The distance to the nearest of a few training rows drawn at random (Sugiyama and Borgwardt 2013).</summary>
public sealed class Sampling(int subset = 20, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    readonly int subset = Parameter(subset, subset >= 1, "at least 1");

    /// <inheritdoc/>
    public override string Name => "Sampling";

    private protected override int FewestRows => subset;

    private protected override string WhyRows => "So many are drawn, none twice.";

    private protected override Model Learn(Points train, Work work)
    {
        var drawn = train.Rows(Points.Draw(new SplitMix64(seed), train.Count, subset));
        return ScoringAll(train, work, (samples, work) => work.Score(samples.Count, row =>
        {
            var nearest = double.PositiveInfinity;
            for (var i = 0; i < drawn.Count; i++) nearest = Math.Min(nearest, Vectors.SquaredDistance(samples[row], drawn[i]));
            return Math.Sqrt(nearest);
        }));
    }
}
