using MedAnomaly.Data;
using MedAnomaly.Experiments;

namespace MedAnomaly.Tests.Experiments;

public sealed class ResultTableTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    static readonly RunRecord StandIn = RunRecordJsonTests.Example with
    {
        Id = "000-table4-stand-in",
        Table = "Table 10",
        Dataset = "br35h",
        Data = DataKind.StandIn,
        Protocol = RunProtocol.Corrected,
        Threshold = "normal quantile 0.95 on validation",
        Metrics = [new(MetricName.AUROC, MetricLevel.Image, 0.9)],
        Counts = [new(MetricLevel.Image, 50, 50)],
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_table_shows_the_paper_ours_the_interval_the_verdict_and_the_trivial_classifier()
    {
        Assert.Equal("""
            **Table 1. Measured on real data.**

            | Method | Source | image AUROC | image F1 | pixel PRO |
            | --- | --- | ---: | ---: | ---: |
            | PatchCore, n = 1 % | paper | 96.54 | 97.80 | – |
            | PatchCore, n = 1 % | ours, as published | 96.12 [95.00, 97.00] | 97.00 [96.00, 98.00] | undefined |
            |  | ours and the paper's | inside our interval | inside our interval | – |
            | iq-oth-nccd: 621 of 719 images abnormal, prevalence 86.37 % | trivial classifier | 50.00 | 92.69 |  |

            All values times 100. In brackets the 95 % interval; a verdict takes it as the tolerance.

            The trivial classifier calls everything abnormal; under AUROC, AP and PRO stands what scores without information get.

            Threshold of PatchCore, n = 1 % (as published): max-F1 on test (oracle).

            """.ReplaceLineEndings("\n"), ResultTable.Of("Table 1.", [RunRecordJsonTests.Example]).ToMarkdown());
    }

    [Fact]
    public void A_run_on_other_data_never_stands_in_the_papers_row_and_its_caption_says_so()
    {
        var table = ResultTable.Of("Table 4.", [StandIn], [new("PatchCore", [(MetricName.AUROC, MetricLevel.Image, 0.9349)])]);

        Assert.Equal("Table 4. Measured on a stand-in (another dataset).", table.Caption);
        Assert.Equal(["PatchCore", "paper, no run on its data here", "93.49"], table.Rows[0]);
        Assert.Equal(["PatchCore, n = 1 %", "ours on br35h, a stand-in (another dataset), corrected", "90.00"], table.Rows[1]);
        Assert.Contains("A stand-in or simulated data cannot confirm or refute the paper's numbers.", table.Notes);
        Assert.Equal("Both. Measured on real data and on simulated data.",
            ResultTable.Of("Both.", [StandIn with { Data = DataKind.Simulated }, RunRecordJsonTests.Example]).Caption);
    }

    [Fact]
    public void Two_protocols_of_one_method_share_the_papers_row()
    {
        var table = ResultTable.Of("Table 1.", [RunRecordJsonTests.Example, RunRecordJsonTests.Example with { Protocol = RunProtocol.Corrected }]);

        Assert.Equal(["paper", "ours, as published", "ours and the paper's", "ours, corrected", "ours and the paper's", "trivial classifier"],
            table.Rows.Select(row => row[1]));
    }

    [Theory]
    [InlineData(0.9612, 0.95, 0.97, 0.9654, "inside our interval", true)]
    [InlineData(0.931, 0.92, 0.94, 0.962, "below by 3.1 points", false)]
    [InlineData(0.99, 0.98, 1.0, 0.95, "above by 4.0 points", false)]
    [InlineData(0.954, null, null, 0.95, "above by 0.4 points (no interval)", null)]
    public void A_comparison_takes_our_interval_as_its_tolerance(double ours, double? low, double? high, double paper, string verdict, bool? agrees)
    {
        var comparison = new Comparison(ours, low, high, paper);

        Assert.Equal(verdict, comparison.Verdict);
        Assert.Equal(agrees, comparison.Agrees);
    }

    [Fact]
    public void The_page_is_sorted_and_the_same_for_the_same_records()
    {
        var records = new[] { StandIn, RunRecordJsonTests.Example, StandIn with { Id = "demo", Paper = null, Table = null }, StandIn with { Id = "t2", Table = "Table 2" } };

        var page = ResultsPage.Render(records);

        Assert.Equal(page, ResultsPage.Render([.. records.Reverse()]));
        string[] places = ["## Paper 000", "**Table 1, iq-oth-nccd.", "**Table 2, br35h.", "**Table 10, br35h.", "## Of no paper", "**br35h. Measured on a stand-in"];
        Assert.Equal(places, places.OrderBy(place => page.IndexOf(place, StringComparison.Ordinal)));
        Assert.All(places, place => Assert.Contains(place, page, StringComparison.Ordinal));
        Assert.Contains("Records: [demo](demo.json)", page, StringComparison.Ordinal);
        Assert.Contains("Nothing is recorded yet.", ResultsPage.Render([]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_is_written_from_the_recorded_runs_only_and_only_when_it_changes()
    {
        var store = new ResultStore(folder.FullName);
        store.Save(RunRecordJsonTests.Example, record: true);
        store.Save(StandIn, record: false);

        var path = ResultsPage.Write(store);
        var written = File.GetLastWriteTimeUtc(path);
        File.SetLastWriteTimeUtc(path, written.AddDays(-1));
        ResultsPage.Write(store);

        Assert.Equal(written.AddDays(-1), File.GetLastWriteTimeUtc(path));
        Assert.DoesNotContain("br35h", File.ReadAllText(path), StringComparison.Ordinal);
    }
}
