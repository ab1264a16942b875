using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MedAnomaly.Outliers;
using MedAnomaly.Progress;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>outliers</c>: fits an outlier detector to rows of numbers and scores others.</summary>
static class OutliersVerb
{
    public static Command Create()
    {
        var train = new Argument<string>("TRAIN") { Description = "The rows to learn from, a .csv or .npy file: a row a sample, a column a feature." };
        var test = new Argument<string>("TEST") { Description = "The rows to score." };
        var detector = new Option<string>("--detector") { Description = string.Join(", ", OutlierDetectors.Names), Required = true };
        var seed = new Option<ulong>("--seed") { Description = "Of detectors that draw at random." };
        var contamination = new Option<double>("--contamination")
        {
            Description = "The share of training rows that may be abnormal: it sets the threshold.",
            DefaultValueFactory = _ => OutlierDetector.DefaultContamination,
        };
        var inductive = new Option<bool>("--inductive")
        {
            Description = "ECOD and LMDD: score each row on its own, and not, as PyOD does, together with the others of TEST. All others do so anyway.",
        };
        var json = new Option<bool>("--json")
        {
            Description = "Print {detector, threshold, scores} as JSON; else a line a row: score, whether above the threshold.",
        };
        var verb = new Command("outliers", "Score rows of numbers by one of 17 outlier detectors, as PyOD does.")
        {
            train, test, detector, seed, contamination, inductive, json,
        };
        verb.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var made = OutlierDetectors.Create(parsed.GetRequiredValue(detector), parsed.GetValue(seed), parsed.GetValue(contamination), parsed.GetValue(inductive));
            double[,] learned = MatrixFile.Load(parsed.GetRequiredValue(train)), scored = MatrixFile.Load(parsed.GetRequiredValue(test));
            var progress = new ProgressBar();
            made.Fit(learned, progress, cancellation);
            var scores = made.Score(scored, progress, cancellation);
            if (parsed.GetValue(json)) Console.WriteLine(JsonSerializer.Serialize(new { detector = made.Name, threshold = made.Threshold, scores }));
            else Print(scores, made.Threshold);
        }, cancellation));
        return verb;
    }

    static void Print(double[] scores, double threshold)
    {
        var lines = scores.Select(score => string.Create(CultureInfo.InvariantCulture, $"{score:R},{(score > threshold ? 1 : 0)}"));
        Console.WriteLine("score,abnormal\n" + string.Join('\n', lines));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medanomaly: {scores.Count(score => score > threshold)} of {scores.Length} rows are above the threshold of {threshold:G6}."));
    }
}
