using System.Text.Json;
using MedAnomaly.Metrics;
using MedAnomaly.Outliers;

namespace MedAnomaly.Tests.Outliers;

/// <summary>The scores are PyOD's: those of detectors that draw nothing number by number, those of the others in distribution.</summary>
public sealed class PyodTests
{
    /// <summary>libsvm ends at a gap of 10⁻³, on a path that the last bits decide; the others have closed formulae.</summary>
    const double Close = 1e-6;

    static readonly Dictionary<string, JsonElement> deterministic = Repository.Golden("outliers/deterministic.json").GetProperty("cases")
        .EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!);

    static readonly Dictionary<string, JsonElement> settled = Repository.Golden("outliers/settled.json").GetProperty("cases")
        .EnumerateArray().ToDictionary(item => item.GetProperty("detector").GetString()!);

    static readonly JsonElement distribution = Repository.Golden("outliers/distribution.json");

    public static TheoryData<string, string> Deterministic { get; } = new(
        from item in deterministic from detector in item.Value.GetProperty("detectors").EnumerateObject() select (item.Key, detector.Name));

    public static TheoryData<string> Settled { get; } = [.. settled.Keys];

    public static TheoryData<string> Random { get; } = [.. distribution.GetProperty("aurocs").EnumerateObject().Select(item => item.Name)];

    public static TheoryData<string> Robust { get; } = ["small", "subsets", "one feature"];

    static void ShouldAgree(double[] ours, double[] golden)
    {
        Assert.Equal(golden.Length, ours.Length);
        var scale = golden.Max(Math.Abs);
        for (var i = 0; i < ours.Length; i++) Assert.Equal(golden[i], ours[i], Close * Math.Max(Math.Abs(golden[i]), 1e-3 * scale));
    }

    [Theory, MemberData(nameof(Deterministic))]
    public void Scores_threshold_and_decisions_equal_those_of_PyOD(string name, string detector)
    {
        var golden = deterministic[name].GetProperty("detectors").GetProperty(detector);
        var ours = OutlierDetectors.Create(detector);

        ours.Fit(Table.Of(deterministic[name].GetProperty("train")));
        var test = Table.Of(deterministic[name].GetProperty("test"));

        ShouldAgree([.. ours.TrainingScores], Table.Numbers(golden.GetProperty("training")));
        ShouldAgree(ours.Score(test), Table.Numbers(golden.GetProperty("scores")));
        Assert.Equal(golden.GetProperty("threshold").GetDouble(), ours.Threshold, Close * Math.Abs(golden.GetProperty("threshold").GetDouble()) + 1e-9);
        Assert.Equal(golden.GetProperty("flagged").EnumerateArray().Select(flag => flag.GetInt32() == 1), ours.Predict(test));
    }

    [Theory, MemberData(nameof(Settled))]
    public void Where_nothing_is_left_to_draw_scores_equal_those_of_PyOD(string detector)
    {
        var golden = settled[detector];
        var train = Table.Of(golden.GetProperty("train"));
        for (var seed = 0UL; seed < 3; seed++)
        {
            var ours = OutlierDetectors.Create(detector, seed);
            ours.Fit(train);
            ShouldAgree(ours.Score(Table.Of(golden.GetProperty("test"))), Table.Numbers(golden.GetProperty("scores")));
        }
    }

    [Fact]
    public void Densities_far_from_all_rows_keep_their_digits()
    {
        var golden = Repository.Golden("outliers/density.json");
        var ours = OutlierDetectors.Create("KDE");

        ours.Fit(Table.Of(golden.GetProperty("train")));

        ShouldAgree(ours.Score(Table.Of(golden.GetProperty("test"))), Table.Numbers(golden.GetProperty("scores")));
    }

    [Theory]
    [InlineData("many")]
    [InlineData("one feature")]
    [InlineData("wide")]
    public void Inductive_ECOD_gives_each_row_what_PyOD_gives_it_alone(string name)
    {
        var ours = OutlierDetectors.Create("ECOD", inductive: true);

        ours.Fit(Table.Of(deterministic[name].GetProperty("train")));

        ShouldAgree(ours.Score(Table.Of(deterministic[name].GetProperty("test"))),
            Table.Numbers(deterministic[name].GetProperty("detectors").GetProperty("ECOD").GetProperty("alone")));
    }

    [Theory, MemberData(nameof(Robust))]
    public void The_robust_covariance_finds_the_optimum_of_scikit_learn(string name)
    {
        var golden = Repository.Golden("outliers/robust.json").GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);
        foreach (var detector in new[] { "MCD", "Covariance" })
        {
            var ours = OutlierDetectors.Create(detector);
            ours.Fit(Table.Of(golden.GetProperty("train")));
            ShouldAgree(ours.Score(Table.Of(golden.GetProperty("test"))), Table.Numbers(golden.GetProperty("scores")));
        }
    }

    [Theory, MemberData(nameof(Random))]
    public void Over_20_seeds_the_AUROC_is_that_of_PyOD_within_two_standard_errors(string detector)
    {
        double[] theirs = Table.Numbers(distribution.GetProperty("aurocs").GetProperty(detector));
        int[] labels = [.. distribution.GetProperty("labels").EnumerateArray().Select(label => label.GetInt32())];
        double[,] train = Table.Of(distribution.GetProperty("train")), test = Table.Of(distribution.GetProperty("test"));

        double[] ours = [.. Enumerable.Range(0, theirs.Length).Select(seed =>
        {
            var made = OutlierDetectors.Create(detector, (ulong)seed);
            made.Fit(train);
            return RankedScores.Of(made.Score(test), labels).Auroc.Value;
        })];

        var error = Math.Sqrt((Variance(ours) + Variance(theirs)) / theirs.Length);
        // Where no seed matters the optimum is one, up to the order of sums.
        Assert.True(Math.Abs(ours.Average() - theirs.Average()) <= 2 * error + 1e-4,
            FormattableString.Invariant($"ours {ours.Average():F5}, PyOD {theirs.Average():F5}, standard error {error:F5}"));
    }

    static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1);
    }
}
