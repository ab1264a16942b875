using System.Text.Json.Nodes;
using MedAnomaly.Experiments;
using MedAnomaly.Files;

namespace MedAnomaly.Cli.Tests;

/// <summary>The first notebook at small size, as the README starts it.</summary>
public sealed class StartHereTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void The_first_notebook_runs_and_measures_the_same_at_every_run_with_one_seed()
    {
        var first = Run("first");
        var second = Run("second");

        Assert.Equal(first.Metrics, second.Metrics);
        Assert.Equal(Data.DataKind.Simulated, first.Data);
        Assert.All(first.Metrics, metric => Assert.Null(metric.Paper));
        Assert.InRange(first.Metric(MetricName.AUROC, MetricLevel.Image)!.Value!.Value, 0.5, 1);
        Assert.NotNull(first.Metric(MetricName.PRO, MetricLevel.Pixel)!.Value);
    }

    [Fact]
    public void An_unknown_parameter_ends_with_2_and_names_the_nearest()
    {
        var (exitCode, _, errors) = CommandLine.Run(["run", "-p", "coresetRation", "0.1", "-o", Path.Combine(folder.FullName, "out.ipynb")]);

        Assert.Equal(2, exitCode);
        Assert.Contains("coresetRatio", errors, StringComparison.Ordinal);
        Assert.Empty(folder.GetFiles());
    }

    RunRecord Run(string name)
    {
        var notebook = Path.Combine(folder.FullName, name + ".ipynb");
        var results = Path.Combine(folder.FullName, name);

        var (exitCode, output, errors) = CommandLine.Run(
            ["run", Path.Combine(Checkout.Root, "notebooks", "00-start-here.ipynb"), "--small", "-o", notebook],
            ("MEDANOMALY_RESULTS", results));

        Assert.True(exitCode == 0, errors);
        Assert.Contains($"notebook: {notebook}", output, StringComparison.Ordinal);
        var cells = JsonNode.Parse(File.ReadAllText(notebook))!["cells"]!.AsArray();
        var figures = cells.SelectMany(cell => cell!["outputs"]?.AsArray() ?? []).Where(shown => shown!["data"]?["image/png"] is not null).ToList();
        Assert.True(figures.Count >= 5);
        Assert.All(figures, figure => Assert.Equal(["application/vnd.plotly.v1+json", "image/png", "text/plain"],
            figure!["data"]!.AsObject().Select(form => form.Key).Order(StringComparer.Ordinal)));
        return RunRecordJson.Read(Path.Combine(results, "local", "00-start-here-simulated-brains.json"));
    }
}
