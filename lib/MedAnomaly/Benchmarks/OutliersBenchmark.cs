using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MedAnomaly.Data.Simulation;
using MedAnomaly.Metrics;
using MedAnomaly.Outliers;

namespace MedAnomaly.Benchmarks;

/// <summary>Fit and score of the 17 outlier detectors.</summary>
static class OutliersBenchmark
{
    const int Features = 16;

    /// <summary>Detectors that draw nothing, whose scores compare number by number.</summary>
    static readonly string[] deterministic = ["ECOD", "ABOD", "KDE", "GMM", "OCSVM", "LOF", "HBOS", "KNN"];

    /// <summary>Those that scikit-learn has.</summary>
    static readonly string[] inScikitLearn = ["Covariance", "KDE", "GMM", "MCD", "OCSVM", "LOF", "KNN", "IForest"];

    /// <summary>PyOD scores these row by row in Python, or compares each row with all before it: a part of the rows shows how long all would take.</summary>
    static readonly Dictionary<string, double> shares = new(StringComparer.Ordinal) { ["LMDD"] = 1 / 64.0, ["LSCP"] = 1 / 64.0, ["ABOD"] = 1 / 16.0 };

    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        var (fitted, scored) = report.Size switch { BenchmarkSize.Small => (300, 400), BenchmarkSize.Full => (5000, 64_000), _ => (5000, 1_000_000) };
        report.Data = $"{fitted} rows of {Features} features to fit and {scored} to score, a tenth of them abnormal, in three clusters: made by a generator";
        var train = Rows(fitted, 0, 0);
        var test = Rows(scored, scored / 10, 1);
        int[] labels = [.. Enumerable.Range(0, scored).Select(row => row < scored / 10 ? 1 : 0)];
        if (report.Size != BenchmarkSize.Large && benchmark.Peers.Version("numpy") is not null)
        {
            Load(benchmark.Peers, "train", train);
            Load(benchmark.Peers, "test", test);
        }
        foreach (var name in OutlierDetectors.Names)
        {
            double[] ours = [];
            var task = string.Create(CultureInfo.InvariantCulture, $"{name}: fit {fitted} x {Features}, score {scored}");
            var own = new Contender("ours", null, () => Benchmark.Time(() =>
            {
                var detector = OutlierDetectors.Create(name);
                detector.Fit(train, benchmark.Progress, benchmark.CancellationToken);
                ours = detector.Score(test, benchmark.Progress, benchmark.CancellationToken);
            }));
            Contender Peer(string contender, string package, double share) => new(contender, package, () =>
            {
                var path = benchmark.Peers.FilePath("scores");
                var rows = (int)(scored * share);
                var answer = benchmark.Peers.Ask(new() { ["do"] = package + "_outliers", ["detector"] = name, ["rows"] = rows, ["out"] = path });
                var theirs = MemoryMarshal.Cast<byte, double>(File.ReadAllBytes(path)).ToArray();
                var seconds = answer["fit"]!.GetValue<double>() + answer["score"]!.GetValue<double>() / share;
                string[] notes = [Agreement(name, ours, theirs, labels), share == 1 ? "" : $"scoring extrapolated from {rows} rows, as if it took time by the row"];
                return new(seconds, string.Join("; ", notes.Where(note => note.Length > 0)));
            });
            var scikitLearn = inScikitLearn.Contains(name) ? [Peer("scikit-learn", "sklearn", 1)] : Array.Empty<Contender>();
            benchmark.Compete(task, 0, report.Size == BenchmarkSize.Large ? [own]
                : name == "Covariance" ? [own, .. scikitLearn]
                : [own, Peer("PyOD", "pyod", report.Size == BenchmarkSize.Small ? 1 : shares.GetValueOrDefault(name, 1)), .. scikitLearn]);
        }
    }

    static string Agreement(string name, double[] ours, double[] theirs, int[] labels)
    {
        if (name == "LMDD" && theirs.Length < ours.Length) return "its scores depend on how many are scored";
        var part = ours[..theirs.Length];
        if (deterministic.Contains(name) && (name != "ECOD" || theirs.Length == ours.Length))
        {
            // Relative to a score's own size, but to no less than a thousandth of the greatest, near which alone it means something.
            var least = theirs.Max(Math.Abs) / 1000;
            var greatest = part.Zip(theirs).Max(pair => Math.Abs(pair.First - pair.Second) / Math.Max(Math.Abs(pair.Second), least));
            return string.Create(CultureInfo.InvariantCulture, $"greatest relative difference {greatest:E1}") + (name == "KDE" ? ", where their tree loses the digits of low densities" : "");
        }
        double Auroc(double[] scores) => RankedScores.Of(scores, labels.AsSpan(0, scores.Length)).Auroc.Value;
        return theirs.Length < ours.Length ? "" : string.Create(CultureInfo.InvariantCulture, $"AUROC {Auroc(theirs):F4}, ours {Auroc(part):F4}");
    }

    /// <summary>Rows of three clusters, the first of them spread twice as wide.</summary>
    static double[,] Rows(int count, int abnormal, int part)
    {
        var random = new RandomStream(0, part);
        var rows = new double[count, Features];
        for (var row = 0; row < count; row++)
        {
            var cluster = random.Uniform() switch { < 0.6 => 0, < 0.97 => 1, _ => 2 };
            for (var i = 0; i < Features; i++) rows[row, i] = 4 * Math.Sin(cluster * 5 + i) + random.Normal() * (row < abnormal ? 2 : 1);
        }
        return rows;
    }

    static void Load(Peers peers, string name, double[,] rows) => peers.Load(name, "float64", [rows.GetLength(0), rows.GetLength(1)],
        file => file.Write(MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref rows[0, 0], rows.Length))));
}
