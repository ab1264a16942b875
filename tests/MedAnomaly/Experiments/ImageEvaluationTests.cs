using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Experiments;

public sealed class ImageEvaluationTests
{
    static readonly Sample[] Samples = [.. Enumerable.Range(0, 60).Select(i => new Sample($"s{i:D2}", $"p{i / 6}", i % 3 == 0 ? Label.Normal : Label.Abnormal, "", null, ""))];

    static ImageEvaluation Evaluation() => new(Samples, [.. Samples.Select((sample, i) => (sample.IsAbnormal ? 1.0 : 0.0) + i * 37 % 60 / 40.0)]);

    [Fact]
    public void The_metrics_are_those_of_the_ranked_scores_with_the_papers_beside_them()
    {
        var evaluation = Evaluation();
        var threshold = ThresholdRule.MaxF1.Choose(evaluation.Ranked, ThresholdSource.Test);

        var metrics = evaluation.Metrics(threshold, RunProtocol.AsPublished, 1, new Dictionary<MetricName, double> { [MetricName.F1] = 0.9 });

        MetricValue Of(MetricName name) => metrics.Single(metric => metric.Name == name);
        Assert.Equal(evaluation.Ranked.Auroc.Value, Of(MetricName.AUROC).Value);
        Assert.Equal(evaluation.Ranked.At(threshold).Specificity.Value, Of(MetricName.Specificity).Value);
        Assert.Equal(0.9, Of(MetricName.F1).Paper);
        Assert.Null(Of(MetricName.AUROC).Paper);
        Assert.All(metrics, metric => Assert.InRange(metric.Value!.Value, metric.Low!.Value, metric.High!.Value));
        Assert.Equal((40, 20), (evaluation.Counts.Positives, evaluation.Counts.Negatives));
    }

    [Fact]
    public void Corrected_intervals_draw_groups_and_published_ones_images()
    {
        var evaluation = Evaluation();
        var threshold = ThresholdRule.MaxF1.Choose(evaluation.Ranked, ThresholdSource.Test);

        var published = evaluation.Metrics(threshold, RunProtocol.AsPublished, 1)[0];
        var corrected = evaluation.Metrics(threshold, RunProtocol.Corrected, 1)[0];

        Assert.Equal(published.Value, corrected.Value);
        Assert.NotEqual((published.Low, published.High), (corrected.Low, corrected.High));
    }

    [Fact]
    public void A_part_of_the_images_keeps_their_scores()
    {
        var evaluation = Evaluation();

        var part = evaluation.Of(Samples.Where((_, i) => i >= 30).Reverse());

        Assert.Equal(Samples.Skip(30), part.Samples);
        Assert.Equal(evaluation.Scores.Skip(30), part.Scores);
        Assert.Throws<ArgumentException>(() => new ImageEvaluation(Samples, [1]));
    }
}
