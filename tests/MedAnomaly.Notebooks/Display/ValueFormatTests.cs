using MedAnomaly.Figures;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;

namespace MedAnomaly.Notebooks.Tests.Display;

public sealed class ValueFormatTests
{
    sealed record Row(string Name, double Score);

    sealed class Plain
    {
        public int A => 1;
        public string Broken => throw new InvalidOperationException("no");
    }

    sealed class Registered;

    sealed class RegisteredText;

    sealed class Bundle : IMimeBundle
    {
        public IReadOnlyDictionary<string, string> MimeBundle() =>
            new Dictionary<string, string> { [Mime.Plotly] = "{\"data\":[]}", [Mime.Png] = "AAAA", [Mime.Text] = "a figure" };
    }

    static string? Text(object? value) => ValueFormat.Of(value).Data[Mime.Text]?.GetValue<string>();

    static string? Html(object? value) => ValueFormat.Of(value).Data[Mime.Html]?.GetValue<string>();

    static IEnumerable<int> Endless()
    {
        for (var i = 0; ; i++) yield return i;
    }

    public static TheoryData<object?, string> Texts => new()
    {
        { null, "null" }, { "as it is", "as it is" }, { true, "true" }, { 1.5, "1.5" }, { 1e-17, "1E-17" }, { double.NaN, "NaN" }, { 2.5f, "2.5" }, { 1.10m, "1.10" },
        { new DateTime(2026, 1, 2), "2026-01-02" }, { new[] { 1, 2 }, "[1, 2]" }, { new[] { "a" }, "[\"a\"]" }, { (1, "a"), "(1, \"a\")" },
        { new Dictionary<string, int> { ["a"] = 1 }, "{ \"a\": 1 }" }, { new Row("x", 0.5), "Row { Name = \"x\", Score = 0.5 }" }, { new { A = 1 }, "{ A = 1 }" },
        { typeof(List<int?>), "List<int?>" }, { new float[2, 3], "float[2, 3]" }, { new InvalidOperationException("why"), "InvalidOperationException: why" },
        { new Plain(), "Plain { A = 1, Broken = InvalidOperationException: no }" },
    };

    [Theory]
    [MemberData(nameof(Texts), DisableDiscoveryEnumeration = true)]
    public void Values_read_as_one_would_write_them(object? value, string text) => Assert.Equal(text, Text(value));

    [Fact]
    public void A_sequence_of_records_is_a_table()
    {
        var html = Html(new[] { new Row("<a>", 0.123456789), new Row("b", 2) });
        Assert.Equal("<table><thead><tr><th>Name</th><th>Score</th></tr></thead><tbody>"
            + "<tr><td>&lt;a&gt;</td><td style=\"text-align:right\">0.123457</td></tr><tr><td>b</td><td style=\"text-align:right\">2</td></tr></tbody></table>", html);
    }

    [Fact]
    public void Long_and_endless_sequences_are_cut()
    {
        Assert.EndsWith(", 49, ...]", Text(Endless()), StringComparison.Ordinal);
        Assert.Contains("The first 100 rows.", Html(Endless().Select(i => new Row("r", i))), StringComparison.Ordinal);
        Assert.Contains("<td>…</td>", Html(new double[100, 100]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bundle_shows_its_own_forms_and_no_others()
    {
        var data = ValueFormat.Of(new Bundle()).Data;
        Assert.Equal([Mime.Plotly, Mime.Png, Mime.Text], data.Select(form => form.Key));
        Assert.Equal("{\"data\":[]}", data[Mime.Plotly]!.ToJsonString());
    }

    [Fact]
    public void A_formatter_that_the_user_registers_is_honoured()
    {
        Formatter.Register<Registered>(_ => "<b>mine</b>", Mime.Html);
        Assert.Equal("<b>mine</b>", Html(new Registered()));
    }

    [Fact]
    public void A_registered_formatter_is_honoured_inside_tables_and_lists()
    {
        Formatter.Register<Registered>(_ => "<b>mine</b>", Mime.Html);
        Assert.Contains("<tr><th>A</th><td><b>mine</b></td></tr>", Html(new { A = new Registered() }), StringComparison.Ordinal);
        Assert.Contains("<td><b>mine</b></td>", Html(new[] { new Registered() }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_formatter_for_plain_text_is_honoured()
    {
        Formatter.Register<RegisteredText>((_, writer) => writer.Write("<mine>"), Mime.Text);
        Assert.Equal([Mime.Text], ValueFormat.Of(new RegisteredText()).Data.Select(form => form.Key));
        Assert.Equal("<mine>", Text(new RegisteredText()));
        Assert.Contains("<td>&lt;mine&gt;</td>", Html(new { A = new RegisteredText() }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_shows_shape_type_device_and_elements()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Equal("<p><strong>Tensor (2 &#215; 3), Int64, cpu</strong></p><pre>[[0 1 2]\n [3 4 5]]</pre>", Html(torch.arange(6).reshape(2, 3)));
        Assert.StartsWith("<p><strong>Tensor (2 &#215; 3 &#215; 4 &#215; 5), Float32, cpu</strong></p><pre>[0, 0, :, :] =\n[[1 1 1 1 1]", Html(torch.ones(2, 3, 4, 5)), StringComparison.Ordinal);
        Assert.Contains("...", Html(torch.ones(2000, 2000)), StringComparison.Ordinal);
        Assert.Equal("<p><strong>Tensor (0 &#215; 3), Float32, cpu</strong></p>", Html(torch.zeros(0, 3)));
        var gone = torch.zeros(1);
        gone.Dispose();
        Assert.Equal("<p>A tensor that was disposed.</p>", Html(gone));
    }

    [Fact]
    public void Html_that_is_asked_for_is_ours_where_nobody_registered_another() =>
        Assert.Equal(Html(new { A = 1 }), ValueFormat.Of(new { A = 1 }, Mime.Html).Data[Mime.Html]?.GetValue<string>());

    [Fact]
    public void A_task_is_not_waited_for()
    {
        Assert.Equal("a task, not done: await it", Text(new TaskCompletionSource<int>().Task));
        Assert.Equal("a task, done: await it for its result", Text(Task.FromResult(3)));
        Assert.Equal("a task, failed: InvalidOperationException: why", Text(Task.FromException(new InvalidOperationException("why"))));
    }

    [Fact]
    public void The_formatters_rules_for_all_tables_of_the_page_are_stripped() =>
        Assert.DoesNotContain("<style", ValueFormat.Of("text", Mime.Html).Data[Mime.Html]!.GetValue<string>(), StringComparison.Ordinal);
}
