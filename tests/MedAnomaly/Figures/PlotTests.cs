using System.Text.Json;
using MedAnomaly.Detectors;
using MedAnomaly.Figures;
using MedAnomaly.Images;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Figures;

public sealed class PlotTests
{
    static readonly RankedScores scores = RankedScores.Of([0.1, 0.4, 0.35, 0.8], [false, false, true, true]);

    [Fact]
    public void A_roc_curve_shows_its_points_its_area_and_chance()
    {
        var figure = Plot.RocCurve(scores, "PatchCore", new Estimate(0.75, 0.5, 1, 0.95, 2000, 0));

        var curve = (ScatterTrace)figure.Data[0];
        Assert.Equal([0, 0, 0.5, 0.5, 1], curve.X.Numbers);
        Assert.Equal([0, 0.5, 0.5, 1, 1], curve.Y.Numbers);
        Assert.Equal("PatchCore\nAUROC 0.750 (95 % CI 0.500–1.000)", curve.Name);
        Assert.Equal("Chance", figure.Data[1].Name);
        Assert.Equal("ROC curve. PatchCore: AUROC 0.750 (95 % CI 0.500–1.000).", figure.AltText);
    }

    [Fact]
    public void A_band_is_an_area_of_its_own_below_the_curve()
    {
        var figure = Plot.RocCurve(RocSeries.Of("a", scores) with { Band = new([0, 0.5, 1], [0, 0.4, 1], [0.2, 0.9, 1]) });

        var band = (ScatterTrace)figure.Data[0];
        Assert.Equal([0, 0.5, 1, 1, 0.5, 0], band.X.Numbers);
        Assert.Equal([0.2, 0.9, 1, 1, 0.4, 0], band.Y.Numbers);
        Assert.Equal("The band's X and its High must be equally many: got 1 and 2.",
            Assert.Throws<ArgumentException>(() => Plot.RocCurve(RocSeries.Of("a", scores) with { Band = new([0], [0], [1, 1]) })).Message);
    }

    [Fact]
    public void A_precision_recall_curve_is_drawn_in_steps_over_the_prevalence()
    {
        var figure = Plot.PrecisionRecallCurve(scores, "PatchCore");

        var curve = (ScatterTrace)figure.Data[0];
        Assert.Equal([0, 0.5, 0.5, 1], curve.X.Numbers);
        Assert.Equal([1, 1, 2.0 / 3, 2.0 / 3], curve.Y.Numbers);
        Assert.Equal("All called abnormal (prevalence 0.500)", figure.Data[1].Name);
        Assert.Equal("Precision-recall curve. PatchCore: AP 0.833 at prevalence 0.500.", figure.AltText);
    }

