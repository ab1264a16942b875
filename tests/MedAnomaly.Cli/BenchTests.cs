using System.Globalization;
using System.Text.Json.Nodes;

namespace MedAnomaly.Cli.Tests;

/// <summary>The benchmarks at their small size: whether they run, and whether all contenders agree. Times are no test's business.</summary>
public sealed class BenchTests
{
    static JsonObject Bench(string name, params (string Name, string? Value)[] environment)
    {
        var (exitCode, output, errors) = CommandLine.Run(["bench", name, "--size", "small", "--repeats", "1", "--json"], environment);
        Assert.True(exitCode == 0, errors);
        return JsonNode.Parse(output)!.AsObject();
    }

    static void SkipWithoutPeers(JsonObject report) =>
        Assert.SkipWhen(report["missing"]!.AsArray().Any(missing => missing!.GetValue<string>().Contains("not installed", StringComparison.Ordinal)),
            "Some of Debian's python3-faiss, -torch, -sklearn, -scipy are not installed.");

    static IEnumerable<(string Contender, string Agreement)> Agreements(JsonObject report) => report["rows"]!.AsArray()
        .Where(row => row!["agreement"] is not null).Select(row => (row!["contender"]!.GetValue<string>(), row["agreement"]!.GetValue<string>()));

    [Fact]
    public void Neighbours_agree_with_every_peer()
    {
        var report = Bench("neighbors");

        Assert.Equal("small", report["size"]!.GetValue<string>());
        Assert.Contains("a stand-in", report["data"]!.GetValue<string>(), StringComparison.Ordinal);
        SkipWithoutPeers(report);
        // Peers that subtract products from norms confuse neighbours that are almost as near; scikit-learn does so in double precision.
        Assert.All(Agreements(report), row =>
            Assert.InRange(Share(row.Agreement), row.Contender.StartsWith("scikit", StringComparison.Ordinal) ? 1 : 0.99, 1));
        Assert.Contains(Agreements(report), row => row.Contender.StartsWith("FAISS", StringComparison.Ordinal));
    }

    [Fact]
    public void Coresets_agree_with_the_plain_loop_and_both_peers()
    {
        var report = Bench("coreset");

        Assert.Equal(1, Share(Agreements(report).Single(row => row.Contender.StartsWith("the plain loop", StringComparison.Ordinal)).Agreement));
        SkipWithoutPeers(report);
        // Rounding in 32 bits decides between points that are almost as far, and one such decision may change a pick or two.
        Assert.All(Agreements(report), row => Assert.InRange(Share(row.Agreement), 0.9, 1));
    }

    [Fact]
    public void Metrics_agree_with_scikit_learn_and_with_the_definition()
    {
        var report = Bench("metrics");

        SkipWithoutPeers(report);
        foreach (var (contender, agreement) in Agreements(report).Where(row => !row.Contender.Contains("loop", StringComparison.Ordinal)))
            Assert.True(double.Parse(agreement.Split(' ')[^1], CultureInfo.InvariantCulture) < 1e-12, $"{contender}: {agreement}");
    }

    [Fact]
    public void An_epoch_of_every_training_ends_at_the_loss_of_Pythons_torch()
    {
        var report = Bench("training");

        SkipWithoutPeers(report);
        Assert.Equal(12, Agreements(report).Count());
        // Products on several threads round otherwise, which steps of Adam make larger; bfloat16 has three digits.
        foreach (var (contender, agreement) in Agreements(report))
            Assert.True(double.Parse(agreement.Split(' ')[^1], CultureInfo.InvariantCulture) < (contender.EndsWith("one thread", StringComparison.Ordinal) ? 1e-5 : 0.1), $"{contender}: {agreement}");
    }

    [Fact]
    public void Scores_agree_with_torchvision_and_FAISS_on_the_same_weights_and_bank()
    {
        var report = Bench("patchcore");

        SkipWithoutPeers(report);
        foreach (var (contender, agreement) in Agreements(report))
            Assert.True(double.Parse(agreement.Split(' ')[^1], CultureInfo.InvariantCulture) < 1e-3, $"{contender}: {agreement}");
    }

    [Fact]
    public void Outlier_scores_agree_with_scikit_learn_and_PyOD()
    {
        var report = Bench("outliers");

        Assert.Equal(17, report["rows"]!.AsArray().Count(row => row!["contender"]!.GetValue<string>() == "ours"));
        Assert.SkipWhen(report["missing"]!.AsArray().Any(missing => missing!.GetValue<string>().StartsWith("scikit-learn", StringComparison.Ordinal)),
            "Debian's python3-sklearn is not installed.");
        // Between leaves of its trees scikit-learn loses digits of low densities, and so does PyOD.
        var rows = report["rows"]!.AsArray().Where(row => row!["agreement"] is not null && !row["task"]!.GetValue<string>().StartsWith("KDE", StringComparison.Ordinal));
        foreach (var row in rows)
        {
            double[] numbers = [.. row!["agreement"]!.GetValue<string>().Split(' ', ',').Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var number)
                ? number : double.NaN).Where(double.IsFinite)];
            Assert.True(numbers.Length == 1 ? numbers[0] < 1e-6 : Math.Abs(numbers[0] - numbers[1]) < 0.05, row.ToJsonString());
        }
    }

    [Fact]
    public void Missing_peers_are_named()
    {
        // No program of that name is in a folder without programs; where the system has a Python, its path is not looked up.
        Assert.SkipWhen(File.Exists("/usr/bin/python3"), "The system has a Python, which is always found.");
        var report = Bench("metrics", ("PATH", Path.GetDirectoryName(Environment.ProcessPath)));

        Assert.Contains(report["missing"]!.AsArray(), missing => missing!.GetValue<string>()
            == "scikit-learn (AUROC and AP of 20000 scores): the Python package sklearn is not installed");
    }

    [Theory]
    [InlineData("There is no benchmark 'speed'; expected one of neighbors, coreset, encoder, patchcore, metrics, outliers, training.", "bench", "speed")]
    [InlineData("--repeats is 0; expected 1 or more.", "bench", "metrics", "--repeats", "0")]
    public void What_cannot_be_measured_is_refused(string message, params string[] arguments)
    {
        var (exitCode, output, errors) = CommandLine.Run(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(message, errors, StringComparison.Ordinal);
    }

    /// <summary>"149 of 150 indices as ours" is 149 / 150.</summary>
    static double Share(string agreement) => agreement.Split(' ') is [var same, "of", var all, ..]
        ? double.Parse(same, CultureInfo.InvariantCulture) / double.Parse(all, CultureInfo.InvariantCulture)
        : throw new ArgumentException(agreement);
}
