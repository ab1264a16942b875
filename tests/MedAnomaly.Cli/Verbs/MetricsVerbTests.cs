using System.Text.Json;

namespace MedAnomaly.Cli.Tests.Verbs;

public sealed class MetricsVerbTests : IDisposable
{
    readonly string path = Path.Combine(Path.GetTempPath(), $"medanomaly-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Scores_print_as_the_metrics_of_a_record_and_nothing_else()
    {
        File.WriteAllText(path, "label,score\n0,1\n0,2\n0,3\n1,2.5\n1,4\n1,5\n");

        var (exitCode, output, _) = CommandLine.Run(["metrics", path, "--json"]);

        Assert.Equal(0, exitCode);
        using var json = JsonDocument.Parse(output);
        var auroc = json.RootElement.GetProperty("metrics")[0];
        Assert.Equal(("AUROC", 8 / 9.0), (auroc.GetProperty("name").GetString()!, auroc.GetProperty("value").GetDouble()));
        Assert.True(auroc.GetProperty("low").GetDouble() < 8 / 9.0);
    }

    [Fact]
    public void Inverted_labels_are_noticed_on_standard_error()
    {
        File.WriteAllText(path, "label,score\n1,1\n1,2\n0,3\n0,4\n");

        var (exitCode, output, errors) = CommandLine.Run(["metrics", path, "--resamples", "0"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("AUROC             0.0000", output, StringComparison.Ordinal);
        Assert.Equal("medanomaly: the AUROC is 0.0000, below 0.5. Are labels or scores inverted? 1 is abnormal, and a higher score is more abnormal.", errors.Trim());
    }

    [Fact]
    public void Faults_end_with_the_exit_code_of_their_kind()
    {
        File.WriteAllText(path, "label,score\n1,x\n");

        var damaged = CommandLine.Run(["metrics", path]);
        Assert.Equal((3, $"medanomaly: {path}, line 2, column 2 (score): 'x' is no number. Expected one with a decimal point, such as 0.25."), (damaged.ExitCode, damaged.Errors.Trim()));
        var neither = CommandLine.Run(["metrics"]);
        Assert.Equal((2, "medanomaly: metrics takes either a CSV file or both --maps DIR and --masks DIR."), (neither.ExitCode, neither.Errors.Trim()));
        Assert.Equal(2, CommandLine.Run(["metrics", "--maps", "."]).ExitCode);
        Assert.Equal(2, CommandLine.Run(["metrics", path, "--resamples", "-1"]).ExitCode);
    }
}
