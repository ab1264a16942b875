using System.Text.Json.Nodes;
using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Files;
using MedAnomaly.Images;

namespace MedAnomaly.Cli.Tests;

/// <summary>The notebooks of the sources in their small form, on images that a program makes: a folder of a user's own, as he passes it.</summary>
public sealed class PaperNotebookTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly List<(string Name, string? Value)> environment = [];

    public PaperNotebookTests()
    {
        foreach (var label in new[] { "normal", "abnormal" })
        {
            Directory.CreateDirectory(Path.Combine(Images, label));
            for (var i = 0; i < 36; i++) Make(label == "abnormal", (ulong)i).SaveAsPng(Path.Combine(Images, label, $"{i:D2}.png"));
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    string Images => Path.Combine(folder.FullName, "images");

    static Image<L8> Make(bool abnormal, ulong seed)
    {
        var random = new SplitMix64(seed, abnormal ? 1UL : 0);
        var waves = Enumerable.Range(0, 5).Select(_ => (X: random.Next(4), Y: random.Next(4), Phase: random.NextDouble() * 6)).ToArray();
        var image = new Image<L8>(48, 48);
        for (var i = 0; i < image.Pixels.Length; i++)
        {
            var (y, x) = Math.DivRem(i, 48);
            var value = 110 + 18 * waves.Sum(wave => Math.Sin(wave.X * x / 9.0 + wave.Y * y / 9.0 + wave.Phase)) + (abnormal && x is > 20 and < 28 && y is > 12 and < 20 ? 90 : 0);
            image.Pixels[i] = new((byte)Math.Clamp(value, 0, 255));
        }
        return image;
    }

    (int ExitCode, string Errors, string Results) Run(string notebook, params string[] parameters) =>
        RunIn("1-coreset-patchcore", notebook, ["-p", "cacheFeatures", "false", .. parameters]);

    (int ExitCode, string Errors, string Results) RunIn(string paper, string notebook, params string[] parameters)
    {
        var results = Path.Combine(folder.FullName, "results");
        var (exitCode, _, errors) = CommandLine.Run(
            ["run", Path.Combine(Checkout.Root, "notebooks", paper, notebook), .. parameters, "-o", Path.Combine(folder.FullName, "out.ipynb")],
            [("MEDANOMALY_RESULTS", results), .. environment]);
        return (exitCode, errors, Path.Combine(results, "local"));
    }

    /// <summary>What the outputs of the run say in words.</summary>
    string Text() => string.Concat(JsonNode.Parse(File.ReadAllText(Path.Combine(folder.FullName, "out.ipynb")))!["cells"]!.AsArray()
        .SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Select(output => output!["data"]?["text/plain"]).Select(text => text is JsonArray lines ? string.Concat(lines.Select(line => line!.GetValue<string>())) : text?.GetValue<string>()));

    [Fact]
    public void Lung_ct_runs_on_a_users_own_images_and_claims_no_number_of_the_paper_for_them()
    {
        var (exitCode, errors, results) = Run("lung-ct.ipynb", "-p", "dataset", Images, "-p", "imageSize", "48", "-p", "coresetRatios", "[0.1, 0.25]", "-p", "folds", "3", "-p", "timedImages", "2",
            "-p", "classifierSize", "24", "-p", "classifierEpochs", "2");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Equal(4 + 3 + 4, runs.Count);
        Assert.All(runs.Values, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.All(runs.Values, run => Assert.Null(run.Table));
        Assert.Equal("max-F1 on validation", runs["lung-ct-images-n10-corrected"].Threshold);
        Assert.Equal("max-F1 on test (oracle)", runs["lung-ct-images-n10-published"].Threshold);
        var text = Text();
        Assert.Contains("Specificity 89.80: must be 92.86", text, StringComparison.Ordinal);
        Assert.Contains("Specificity 92.88: must be 93.88", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Brain_mri_finds_the_papers_test_set_and_calls_the_simulated_heads_simulated()
    {
        var (exitCode, errors, results) = Run("brain-mri.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToList();
        Assert.Equal(["CNN, supervised", "PatchCore, ImageNet, n = 5 %", "PatchCore, ImageNet, n = 5 %"], runs.Select(run => run.Method).Order());
        Assert.All(runs, run => Assert.Equal(DataKind.Simulated, run.Data));
        Assert.All(runs, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.Contains(runs, run => run.Metrics.Any(metric => metric is { Name: MetricName.AUROC, Level: MetricLevel.Pixel, Value: not null }));
        Assert.Contains("2661, 6, 94, 100", Text(), StringComparison.Ordinal);
        Assert.Contains("simulated, not patients", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Brain_mri_runs_on_a_users_own_images_without_outlines()
    {
        var (exitCode, errors, results) = Run("brain-mri.ipynb", "-p", "dataset", Images, "-p", "imageSize", "48", "-p", "coresetRatios", "[0.1]",
            "-p", "classifierSize", "24", "-p", "classifierEpochs", "2");

        Assert.True(exitCode == 0, errors);
        Assert.All(Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read), run => Assert.Equal("images", run.Dataset));
    }

    [Fact]
    public void Missing_volumes_of_rembrandt_say_how_to_get_them_and_name_the_stand_in()
    {
        var (exitCode, errors, _) = Run("brain-mri.ipynb", "-p", "dataset", "rembrandt");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Register with the publisher", errors, StringComparison.Ordinal);
        Assert.Contains("simulated-brains", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Fashion_mnist_rules_the_stated_ratio_out_and_sets_the_printed_numbers_beside_ours()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("fashion-mnist") is null, "Fashion-MNIST is not on this machine: ./medanomaly data get fashion-mnist");

        var (exitCode, errors, results) = RunIn("3-vae-thesis", "fashion-mnist.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Equal(1 + 17 + 2 + 8, runs.Count);
        Assert.All(runs.Values, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.InRange(runs["vae-fashion-mnist-reconstruction-error-ankle-boot"].Metric(MetricName.AP, MetricLevel.Image)!.Value!.Value, 0.6, 1);
        var text = Text();
        Assert.Contains("Dress 0.749, Shirt 0.666", text, StringComparison.Ordinal);
        foreach (var number in new[] { "0.872", "0.894", "0.749", "0.666", "0.997", "0.968", "0.909", "0.892", "0.895" }) Assert.Contains(number, text, StringComparison.Ordinal);
        foreach (var detector in MedAnomaly.Outliers.OutlierDetectors.Names) Assert.Contains($"vae-fashion-mnist-{detector.ToLowerInvariant()}-map", runs.Keys);
    }

    [Fact]
    public void Fashion_mnist_runs_on_a_users_own_images_and_claims_no_number_of_the_thesis_for_them()
    {
        var (exitCode, errors, results) = RunIn("3-vae-thesis", "fashion-mnist.ipynb", "-p", "dataset", Images, "-p", "imageSize", "16", "-p", "epochs", "2", "-p", "draws", "2",
            "-p", "seeds", "[3, 4]", "-p", "detectors", "[ECOD, KNN]");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToList();
        Assert.Equal(["VAE, ECOD", "VAE, ECOD, inductive", "VAE, KNN", "VAE, Reconstruction error"], runs.Select(run => run.Method).Order());
        Assert.All(runs, run => Assert.Equal(("images", null), (run.Dataset, run.Table)));
        Assert.All(runs, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
    }

    [Fact]
    public void Head_ct_trains_the_four_methods_and_sets_every_number_of_the_slides_beside_them()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("head-ct") is null, "head CT is not on this machine: ./medanomaly data where head-ct");

        var (exitCode, errors, results) = RunIn("2-head-ct", "head-ct.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Equal(["head-ct-head-ct-brightness-alone-run-0", "head-ct-head-ct-cae-run-0", "head-ct-head-ct-dagmm-run-0", "head-ct-head-ct-f-anogan-run-0", "head-ct-head-ct-ssae-run-0"], runs.Keys.Order());
        Assert.All(runs.Values, run => Assert.Equal("max-F1 on validation", run.Threshold));
        Assert.All(runs.Values, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.All(runs.Values, run => Assert.Equal([new ClassCounts(MetricLevel.Image, 50, 20)], run.Counts));
        var text = Text();
        foreach (var number in new[] { "0.78 ± 0.09", "0.81 ± 0.08", "0.87 ± 0.06", "0.74", "0.80", "0.86", "0.93", "0.88", "0.77", "0.84", "0.91", "0.833", "0.31" }) Assert.Contains(number, text, StringComparison.Ordinal);
        Assert.Contains("188 = 189", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Head_ct_runs_on_a_users_own_images_over_several_runs_with_ablations_and_reads_finished_trainings()
    {
        string[] parameters = ["-p", "dataset", Images, "-p", "imageSize", "32", "-p", "epochs", "2", "-p", "ganEpochs", "2", "-p", "ganWidth", "4", "-p", "runs", "[3, 0]", "-p", "methods", "[CAE, SSAE, f-AnoGAN]",
            "-p", "ablations", "[no augmentation, patches, port]", "-p", "patchCore", "false"];
        var own = Path.Combine(folder.FullName, "data");
        environment.Add(("MEDANOMALY_DATA", own));
        var (exitCode, errors, results) = RunIn("2-head-ct", "head-ct.ipynb", parameters);

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToList();
        Assert.Equal(["Brightness alone, run 3 of ten", "CAE, no augmentation, run 3 of ten", "CAE, patches, run 3 of ten", "CAE, run 3 of ten", "SSAE, run 3 of ten", "f-AnoGAN, port, run 3 of ten", "f-AnoGAN, run 3 of ten"], runs.Select(run => run.Method).Order(StringComparer.Ordinal));
        Assert.All(runs, run => Assert.Equal(("images", null), (run.Dataset, run.Table)));
        Assert.Contains("ours, 2 of ten", Text(), StringComparison.Ordinal);
        Assert.Contains("order, tested over 2 runs", Text(), StringComparison.Ordinal);
        var checkpoints = Directory.GetFiles(Path.Combine(own, "training"));
        Assert.Equal(2 * (1 + 1 + 2) + 1 + 2, checkpoints.Length);

        var hashes = runs.ToDictionary(run => run.Id, run => run.Hashes.Weights);
        Assert.Equal(0, RunIn("2-head-ct", "head-ct.ipynb", parameters).ExitCode);
        Assert.Contains("2 epochs, 0 of them now", Text(), StringComparison.Ordinal);
        Assert.Equal(hashes, Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id, run => run.Hashes.Weights));
    }

    [Fact]
    public void Fundus_quality_measures_what_the_stamp_tells_and_calls_drimdb_a_stand_in()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("drimdb") is null, "DRIMDB is not on this machine: ./medanomaly data where drimdb");
        Assert.SkipWhen(DataStore.FromEnvironment().Find("resnet50-imagenet") is null, "The weights are not on this machine: ./medanomaly data get resnet50-imagenet");

        var (exitCode, errors, results) = RunIn("2-head-ct", "fundus-quality.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Equal(["blur--laplacian", "densenet-121", "f-anogan", "low-contrast", "resnet-50", "unusual-brightness"], runs.Keys.Select(id => id["fundus-quality-drimdb-".Length..]).Order(StringComparer.Ordinal));
        Assert.All(runs.Values, run => Assert.Equal((DataKind.StandIn, null), (run.Data, run.Table)));
        Assert.All(runs.Values, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.Equal([new ClassCounts(MetricLevel.Image, 14, 25)], runs["fundus-quality-drimdb-densenet-121"].Counts);
        Assert.Equal([new ClassCounts(MetricLevel.Image, 34, 25)], runs["fundus-quality-drimdb-f-anogan"].Counts);
        Assert.Equal("most probable class", runs["fundus-quality-drimdb-resnet-50"].Threshold);
        var text = Text();
        foreach (var number in new[] { "0.75", "0.66", "0.63", "0.64", "0.80", "0.86", "0.33 to 0.35" }) Assert.Contains(number, text, StringComparison.Ordinal);
        foreach (var method in new[] { "Grad-CAM", "Grad-CAM++", "HiResCAM", "Score-CAM", "Eigen-CAM", "FullGrad" }) Assert.Contains(method, text.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("The time stamp alone", text, StringComparison.Ordinal);
        Assert.Contains("Outliers called bad, of 22", text, StringComparison.Ordinal);
        Assert.Contains("a stand-in (another dataset)", text, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder.FullName, "out.ipynb")).Length < 1 << 20);
    }

    [Fact]
    public void Fundus_quality_runs_on_a_users_own_images_with_ablations_and_reads_a_finished_training()
    {
        string[] parameters = ["-p", "dataset", Images, "-p", "networks", "[DenseNet-121]", "-p", "imageSize", "32", "-p", "epochs", "1", "-p", "scoreCamChannels", "2", "-p", "ganSize", "16", "-p", "ganEpochs", "1",
            "-p", "encoderEpochs", "1", "-p", "ablations", "[unweighted]"];
        environment.Add(("MEDANOMALY_DATA", Path.Combine(folder.FullName, "data")));

        var (exitCode, errors, results) = RunIn("2-head-ct", "fundus-quality.ipynb", parameters);

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Contains("fundus-quality-images-densenet-121--unweighted", runs.Keys);
        Assert.All(runs.Values, run => Assert.Equal(("images", null), (run.Dataset, run.Table)));
        Assert.DoesNotContain("The time stamp alone", Text(), StringComparison.Ordinal);
        Assert.Equal(0, RunIn("2-head-ct", "fundus-quality.ipynb", parameters).ExitCode);
        Assert.Contains("2 epochs, 0 of them now", Text(), StringComparison.Ordinal);
        Assert.Equal(runs["fundus-quality-images-f-anogan"].Hashes.Weights, RunRecordJson.Read(Path.Combine(results, "fundus-quality-images-f-anogan.json")).Hashes.Weights);
    }

    [Fact]
    public void Missing_ultra_widefield_images_say_who_has_them_and_name_the_stand_in()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("uwf") is not null, "The ultra-widefield images are on this machine.");

        var (exitCode, errors, _) = RunIn("2-head-ct", "fundus-quality.ipynb", "--small", "-p", "dataset", "uwf");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Only the authors of source 001 have these images; results here use DRIMDB (drimdb) in their place.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Encoders_are_tuned_and_compared_on_a_users_own_images()
    {
        // The other kind: what was abnormal is normal there.
        var other = Directory.CreateDirectory(Path.Combine(folder.FullName, "other")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(other, "normal"), Path.Combine(Images, "abnormal"));
        Directory.CreateSymbolicLink(Path.Combine(other, "abnormal"), Path.Combine(Images, "normal"));

        var (exitCode, errors, results) = Run("encoders.ipynb", "-p", "dataset", Images, "-p", "kinds", $"[{Images}, {other}]", "-p", "coresetRatio", "0.1",
            "-p", "imageSize", "48", "-p", "tuningSize", "32", "-p", "tuningImages", "20", "-p", "epochs", "1");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToList();
        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Null(run.Table));
        Assert.All(runs, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        Assert.Contains("98.30", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Brain_slices_sets_the_printed_numbers_beside_ours_and_measures_what_the_noise_does()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("mni152-2009") is null, "The template is not on this machine: ./medanomaly data get mni152-2009");

        var (exitCode, errors, results) = RunIn("3-vae-thesis", "brain-slices.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToDictionary(run => run.Id);
        Assert.Equal(4 * 6 + 5, runs.Count);
        Assert.All(runs.Values, run => Assert.Equal((DataKind.Simulated, null), (run.Data, run.Table)));
        Assert.InRange(runs["brain-slices-simulated-brains-pixel-residual-tumours"].Metric(MetricName.AP, MetricLevel.Pixel)!.Value!.Value, 0.01, 1);
        var text = Text();
        foreach (var number in new[] { "0.4005", "0.5345", "0.3302", "0.6844", "0.5374", "0.5849", "0.5741", "0.5655", "0.5387", "0.2978", "0.3179", "0.5159", "0.5692", "0.4583", "0.5041", "0.6045", "0.857" })
            Assert.Contains(number, text, StringComparison.Ordinal);
        Assert.Contains("simulated, not patients", text, StringComparison.Ordinal);
        Assert.Contains("Gain of background noise in mAP, with 95 % intervals", text, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder.FullName, "out.ipynb")).Length < 1 << 20);
    }

    [Fact]
    public void Brain_patches_sets_the_printed_numbers_beside_ours()
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("mni152-2009") is null, "The template is not on this machine: ./medanomaly data get mni152-2009");

        var (exitCode, errors, results) = RunIn("3-vae-thesis", "brain-patches.ipynb", "--small");

        Assert.True(exitCode == 0, errors);
        var runs = Directory.GetFiles(results, "*.json").Select(RunRecordJson.Read).ToList();
        Assert.Equal(4 * 4, runs.Count);
        Assert.All(runs, run => Assert.Equal((DataKind.Simulated, null), (run.Data, run.Table)));
        Assert.All(runs, run => Assert.All(run.Metrics, metric => Assert.Null(metric.Paper)));
        var text = Text();
        foreach (var number in new[] { "0.1933", "0.2194", "0.2469", "0.6942", "0.05893", "0.0755", "0.0947", "0.3074", "0.2107", "0.2098", "0.3492", "0.3614" })
            Assert.Contains(number, text, StringComparison.Ordinal);
        Assert.Contains("simulated, not patients", text, StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(folder.FullName, "out.ipynb")).Length < 1 << 20);
    }

    [Theory]
    [InlineData("brain-slices.ipynb")]
    [InlineData("brain-patches.ipynb")]
    public void Missing_volumes_of_mood_say_how_to_get_them(string notebook)
    {
        Assert.SkipWhen(DataStore.FromEnvironment().Find("mood") is not null, "MOOD is on this machine.");

        var (exitCode, errors, _) = RunIn("3-vae-thesis", notebook, "--small", "-p", "dataset", "mood");

        Assert.NotEqual(0, exitCode);
        Assert.Contains("Register at Synapse", errors, StringComparison.Ordinal);
        Assert.Contains("register every volume to SRI24", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_grid_of_the_ablations_notebook_is_swept_into_a_table()
    {
        var sweep = Path.Combine(folder.FullName, "small.sweep.yaml");
        File.WriteAllText(sweep, $$"""
            notebook: {{Path.Combine(Checkout.Root, "notebooks", "1-coreset-patchcore", "ablations.ipynb")}}
            parameters: {dataset: {{Images}}, imageSize: 48, cacheFeatures: false}
            grids: [{coresetRatio: [0.1, 0.5]}]
            """);
        var output = Path.Combine(folder.FullName, "sweep");

        var (exitCode, table, errors) = CommandLine.Run(["sweep", sweep, "-o", output]);

        Assert.True(exitCode == 0, errors);
        Assert.Contains("coresetRatio", table, StringComparison.Ordinal);
        Assert.Contains("small 2/2", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(output, "coresetRatio.png")));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(output, "table.csv")).Length);
        Assert.Equal(2, CommandLine.Run(["sweep", sweep, "-o", output, "--cores", "0"]).ExitCode);
    }
}
