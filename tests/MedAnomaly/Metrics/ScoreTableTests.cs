using System.Globalization;
using System.Text;
using MedAnomaly.Experiments;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class ScoreTableTests : IDisposable
{
    readonly string path = Path.Combine(Path.GetTempPath(), $"medanomaly-{Guid.NewGuid():N}.csv");

    public void Dispose() => File.Delete(path);

    ScoreTable Load(string text)
    {
        File.WriteAllText(path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return ScoreTable.Load(path);
    }

    string Fault(string text) => Assert.Throws<DataFormatException>(() => Load(text)).Message.Replace(path, "F", StringComparison.Ordinal);

    [Fact]
    public void Columns_in_any_order_and_case_with_quotes_and_other_columns_are_read()
    {
        var table = Load("\uFEFF\"Group\",note,SCORE,Label\r\n\"Müller, A.\",\"two\r\nlines \"\"x\"\"\",-1.5e-3,1\r\n\r\nB,, 2 , 0\r\n");

        Assert.Equal([-0.0015, 2], table.Scores);
        Assert.Equal([true, false], table.Labels);
        Assert.Equal(["Müller, A.", "B"], table.Groups!);
    }

    [Theory]
    [InlineData("label,score\n1,0.5\n0,0.25\n")]
    [InlineData("label,score\r\n1,0.5\r\n0,0.25")]
    [InlineData("label,score\r1,0.5\r0,0.25\r")]
    public void Any_line_end_will_do_and_the_last_may_be_missing(string text)
    {
        var table = Load(text);

        Assert.Equal([0.5, 0.25], table.Scores);
        Assert.Null(table.Groups);
    }

    [Fact]
    public void A_culture_with_a_decimal_comma_changes_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = culture;

            Assert.Equal([0.5], Load("label,score\n1,0.5\n").Scores);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Every_fault_names_its_line_and_column()
    {
        Assert.Equal("F is empty. Expected a header with the columns label and score, then a row a sample.", Fault(""));
        Assert.Equal("F has a header and no row. Expected a row a sample.", Fault("label,score\n"));
        Assert.Equal("F, line 1: there is no column 'score'; the header reads 'label,scores'. Expected label,score and perhaps group, with commas between. "
            + "Did you mean 'scores'?", Fault("label,scores\n1,2\n"));
        Assert.StartsWith("F, line 1: there is no column 'label'; the header reads 'label;score'.", Fault("label;score\n1;2\n"), StringComparison.Ordinal);
        Assert.StartsWith("F, line 1: there is no column 'label'; the header reads '1,0.5'.", Fault("1,0.5\n0,0.25\n"), StringComparison.Ordinal);
        Assert.Equal("F, line 1: the columns 1 and 3 are both called 'label'.", Fault("label,score,Label\n1,2,1\n"));
        Assert.Equal("F, line 3, column 2 (score): 'abc' is no number. Expected one with a decimal point, such as 0.25.", Fault("label,score\n1,2\n0,abc\n"));
        Assert.Equal("F, line 3: 3 fields, but the header has 2. A decimal comma makes two fields of one number: write a point.", Fault("label,score\n1,2\n0,0,5\n"));
        Assert.Equal("F, line 2, column 2 (score): '0,5' is no number. Expected one with a decimal point, such as 0.25.", Fault("label,score\n1,\"0,5\"\n"));
        Assert.Equal("F, line 2, column 2 (score): the score is NaN; a ranking needs finite numbers. Find out what made it.", Fault("label,score\n1,NaN\n"));
        Assert.Equal("F, line 2, column 2 (score): the score is 1e999; a ranking needs finite numbers. Find out what made it.", Fault("label,score\n1,1e999\n"));
        Assert.Equal("F, line 2, column 1 (label): the label is '2'. Expected 0 (normal) or 1 (abnormal).", Fault("label,score\n2,1\n"));
        Assert.Equal("F, line 2, column 1 (label): the label is '-1'. Expected 0 (normal) or 1 (abnormal).", Fault("label,score\n-1,1\n"));
        Assert.Equal("F, line 2, column 1 (label): the label is 'true'. Expected 0 (normal) or 1 (abnormal).", Fault("label,score\ntrue,1\n"));
        Assert.Equal("F, line 2, column 3 (group): the group is empty. Expected the patient or volume of the sample.", Fault("label,score,group\n1,1, \n"));
        Assert.Equal("F, line 3, column 1: the quote that opens the field is never closed.", Fault("label,score\n1,1\n\"1,1\n"));
        Assert.Equal("F, line 2, column 2: something follows the quote that closes the field.", Fault("label,score\n1,\"1\"x\n"));
        Assert.Equal("F, line 2, column 2: a quote stands inside a field that does not begin with one.", Fault("label,score\n1,1\"\n"));
        Assert.StartsWith($"{path}.none cannot be read:", Assert.Throws<DatasetException>(() => ScoreTable.Load(path + ".none")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_has_the_metrics_of_the_scores_with_intervals_and_the_keys_of_a_record()
    {
        var random = new SplitMix64(8);
        bool[] labels = [.. Enumerable.Range(0, 80).Select(i => i % 3 == 0)];
        double[] scores = [.. labels.Select(label => random.NextDouble() + (label ? 0.5 : 0))];
        var ranked = RankedScores.Of(scores, labels);

        var report = MetricsReport.Of(new ScoreTable(scores, labels, null), resamples: 200);

        Assert.Equal([MetricName.AUROC, MetricName.AP, MetricName.F1, MetricName.Precision, MetricName.Recall, MetricName.Specificity, MetricName.Accuracy,
            MetricName.BalancedAccuracy, MetricName.MCC], report.Metrics.Select(metric => metric.Name));
        Assert.Equal(ranked.Auroc.Value, report.Metrics[0].Value);
        Assert.Equal(ranked.MaxF1.Value, report.Metrics[2].Value);
        Assert.All(report.Metrics, metric => Assert.True(metric is { Level: MetricLevel.Image, N: 80, Paper: null } && metric.Low <= metric.Value && metric.Value <= metric.High));
        Assert.Equal(("max-F1 on test (oracle)", ranked.At(report.ThresholdValue!.Value).F1.Value), (report.Threshold, report.Metrics[2].Value!.Value));
        var alone = Bootstrap.Stratified(scores, labels).BiasCorrected(s => s.Auroc, resamples: 200);
        Assert.Equal((alone.Low.Value, alone.High.Value), (report.Metrics[0].Low!.Value, report.Metrics[0].High!.Value));

        using var json = System.Text.Json.JsonDocument.Parse(RunRecordJson.Write(report));
        Assert.Equal(["metrics", "threshold", "thresholdValue", "counts"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["name", "level", "value", "low", "high", "n", "paper"], json.RootElement.GetProperty("metrics")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("AUROC image", $"{json.RootElement.GetProperty("metrics")[0].GetProperty("name")} {json.RootElement.GetProperty("metrics")[0].GetProperty("level")}");
    }

    [Fact]
    public void Scores_of_one_class_report_no_value_and_no_threshold()
    {
        var normal = MetricsReport.Of(new ScoreTable([1, 2, 3], [false, false, false], null), resamples: 50);

        Assert.All(normal.Metrics, metric => Assert.Null(metric.Value));
        Assert.Null(normal.Threshold);
        Assert.Equal(1, MetricsReport.Of(new ScoreTable([1, 2], [true, true], ["a", "a"]), resamples: 50).Metrics.Single(metric => metric.Name == MetricName.F1).Value);
    }
}
