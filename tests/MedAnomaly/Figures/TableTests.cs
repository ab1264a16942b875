using System.Globalization;
using MedAnomaly.Figures;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Figures;

public sealed class TableTests
{
    static readonly Table Example = Table.Of([(Name: "a|b <i>", Value: 0.5), (Name: "c, \"d\"", Value: -12)], "Two & more",
        ("name", item => item.Name), ("value", item => item.Value));

    [Fact]
    public void A_table_is_shown_as_html_markdown_and_text_the_richest_first()
    {
        var bundle = Example.MimeBundle();

        Assert.Equal(["text/html", "text/markdown", "text/plain"], bundle.Keys);
        Assert.Equal("**Two & more**\n\n| name | value |\n| --- | ---: |\n| a\\|b &lt;i> | 0.5 |\n| c, \"d\" | -12 |\n", bundle["text/markdown"]);
        Assert.Equal("Two & more\nname     value\n-------  -----\na|b <i>    0.5\nc, \"d\"     -12\n", bundle["text/plain"]);
        Assert.Contains("<caption style=\"text-align:left;padding:4px 0\">Two &amp; more</caption>", bundle["text/html"], StringComparison.Ordinal);
        Assert.Contains("a|b &lt;i&gt;</td>", bundle["text/html"], StringComparison.Ordinal);
        Assert.DoesNotContain("<style", bundle["text/html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Comma_separated_values_quote_what_needs_it()
    {
        Assert.Equal("name,value\na|b <i>,0.5\n\"c, \"\"d\"\"\",-12\n", Example.ToCsv());
    }

    [Fact]
    public void Numbers_have_a_point_in_every_culture_and_undefined_metrics_their_reason()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
            var table = Table.Of([Metric.Of(0.25), Metric.Undefined("no lesion")], "", ("metric", metric => metric), ("half", _ => 0.5f));

            Assert.Equal("metric,half\n0.2500,0.5\nundefined (no lesion),0.5\n", table.ToCsv());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_long_table_is_cut_where_it_is_shown_and_says_so()
    {
        var table = Table.Of(Enumerable.Range(0, 1000), "", ("n", n => n));

        Assert.Contains("The first 200 of 1000 rows.", table.ToString(), StringComparison.Ordinal);
        Assert.Equal(203, table.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(1001, table.ToCsv().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }
}
