using System.Text.Json.Nodes;
using MedAnomaly.Images;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;
using MedAnomaly.Notebooks.Tests.Sessions;

namespace MedAnomaly.Notebooks.Tests.Display;

[Collection("sessions")]
public sealed class PackageViewTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CSharpSession session;
    readonly RecordedOutput output = new();

    public PackageViewTests() => session = new(folder.Path);

    public void Dispose() => folder.Dispose();

    JsonObject Show(string package, string code)
    {
        var opened = session.Execute($"#r \"nuget: {package}\"", "In[1]", output, CancellationToken.None);
        Assert.True(opened.Error is null, string.Join('\n', opened.Error?.Traceback ?? []));
        var shown = session.Execute(code, "In[2]", output, CancellationToken.None);
        Assert.True(shown.Error is null, string.Join('\n', shown.Error?.Traceback ?? []));
        return shown.Value!.Data;
    }

    [Fact]
    public void A_chart_of_Plotly_NET_is_a_figure()
    {
        var data = Show("Plotly.NET.CSharp, 0.14.0", "Plotly.NET.CSharp.Chart.Line<double, double, string>(new[] { 1.0, 2, 3 }, new[] { 1.0, 4, 9 })");

        Assert.Equal([1.0, 4, 9], data[Mime.Plotly]!["data"]![0]!["y"]!.AsArray().Select(y => y!.GetValue<double>()));
        Assert.Equal("a chart of Plotly.NET", (string?)data[Mime.Text]);
    }

    [Fact]
    public void A_frame_of_Deedle_is_a_table()
    {
        var data = Show("Deedle, 8.1.0", "Deedle.Frame.FromRecords(new[] { new { Name = \"a<b\", Auroc = 0.9 }, new { Name = \"c\", Auroc = double.NaN } })");

        var html = (string?)data[Mime.Html];
        foreach (var part in new[] { "<th>Name</th>", "<th>Auroc</th>", "a&lt;b", "0.9", "&lt;missing&gt;" }) Assert.Contains(part, html, StringComparison.Ordinal);
        Assert.Contains("0.9", (string?)data[Mime.Text], StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_of_ImageSharp_is_an_image()
    {
        var data = Show("SixLabors.ImageSharp, 2.1.13", """
            var image = new SixLabors.ImageSharp.Image<SixLabors.ImageSharp.PixelFormats.Rgb24>(3, 2);
            image[1, 0] = new(200, 100, 50);
            image
            """);

        using var png = new MemoryStream(Convert.FromBase64String((string)data[Mime.Png]!));
        var image = Image.Load<Rgb24>(png);
        Assert.Equal((3, 2, new Rgb24(200, 100, 50)), (image.Width, image.Height, image[1, 0]));
        Assert.Equal("3 x 2 pixels", (string?)data[Mime.Text]);
    }
}
