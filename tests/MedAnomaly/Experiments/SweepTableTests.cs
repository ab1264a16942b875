using System.Text.Json.Nodes;
using MedAnomaly.Data;
using MedAnomaly.Experiments;

namespace MedAnomaly.Tests.Experiments;

public sealed class SweepTableTests
{
    static RunRecord Run(double ratio, int seed, double? auroc, string manifest = "a", string layers = "layer2") => new()
    {
        Id = FormattableString.Invariant($"r-{ratio}-{seed}"),
        Dataset = "lung",
        Data = DataKind.Simulated,
        Protocol = RunProtocol.Corrected,
        Method = "PatchCore",
        Parameters = new Dictionary<string, JsonNode?> { ["coresetRatio"] = ratio, ["seed"] = seed, ["layers"] = new JsonArray("layer1", layers) },
        Metrics = [new(MetricName.AUROC, MetricLevel.Image, auroc, auroc - 0.02, auroc + 0.01)],
        Seconds = 12.4,
        Hashes = new(manifest.PadRight(64, '0')),
    };

    [Fact]
    public void A_row_a_run_shows_what_was_varied_and_measured()
    {
        var table = new SweepTable(["coresetRatio", "layers"], [Run(0.1, 0, 0.9), Run(0.01, 0, null)]).ToTable("Two runs.");

        Assert.Equal(["coresetRatio", "layers", "AUROC", "seconds"], table.Columns.Select(column => column.Name));
        Assert.Equal(["0.1", "layer1+layer2", "90.00 [88.00, 91.00]", "12"], table.Rows[0]);
        Assert.Equal(["0.01", "layer1+layer2", "", "12"], table.Rows[1]);
    }

    [Fact]
    public void A_plot_shows_the_runs_that_differ_in_one_parameter_only_in_the_order_of_its_values()
    {
        var table = new SweepTable(["coresetRatio", "seed", "layers"], [Run(0.25, 0, 0.95), Run(0.01, 0, 0.9), Run(0.1, 0, 0.93), Run(0.01, 1, 0.91)]);

        var figures = table.ToFigures();

        Assert.Equal(["coresetRatio", "seed"], figures.Select(entry => entry.Parameter));
        var json = JsonNode.Parse(figures[0].Figure.ToJson())!;
        Assert.Equal([0.01, 0.1, 0.25], json["data"]![0]!["x"]!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal([0.9, 0.93, 0.95], json["data"]![0]!["y"]!.AsArray().Select(value => value!.GetValue<double>()));
    }

    [Fact]
    public void Runs_on_two_states_of_the_data_do_not_stand_in_one_table()
    {
        var fault = Assert.Throws<UsageException>(() => new SweepTable(["seed"], [Run(0.1, 0, 0.9), Run(0.1, 1, 0.9, "b")]).ToTable(""));

        Assert.StartsWith("The runs on lung did not all see the same data", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("No run of the sweep saved a record", Assert.Throws<UsageException>(() => new SweepTable([], []).ToTable("")).Message, StringComparison.Ordinal);
    }
}
