using System.Globalization;
using System.Text;
using System.Text.Json;
using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Experiments;

public sealed class RunRecordJsonTests
{
    internal static readonly RunRecord Example = new()
    {
        Id = "000-table1-patchcore-n1",
        Paper = "000",
        Table = "Table 1",
        Dataset = "iq-oth-nccd",
        Data = DataKind.Real,
        Protocol = RunProtocol.AsPublished,
        Method = "PatchCore, n = 1 %",
        Threshold = "max-F1 on test (oracle)",
        Parameters = new Dictionary<string, System.Text.Json.Nodes.JsonNode?> { ["size"] = 224, ["coresetRatio"] = 0.01, ["layers"] = new System.Text.Json.Nodes.JsonArray("layer2", "layer3") },
        Metrics =
        [
            new(MetricName.F1, MetricLevel.Image, 0.97, 0.96, 0.98, 719, 0.978),
            new(MetricName.AUROC, MetricLevel.Image, 0.9612, 0.95, 0.97, 719, 0.9654),
            new(MetricName.PRO, MetricLevel.Pixel, null),
        ],
        Counts = [new(MetricLevel.Image, 621, 98)],
        Seconds = 12.5,
        Commit = "0123456789abcdef",
        Seed = 7,
        Versions = new Dictionary<string, string> { ["libtorch"] = "1.13.1", ["dotnet"] = "10.0.0" },
        Hashes = new(new string('a', 64), null),
    };

    static DataFormatException Refuse(string json) =>
        Assert.Throws<DataFormatException>(() => RunRecordJson.Parse(Encoding.UTF8.GetBytes(json), "results/x.json"));

    static string Changed(string old, string replacement)
    {
        var json = RunRecordJson.Write(Example);
        Assert.Contains(old, json);
        return json.Replace(old, replacement);
    }

    [Fact]
    public void A_record_is_written_with_the_keys_and_names_of_the_format()
    {
        using var json = JsonDocument.Parse(RunRecordJson.Write(Example));
        var record = json.RootElement;

        Assert.Equal(["id", "paper", "table", "dataset", "data", "protocol", "method", "threshold", "parameters", "metrics", "counts", "seconds", "commit",
            "seed", "versions", "hashes"], record.EnumerateObject().Select(property => property.Name));
        Assert.Equal(("real", "as-published"), (record.GetProperty("data").GetString(), record.GetProperty("protocol").GetString()));
        Assert.Equal(["coresetRatio", "layers", "size"], record.GetProperty("parameters").EnumerateObject().Select(property => property.Name));
        Assert.Equal("""{"name":"AUROC","level":"image","value":0.9612,"low":0.95,"high":0.97,"n":719,"paper":0.9654}""", Compact(record.GetProperty("metrics")[0]));
        Assert.Equal("""{"name":"PRO","level":"pixel","value":null,"low":null,"high":null,"n":null,"paper":null}""", Compact(record.GetProperty("metrics")[2]));
        Assert.Equal(JsonValueKind.Null, record.GetProperty("hashes").GetProperty("weights").ValueKind);

        static string Compact(JsonElement element) => JsonSerializer.Serialize(element);
    }

