using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class MetricTests
{
    [Fact]
    public void An_undefined_metric_has_a_reason_and_no_value()
    {
        var metric = Metric.Undefined("no abnormal sample");

        Assert.False(metric.IsDefined);
        Assert.Null(metric.ValueOrNull);
        Assert.Equal("The metric is undefined: no abnormal sample.", Assert.Throws<InvalidOperationException>(() => metric.Value).Message);
        Assert.False(default(Metric).IsDefined);
        Assert.Throws<ArgumentException>(() => Metric.Of(double.NaN));
    }

    [Fact]
    public void A_macro_mean_states_how_many_it_left_out()
    {
        var mean = Metric.Mean([0.5, Metric.Undefined("no abnormal sample"), 1.0]);

        Assert.Equal(0.75, mean.Mean.Value);
        Assert.Equal("0.7500 (1 of 3 undefined and left out)", mean.ToString());
        Assert.Equal("undefined (all 1 are undefined)", Metric.Mean([Metric.Undefined("no lesion")]).Mean.ToString());
        Assert.Equal("undefined (nothing to average)", Metric.Mean([]).ToString());
    }

    [Fact]
    public void Decisions_on_one_class_leave_undefined_what_they_cannot_answer()
    {
        var normal = new ConfusionMatrix(0, 0, 5, 0);

        Assert.All([normal.Precision, normal.Recall, normal.F1, normal.BalancedAccuracy, normal.Mcc], metric => Assert.False(metric.IsDefined));
        Assert.Equal(1, normal.Specificity.Value);
        Assert.Equal(1, normal.Accuracy.Value);
        Assert.Equal(0, new ConfusionMatrix(0, 0, 5, 2).F1.Value);
        Assert.Equal("undefined (everything was called abnormal)", new ConfusionMatrix(3, 2, 0, 0).Mcc.ToString());
    }

    [Fact]
    public void Counts_of_volumes_do_not_overflow()
    {
        const long Voxels = 10_000_000_000;
        var confusion = new ConfusionMatrix(Voxels, Voxels / 2, Voxels, Voxels / 2);

        // phi = (ad - bc) / sqrt of the margins; here (1 - 1/4) / 1.5^2.
        Assert.Equal(0.75 / 2.25, confusion.Mcc.Value, 1e-15);
    }

    [Fact]
    public void Decisions_are_counted_against_the_truth()
    {
        Assert.Equal(new ConfusionMatrix(1, 1, 1, 1), ConfusionMatrix.Of([true, true, false, false], [true, false, false, true]));
        Assert.Equal("There are 1 predictions for 2 labels; there must be one each.",
            Assert.Throws<ArgumentException>(() => ConfusionMatrix.Of([true], [true, false])).Message);
    }

    [Fact]
    public void A_trivial_classifier_of_the_brain_test_set_beats_a_published_headline()
    {
        var trivial = new TrivialClassifier(Positives: 2761, Negatives: 100);

        Assert.Equal("0.9822", trivial.AllPositive.F1.ToString());
        Assert.Equal("0.9650", trivial.AllPositive.Accuracy.ToString());
        Assert.Equal(trivial.Prevalence, trivial.AllPositive.Precision);
        Assert.Equal(trivial.Prevalence, trivial.ChanceAveragePrecision);
        Assert.False(new TrivialClassifier(3, 0).ChanceAuroc.IsDefined);
    }

    [Fact]
    public void Constant_scores_scale_to_zero_and_not_to_NaN()
    {
        Assert.Equal([0f, 0f], MinMaxScaler.Fit([2f, 2f]).Transform([2f, 2f]));
        Assert.Equal([-1f, 0f, 0.5f, 1f], MinMaxScaler.Fit([1f, 3f]).Transform([-1f, 1f, 2f, 3f]));
        Assert.Equal("The score at index 1 is NaN; a range needs finite numbers.",
            Assert.Throws<ArgumentException>(() => MinMaxScaler.Fit([1f, float.NaN])).Message);
    }
}
