using System.Globalization;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Says in words what a figure shows, where its maker has not said it.</summary>
static class Description
{
    const int MostTraces = 12;

    public static string Of(Figure figure)
    {
        var title = new[] { Sentence(figure.Layout.Title), Sentence(figure.Layout.Subtitle) };
        return string.Join(" ", title.Append(figure.Summary ?? OfTraces(figure)).Where(sentence => sentence.Length > 0));
    }

    static string OfTraces(Figure figure)
    {
        var layout = figure.Layout;
        var sentences = new List<string>
        {
            layout.Subplots.Count == 1 ? Axes(layout.Subplots[0])
                : $"{layout.Subplots.Count} plots in {Counted(layout.Subplots.Max(subplot => subplot.Row) + 1, "row")} and {Counted(layout.Subplots.Max(subplot => subplot.Column) + 1, "column")}.",
        };
        var told = figure.Data.Select(Of).Where(text => text.Length > 0).ToArray();
        sentences.AddRange(told.Take(MostTraces));
        if (told.Length > MostTraces)
            sentences.Add($"And {told.Length - MostTraces} more.");
        return string.Join(" ", sentences.Where(sentence => sentence.Length > 0));
    }

    static string Sentence(string? text) => string.IsNullOrWhiteSpace(text) ? "" : text.EndsWith('.') ? text : text + ".";

    static string Axes(Subplot subplot) => (subplot.X.Title, subplot.Y.Title) switch
    {
        ({ } x, { } y) => $"{y} over {x}.",
        ({ } x, null) => $"Over {x}.",
        (null, { } y) => $"{y}.",
        _ => "",
    };

    static string Of(Trace trace) => trace switch
    {
        ScatterTrace { Name: not null } scatter => $"{scatter.Name}: {Counted(scatter.X.Count, "point")}{Range(scatter.Y.Numbers)}.",
        ScatterTrace { Name: null, Marker: null, Fill: not Fill.None } => "",
        ScatterTrace { Line.Dash: Dash.Solid } or ScatterTrace { Marker: not null } => ((ScatterTrace)trace) is var scatter
            ? $"{Counted(scatter.X.Count, "point")}{Range(scatter.Y.Numbers)}." : "",
        BarTrace { Keys.Categories: { } keys } bars => $"{Prefix(bars.Name)}{string.Join(", ", keys.Zip(bars.Values, (key, value) => $"{key} {Number(value)}").Take(20))}.",
        BarTrace bars => $"{Prefix(bars.Name)}{Counted(bars.Values.Count, "bar")}{Range(bars.Values)}.",
        BoxTrace box => $"{Prefix(box.Name)}median {Number(box.Statistics.Median)}, quartiles {Number(box.Statistics.Q1)} and {Number(box.Statistics.Q3)}.",
        HeatmapTrace map => $"{map.Rows} x {map.Columns} values from {Number(map.ZMin)} to {Number(map.ZMax)}.",
        ImageTrace image => $"{Prefix(image.Name)}an image of {image.Width} x {image.Height} pixels.",
        _ => "",
    };

    static string Prefix(string? name) => string.IsNullOrEmpty(name) ? "" : name + ": ";

    static string Range(IReadOnlyList<double> values)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        return finite.Length == 0 ? "" : $", {Number(finite.Min())} to {Number(finite.Max())}, last {Number(finite[^1])}";
    }

    public static string Counted(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");

    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
