using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MedAnomaly.Data;
using MedAnomaly.Detectors;
using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>From an image in memory to its score, one image at a time, by the same weights and the same memory bank: source 000, Table 2.</summary>
static class PatchCoreBenchmark
{
    /// <summary>Normal images of the paper's training set, which give a bank of 57,000 patches at 224 pixels.</summary>
    const int TrainingImages = 291;

    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var (training, timed, size) = report.Size == BenchmarkSize.Small ? (4, 2, 64) : (TrainingImages, 16, 224);
        var pretrained = PretrainedEncoder.Open(progress: benchmark.Progress);
        using var encoder = new FrozenEncoder(pretrained);
        var transform = pretrained.Transform(size);
        using var detector = new PatchCore(encoder, new GreedyCoreset(0.25));
        Tensor[] images;
        if (report.Size == BenchmarkSize.Small)
        {
            report.Data = $"{timed} random images, a stand-in";
            using var generator = new Generator(0);
            detector.Fit([rand([training, 3, size, size], generator: generator)], benchmark.Progress, benchmark.CancellationToken);
            images = [.. Enumerable.Range(0, timed).Select(_ => rand([1, 3, size, size], generator: generator))];
        }
        else
        {
            var source = Dataset.Open(dataset, progress: benchmark.Progress);
            Sample[] normal = [.. source.Samples.Where(sample => !sample.IsAbnormal).Take(training)];
            Sample[] abnormal = [.. source.Samples.Where(sample => sample.IsAbnormal).Take(timed)];
            detector.Fit(new ImageBatches(source, normal, transform), benchmark.Progress, benchmark.CancellationToken);
            images = [.. abnormal.Select(sample => transform.Batch([source.LoadImage(sample)]))];
            report.Data = $"{images.Length} images of {source.Title} ({(source.Kind == DataKind.Simulated ? "a simulation, not patients" : "real images")}) "
                + $"at {size} pixels against a bank of {detector.Bank.shape[0]} patches of {normal.Length} normal ones, n = 25 %";
        }
        if (benchmark.Peers.Version("torchvision") is not null) Load(benchmark.Peers, pretrained, detector.Bank, cat(images));
        double[] ours = [];
        Contender Own(string name, Func<Tensor, double> score) => new(name, null, () =>
        {
            double[] scores = [];
            var outcome = Benchmark.Time(() => scores = [.. images.Select(image =>
            {
                benchmark.CancellationToken.ThrowIfCancellationRequested();
                return score(image);
            })]);
            if (ours.Length == 0) ours = scores;
            return outcome with { Agreement = Difference(ours, scores) };
        });
        benchmark.Compete(string.Create(CultureInfo.InvariantCulture, $"the scores of {images.Length} images, one at a time"), 0,
            Own("ours, score only", image => detector.ImageScores(image)[0]),
            Own("ours, with the anomaly map", image => detector.Score(image)[0].MaximumScore),
            new("torchvision and FAISS", benchmark.Peers.Version("torchvision") is null ? "torchvision" : "faiss", () =>
            {
                var answer = benchmark.Peers.Ask(new()
                {
                    ["do"] = "patchcore_scores", ["bank"] = "bank", ["images"] = "images", ["epsilon"] = pretrained.BatchNormEpsilon,
                    ["stride_first"] = pretrained.StridePosition == StridePosition.Conv1x1, ["dimension"] = detector.Bank.shape[1],
                });
                return new(answer["seconds"]!.GetValue<double>(), Difference(ours, [.. answer["values"]!.AsArray().Select(value => value!.GetValue<double>())]));
            }));
    }

    static void Load(Peers peers, PretrainedEncoder pretrained, Tensor bank, Tensor images)
    {
        NeighborsBenchmark.Load(peers, "bank", bank);
        NeighborsBenchmark.Load(peers, "images", images);
        foreach (var (name, weights) in pretrained.Weights)
            peers.Load($"resnet50.{name}", "float32", [.. weights.Shape], file => file.Write(MemoryMarshal.AsBytes<float>(weights.ToSingles())));
    }

    static string Difference(double[] ours, double[] theirs) => string.Create(CultureInfo.InvariantCulture,
        $"greatest relative difference {ours.Zip(theirs, (a, b) => Math.Abs(a - b) / a).Max():E1}");
}