    [Fact]
    public void No_curve_is_refused()
    {
        Assert.StartsWith("There is no ROC curve to draw: give at least one.",
            Assert.Throws<ArgumentException>(() => Plot.RocCurve(Array.Empty<RocSeries>())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_histograms_share_bins_and_each_sums_to_one()
    {
        var figure = Plot.ScoreHistogram([0, 1, 1, 2], [3, 4], new Threshold(2.5, ThresholdRule.MaxF1, ThresholdSource.Test), bins: 4);

        var (normal, abnormal) = ((BarTrace)figure.Data[0], (BarTrace)figure.Data[1]);
        Assert.Equal([0.25, 0.5, 0.25, 0], normal.Values);
        Assert.Equal([0, 0, 0, 1], abnormal.Values);
        Assert.Equal(normal.Keys.Numbers, abnormal.Keys.Numbers);
        Assert.Equal("Normal (n = 4)", normal.Name);
        Assert.Equal("2.5: max-F1 on test (oracle)", figure.Layout.Subplots[0].ReferenceLines.Single().Label);
        Assert.Equal("Histogram of anomaly scores. Normal: n = 4, median 1, quartiles 0.75 and 1.25. Abnormal: n = 2, median 3.5, quartiles 3.25 and 3.75. "
            + "Threshold 2.5, max-F1 on test (oracle).", figure.AltText);
    }

    [Fact]
    public void A_confusion_matrix_says_counts_and_shares_of_the_truth()
    {
        var figure = Plot.ConfusionMatrix(scores.At(0.35));

        var map = (HeatmapTrace)figure.Data.Single();
        Assert.Equal("1\n50.0 %", map.Text![0, 0]);
        Assert.Equal("2\n100.0 %", map.Text[1, 1]);
        Assert.Equal("Confusion matrix. Normal: 1 = 50.0 % called Normal, 1 = 50.0 % called Abnormal. Abnormal: 0 = 0.0 % called Normal, 2 = 100.0 % called Abnormal.", figure.AltText);
        Assert.StartsWith("A confusion matrix is square; this one is 1 x 2.",
            Assert.Throws<ArgumentException>(() => Plot.ConfusionMatrix(new long[,] { { 1, 2 } }, ["a"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_class_without_samples_has_no_share()
    {
        var map = (HeatmapTrace)Plot.ConfusionMatrix(new long[,] { { 0, 0 }, { 1, 3 } }, ["a", "b"]).Data.Single();

        Assert.Equal("0", map.Text![0, 0]);
        Assert.True(double.IsNaN(map.Z[0, 0]));
        using var json = JsonDocument.Parse(Plot.ConfusionMatrix(new long[,] { { 0, 0 }, { 1, 3 } }, ["a", "b"]).ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("data")[0].GetProperty("z")[0][0].ValueKind);
    }

    [Fact]
    public void Learning_curves_start_at_epoch_one()
    {
        var figure = Plot.LearningCurves([("training", [3, 2, 1]), ("validation", [3, 2.5, 2.25])], log: true);

        Assert.Equal([1, 2, 3], ((ScatterTrace)figure.Data[1]).X.Numbers);
        Assert.Equal(AxisType.Log, figure.Layout.Subplots.Single().Y.Type);
        Assert.Equal("Loss over Epoch. training: 3 points, 1 to 3, last 1. validation: 3 points, 2.25 to 3, last 2.25.", figure.AltText);
    }

    [Fact]
    public void A_learning_curve_goes_past_epochs_without_a_value()
    {
        var line = (ScatterTrace)Plot.LearningCurves([("validation AUROC", [double.NaN, 0.5, double.NaN, 0.75, double.NaN, 0.7])]).Data.Single();

        Assert.Equal([2, 4, 6], line.X.Numbers);
        Assert.Equal([0.5, 0.75, 0.7], line.Y.Numbers);
    }

    [Fact]
    public void A_heat_map_row_shows_image_truth_map_and_overlay_with_the_outline_of_the_truth()
    {
        var image = new Image<L8>(4, 3);
        var mask = Mask.FromPixels([false, false, false, false, false, true, true, false, false, false, false, false], 4, 3);
        var figure = Plot.HeatMapRows(new HeatMapExample(image, new ScoreMap([0, 1, 2, 3], 2, 2)) { Mask = mask, Name = "patient 7", Score = 2.5 });

        Assert.Equal(["Image", "Ground truth", "Anomaly map\nscore 2.5", "Overlay"], figure.Layout.Subplots.Select(subplot => subplot.Title));
        Assert.Equal("patient 7", figure.Layout.Subplots[0].Y.Title);
        Assert.Equal([0, 1, 2, 3, 3, 3], figure.Data.Select(trace => trace.Subplot));
        var outline = Assert.IsType<ScatterTrace>(figure.Data[^1]);
        Assert.Equal("Ground truth", outline.Name);
        Assert.Equal((0.5, 2.5), (outline.X.Numbers.Min(), outline.X.Numbers.Max()));
        Assert.Equal("1 row of images; columns: Image, Ground truth, Anomaly map, Overlay; rows: patient 7. Anomaly scores from 0 to 3.", figure.AltText);
    }

    [Fact]
    public void All_maps_of_a_grid_share_one_scale_and_one_key()
    {
        var figure = Plot.ImageGrid([[Panel.HeatMap(new([0, 1], 2, 1))], [Panel.HeatMap(new([1, 4], 2, 1))]]);

        Assert.Equal(new ColorBar(ColorScale.Inferno, 0, 4, "Anomaly score") { Rows = 2 }, figure.Layout.Subplots[0].ColorBar);
        Assert.Null(figure.Layout.Subplots[1].ColorBar);
        // 1 of 4 is the same colour in both.
        Assert.Equal(((ImageTrace)figure.Data[0]).Pixels[1, 0], ((ImageTrace)figure.Data[1]).Pixels[0, 0]);
    }

    [Fact]
    public void The_key_stands_beside_the_first_row_that_is_full()
    {
        var map = Panel.HeatMap(new([0, 1], 2, 1));
        var subplots = Plot.ImageGrid([[map], [map, map], [map]]).Layout.Subplots;

        Assert.Equal(2, subplots.Single(subplot => subplot.ColorBar is not null).ColorBar!.Rows);
        Assert.Equal((1, 1), (subplots[2].Row, subplots[2].Column));
        Assert.NotNull(subplots[2].ColorBar);
    }

    [Fact]
    public void An_overlay_is_transparent_where_the_score_is_least()
    {
        var figure = Plot.ImageGrid([[Panel.Overlay(new Image<L8>(2, 1), new([0, 1], 2, 1))]]);

        var map = ((ImageTrace)figure.Data[1]).Pixels;
        Assert.Equal((0, 204), (map[0, 0].A, map[1, 0].A));
    }

    [Fact]
    public void Bad_maps_and_masks_are_refused()
    {
        var image = new Image<L8>(4, 3);
        var mask = Mask.FromPixels(new bool[4], 2, 2);

        Assert.StartsWith("The mask is 2 x 2 pixels, its image 4 x 3; they must be equal.",
            Assert.Throws<ArgumentException>(() => Panel.Overlay(image, new([1], 1, 1), mask)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The anomaly map is 2 x 2, but has 3 scores.",
            Assert.Throws<ArgumentException>(() => Panel.HeatMap(new([1, 2, 3], 2, 2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("The anomaly map's score in column 1 of row 0 is infinite; scores are finite, and NaN where there is none.",
            Assert.Throws<ArgumentException>(() => Panel.HeatMap(new([1, float.PositiveInfinity], 2, 1))).Message, StringComparison.Ordinal);
        Assert.StartsWith("The anomaly map of 1 x 1 has no score besides NaN.",
            Assert.Throws<ArgumentException>(() => Panel.HeatMap(new([float.NaN], 1, 1))).Message, StringComparison.Ordinal);
        Assert.StartsWith("There is no image to draw: every row is empty.",
            Assert.Throws<ArgumentException>(() => Plot.ImageGrid([[]])).Message, StringComparison.Ordinal);
        Assert.Equal("Columns and column titles must be equally many: got 1 and 2.",
            Assert.Throws<ArgumentException>(() => Plot.ImageGrid([[Panel.Image(image)]], columnTitles: ["a", "b"])).Message);
        Assert.StartsWith("The range of scores is empty: 1 to 1.",
            Assert.Throws<ArgumentException>(() => Plot.ImageGrid([[Panel.Image(image)]], scoreRange: (1, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_constant_map_is_drawn_in_the_middle_of_the_scale()
    {
        var figure = Plot.ImageGrid([[Panel.HeatMap(new([0.5f, 0.5f], 2, 1))]]);

        var middle = ColorScale.Inferno.At(0.5);
        Assert.Equal(new Rgba32(middle.R, middle.G, middle.B, 255), ((ImageTrace)figure.Data[0]).Pixels[0, 0]);
        Assert.NotEmpty(figure.ToSvg());
    }
}