    [Fact]
    public void Reading_and_writing_again_gives_the_same_bytes_whatever_the_culture()
    {
        var expected = RunRecordJson.Write(Example);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
            CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "~";
            Assert.Equal(expected, RunRecordJson.Write(RunRecordJson.Parse(Encoding.UTF8.GetBytes(expected), "x.json")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Metrics_are_sorted_so_that_the_order_of_measuring_does_not_show()
    {
        Assert.Equal(RunRecordJson.Write(Example), RunRecordJson.Write(Example with { Metrics = [.. Example.Metrics.Reverse()] }));
        Assert.Equal("[]\n", RunRecordJson.WriteAll([]));
        Assert.Equal(2, JsonDocument.Parse(RunRecordJson.WriteAll([Example, Example])).RootElement.GetArrayLength());
    }

    [Fact]
    public void Unknown_and_repeated_and_missing_keys_are_refused_with_their_place()
    {
        Assert.Equal("results/x.json is not a result record: $.metrics[0].precent (line 23): "
            + "The JSON property 'precent' could not be mapped to any .NET member contained in type 'MedAnomaly.Experiments.MetricValue'.",
            Refuse(Changed("\"low\": 0.95,", "\"precent\": 1,")).Message);
        Assert.Matches(@"^results/x\.json is not a result record: \$\.seed \(line \d+\): Duplicate property 'seed'",
            Refuse(Changed("\"seed\": 7,", "\"seed\": 7,\n\"seed\": 8,")).Message);
        Assert.Contains("'dataset'", Refuse(Changed("\"dataset\": \"iq-oth-nccd\",", "")).Message, StringComparison.Ordinal);
        Assert.Equal("results/x.json is not a result record: $.data (line 6): 'fake' is none of real, stand-in, simulated.",
            Refuse(Changed("\"data\": \"real\"", "\"data\": \"fake\"")).Message);
        Assert.Contains("$.metrics[0].name (line 20): 'auroc' is none of AUROC, AP, F1,", Refuse(Changed("\"AUROC\"", "\"auroc\"")).Message, StringComparison.Ordinal);
        Assert.Contains("$.metrics[0].level (line 21): a value that is no string is none of image, pixel, volume.",
            Refuse(Changed("\"AUROC\",\n      \"level\": \"image\"", "\"AUROC\",\n      \"level\": 0")).Message, StringComparison.Ordinal);
        Assert.Equal("results/x.json is not a result record: $ is null.", Refuse("null").Message);
        Assert.StartsWith("results/x.json is not a result record: $ (line 1): ", Refuse("<html>").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"value\": 0.9612", "\"value\": 96.12", "$.metrics[0].value is 96.12; AUROC lies in [0, 1], not in percent.")]
    [InlineData("\"value\": 0.9612", "\"value\": -0.1", "$.metrics[0].value is -0.1; AUROC lies in [0, 1].")]
    [InlineData("\"paper\": 0.9654", "\"paper\": 120", "$.metrics[0].paper is 120; AUROC lies in [0, 1].")]
    [InlineData("\"low\": 0.95", "\"low\": null", "$.metrics[0].low and high are either both there or both null.")]
    [InlineData("\"low\": 0.95", "\"low\": 0.99", "$.metrics[0].low is 0.99, above high, which is 0.97.")]
    [InlineData("\"name\": \"F1\"", "\"name\": \"AUROC\"", "$.metrics[1] repeats AUROC of level image.")]
    [InlineData("\"n\": 719", "\"n\": -1", "$.metrics[0].n is -1; a count is not negative.")]
    [InlineData("\"seconds\": 12.5", "\"seconds\": -1", "$.seconds is -1; a duration is finite and not negative.")]
    [InlineData("\"positives\": 621", "\"positives\": -1", "$.counts[0] has a negative count.")]
    [InlineData("\"data\": \"real\"", "\"data\": \"stand-in\"", "$.metrics[0].paper must be null: the run is on a stand-in (another dataset), "
        + "for which the paper has no number. Show the paper's number in a row of its own.")]
    [InlineData("\"id\": \"000-", "\"id\": \"../000-", "$.id is '../000-table1-patchcore-n1'; an id has 1 to 120 lower-case letters, digits, '.', '_' or '-', "
        + "and begins with none of '.' and '-'.")]
    [InlineData("\"size\": 224", "\"size\": {\"a\": 1}", "$.parameters.size is nested; a parameter is a string, a number, a boolean, null, or an array of these.")]
    [InlineData("\"weights\": null", "\"weights\": \"abc\"", "$.hashes.weights is 'abc'; a SHA-256 is 64 lower-case hexadecimal digits.")]
    public void A_value_that_cannot_be_is_refused_with_its_path(string old, string replacement, string fault)
    {
        Assert.Equal("results/x.json is not a result record: " + fault, Refuse(Changed(old, replacement)).Message);
    }

    [Fact]
    public void Only_the_correlation_coefficient_may_be_negative_and_nothing_else_is_written()
    {
        var correlation = Example with { Metrics = [new(MetricName.MCC, MetricLevel.Image, -0.2)] };
        Assert.Contains("\"value\": -0.2", RunRecordJson.Write(correlation), StringComparison.Ordinal);

        var fault = Assert.Throws<UsageException>(() => RunRecordJson.Write(Example with { Metrics = [new(MetricName.F1, MetricLevel.Image, double.NaN)] }));
        Assert.Equal("The result record '000-table1-patchcore-n1' cannot be written: $.metrics[0].value is NaN; F1 lies in [0, 1].", fault.Message);
    }

    [Fact]
    public void Undefined_metrics_and_estimates_become_nulls()
    {
        var none = MetricValue.Of(MetricName.AUROC, MetricLevel.Image, Metric.Undefined("no abnormal sample"), 5);
        var estimate = Bootstrap.Stratified([1, 2, 3], [false, false, true]).Percentile(sample => sample.Auroc);

        Assert.Equal(new MetricValue(MetricName.AUROC, MetricLevel.Image, null, N: 5), none);
        Assert.Equal(new MetricValue(MetricName.AUROC, MetricLevel.Image, 1), MetricValue.Of(MetricName.AUROC, MetricLevel.Image, estimate));
        Assert.Equal(7, MetricValue.Of(new ConfusionMatrix(1, 2, 3, 4), MetricLevel.Volume).Count);
    }
}
