using System.CommandLine;
using System.Globalization;
using MedAnomaly.Experiments;
using MedAnomaly.Metrics;
using MedAnomaly.Progress;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>metrics</c>: measures anyone's scores or anomaly maps.</summary>
static class MetricsVerb
{
    const int DefaultResamples = 2000;

    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "A CSV file with the columns label (0 or 1), score and perhaps group (patient).", Arity = ArgumentArity.ZeroOrOne };
        var maps = new Option<string?>("--maps") { Description = "A folder of anomaly maps: .npy, .png, .nii, .nii.gz." };
        var masks = new Option<string?>("--masks") { Description = "A folder of their masks, under the same names." };
        var resamples = new Option<int?>("--resamples") { Description = $"Bootstrap resamples for the intervals of a CSV file's metrics ({DefaultResamples}); 0 for none." };
        var json = new Option<bool>("--json") { Description = "Print the metrics as JSON, with the keys of a result record." };
        var verb = new Command("metrics", "Score any model's output: a CSV file of scores, or folders of maps and masks.") { file, maps, masks, resamples, json };
        verb.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var report = (parsed.GetValue(file), parsed.GetValue(maps), parsed.GetValue(masks)) switch
            {
                ({ } path, null, null) => OfTable(path, parsed.GetValue(resamples), cancellation),
                (null, { } mapFolder, { } maskFolder) => OfMaps(mapFolder, maskFolder, cancellation),
                _ => throw new UsageException("metrics takes either a CSV file or both --maps DIR and --masks DIR."),
            };
            Warn(report);
            if (parsed.GetValue(json)) Console.Write(RunRecordJson.Write(report));
            else Print(report);
        }, cancellation));
        return verb;
    }

    static MetricsReport OfTable(string path, int? resamples, CancellationToken cancellation)
    {
        if (resamples < 0) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--resamples is {resamples}; expected 0 or more."));
        var table = ScoreTable.Load(path);
        if (resamples is null && table.Scores.Length > MetricsReport.MostSamplesWithInterval)
        {
            Console.Error.WriteLine($"medanomaly: no intervals for more than {MetricsReport.MostSamplesWithInterval} samples; --resamples asks for them.");
            resamples = 0;
        }
        return MetricsReport.Of(table, resamples ?? DefaultResamples, new ProgressBar(), cancellation);
    }

    static MetricsReport OfMaps(string maps, string masks, CancellationToken cancellation)
    {
        var folder = MapFolder.Open(maps, masks);
        return MetricsReport.Of(PixelEvaluation.Of(folder.Read(), folder.Count, new ProgressBar(), cancellation));
    }

    static void Warn(MetricsReport report)
    {
        if (report.Metrics.First(metric => metric.Name == MetricName.AUROC) is { Value: < 0.5 and var auroc })
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"medanomaly: the AUROC is {auroc:F4}, below 0.5. Are labels or scores inverted? 1 is abnormal, and a higher score is more abnormal."));
        }
    }

    static void Print(MetricsReport report)
    {
        foreach (var counts in report.Counts)
        {
            var all = new TrivialClassifier(counts.Positives, counts.Negatives);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Positives} abnormal and {counts.Negatives} normal {counts.Level.ToString().ToLowerInvariant()}s"));
            Console.WriteLine($"calling all abnormal: F1 {all.AllPositive.F1}, accuracy {all.AllPositive.Accuracy}; chance: AP {all.ChanceAveragePrecision}, AUROC {all.ChanceAuroc}");
        }
        if (report.Threshold is { } rule) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"threshold {report.ThresholdValue}: {rule}"));
        if (report.MeanOverVolumes is { } mean)
        {
            Print("all pixels pooled (Dice at its best threshold: oracle)", report.Metrics);
            Print(string.Create(CultureInfo.InvariantCulture, $"mean over the {mean.Included} with a lesion; {mean.Excluded} without are undefined and left out"), mean.Metrics);
        }
        else
        {
            Print(report.Metrics.Any(metric => metric.Low is not null) ? "metrics with 95 % intervals" : "metrics", report.Metrics);
        }
    }

    static void Print(string caption, IEnumerable<MetricValue> metrics)
    {
        Console.WriteLine(caption);
        foreach (var metric in metrics)
        {
            var value = metric.Value is { } number ? number.ToString("F4", CultureInfo.InvariantCulture) : "undefined";
            var interval = metric is { Low: { } low, High: { } high } ? string.Create(CultureInfo.InvariantCulture, $" [{low:F4}, {high:F4}]") : "";
            Console.WriteLine($"    {metric.Name,-18}{value}{interval}");
        }
    }
}
