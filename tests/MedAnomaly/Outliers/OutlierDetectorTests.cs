using MedAnomaly.Metrics;
using MedAnomaly.Outliers;

namespace MedAnomaly.Tests.Outliers;

/// <summary>What all detectors have in common.</summary>
public sealed class OutlierDetectorTests
{
    public static TheoryData<string> Names { get; } = [.. OutlierDetectors.Names];

    /// <summary>Detectors that draw at random.</summary>
    public static TheoryData<string> Drawing { get; } = ["Sampling", "LMDD", "IForest", "INNE", "LODA"];

    static double[] Scores(string name, double[,] train, double[,] test, ulong seed = 0, bool inductive = false)
    {
        var detector = OutlierDetectors.Create(name, seed, inductive: inductive);
        detector.Fit(train);
        return detector.Score(test);
    }

    [Fact]
    public void There_are_the_17_of_the_table_and_each_has_its_own_name()
    {
        Assert.Equal(17, OutlierDetectors.Names.Count);
        Assert.All(OutlierDetectors.Names, name =>
        {
            Assert.Equal(name, OutlierDetectors.Create(name).Name);
            Assert.Equal(name, OutlierDetectors.Create(name.ToUpperInvariant()).Name);
        });
    }

    [Theory, MemberData(nameof(Names))]
    public void Far_rows_score_higher(string name)
    {
        var test = Table.Noise(200, 4, 2);
        var far = Table.Noise(200, 4, 3, shift: 3);
        for (var row = 0; row < 20; row++)
        {
            for (var i = 0; i < 4; i++) test[row, i] = far[row, i];
        }

        var scores = Scores(name, Table.Noise(300, 4, 1), test);

        var auroc = RankedScores.Of(scores, [.. Enumerable.Range(0, 200).Select(row => row < 20 ? 1 : 0)]).Auroc.Value;
        Assert.True(auroc > 0.95, FormattableString.Invariant($"{name}: {auroc}"));
    }

    [Theory, MemberData(nameof(Names))]
    public void The_same_seed_gives_the_same_scores_to_the_last_bit(string name)
    {
        double[,] train = Table.Noise(300, 5, 1), test = Table.Noise(700, 5, 2);

        Assert.Equal(Scores(name, train, test, seed: 3), Scores(name, train, test, seed: 3));
    }

    [Theory, MemberData(nameof(Drawing))]
    public void Another_seed_draws_otherwise(string name)
    {
        double[,] train = Table.Noise(300, 5, 1), test = Table.Noise(50, 5, 2);

        Assert.NotEqual(Scores(name, train, test, seed: 1), Scores(name, train, test, seed: 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_fitted_detector_scores_the_same_however_often_it_is_asked(string name)
    {
        var test = Table.Noise(40, 5, 2);
        var detector = OutlierDetectors.Create(name);
        detector.Fit(Table.Noise(300, 5, 1));

        Assert.Equal(detector.Score(test), detector.Score(test));
    }

    [Theory, MemberData(nameof(Names))]
    public void Inductive_scores_do_not_depend_on_what_else_is_scored(string name)
    {
        var test = Table.Noise(60, 5, 2);
        var detector = OutlierDetectors.Create(name, inductive: true);
        detector.Fit(Table.Noise(300, 5, 1));

        var together = detector.Score(test);

        for (var row = 0; row < 5; row++) Assert.Equal(together[row], detector.Score(Table.Row(test, row))[0], 1e-12);
    }

    [Theory]
    [InlineData("ECOD")]
    [InlineData("LMDD")]
    public void Transductive_scores_do(string name)
    {
        double[,] train = Table.Noise(300, 5, 1), test = Table.Noise(60, 5, 2);

        Assert.NotEqual(Scores(name, train, test)[0], Scores(name, train, Table.Row(test, 0))[0]);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_threshold_flags_the_contamination_of_the_training_rows(string name)
    {
        foreach (var contamination in new[] { 0.05, 0.3 })
        {
            var detector = OutlierDetectors.Create(name, contamination: contamination);
            detector.Fit(Table.Noise(400, 5, 1));

            var above = detector.TrainingScores.Count(score => score > detector.Threshold) / 400.0;
            // LMDD gives most rows the same score, 0.
            Assert.InRange(above, name == "LMDD" ? 0 : contamination - 0.01, contamination);
        }
    }

    /// <summary>KNN and ABOD score as LOF does, with less at a time, and INNE as KDE.</summary>
    [Theory]
    [InlineData("Covariance")]
    [InlineData("ECOD")]
    [InlineData("KDE")]
    [InlineData("Sampling")]
    [InlineData("GMM")]
    [InlineData("MCD")]
    [InlineData("OCSVM")]
    [InlineData("LOF")]
    [InlineData("CBLOF")]
    [InlineData("HBOS")]
    [InlineData("IForest")]
    [InlineData("LODA")]
    public void A_million_rows_are_scored_in_little_more_memory_than_they_and_their_scores_take(string name)
    {
        const int Rows = 1_000_000;
        var test = Table.Noise(Rows, 2, 2);
        var detector = OutlierDetectors.Create(name);
        detector.Fit(Table.Noise(300, 2, 1));
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var peak = 0L;
        using var timer = new Timer(_ => InterlockedMax(ref peak, GC.GetTotalMemory(false)), null, 0, 20);

        var scores = detector.Score(test);

        Assert.Equal(Rows, scores.Length);
        // Garbage counts until it is collected; ECOD sorts a copy of a column a core.
        Assert.True(peak - before < 400L << 20, FormattableString.Invariant($"{name}: {(peak - before) >> 20} MiB"));
    }

    [Theory]
    [InlineData("ECOD")]
    [InlineData("HBOS")]
    [InlineData("LODA")]
    [InlineData("IForest")]
    [InlineData("Sampling")]
    [InlineData("GMM")]
    public void A_million_rows_are_learned_from_where_the_method_is_linear(string name)
    {
        var detector = OutlierDetectors.Create(name);

        detector.Fit(Table.Noise(1_000_000, 2, 1));

        Assert.Equal(1_000_000, detector.TrainingScores.Count);
        Assert.All(detector.Score(Table.Noise(10, 2, 2)), score => Assert.True(double.IsFinite(score)));
    }

    static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var was = Interlocked.CompareExchange(ref target, value, seen);
            if (was == seen) return;
            seen = was;
        }
    }
}
