using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MedAnomaly.Metrics;

namespace MedAnomaly.Benchmarks;

/// <summary>AUROC and average precision of many scores, per-region overlap of many maps.</summary>
static class MetricsBenchmark
{
    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        if (report.Size == BenchmarkSize.Large)
        {
            RunLarge(benchmark, report);
            return;
        }
        var (count, images, side) = report.Size == BenchmarkSize.Small ? (20_000, 6, 64) : (10_000_000, 200, 256);
        report.Data = $"{count} normally distributed scores, 5 % of them abnormal and higher; {images} maps of {side} x {side} with discs: "
            + "made by a generator";
        var (scores, labels) = Scores(count);
        ScoredMap[] maps = [.. Enumerable.Range(0, images).Select(number => Map(number, side))];
        var peers = benchmark.Peers;
        if (peers.Version("numpy") is not null)
        {
            peers.Load("scores", "float32", [count], file => file.Write(MemoryMarshal.AsBytes(scores.AsSpan())));
            peers.Load("labels", "uint8", [count], file => file.Write(labels));
            peers.Load("maps", "float32", [images, side, side],
                file => Array.ForEach(maps, map => file.Write(MemoryMarshal.AsBytes(map.Scores.Span))));
            peers.Load("masks", "uint8", [images, side, side], file => Array.ForEach(maps, map => file.Write(map.Mask.Span)));
        }
        double[] ours = [];
        Contender Peer(string name, string package, JsonObject request) => new(name, package, () =>
        {
            var answer = peers.Ask(request.DeepClone().AsObject());
            double[] values = [.. answer["values"]!.AsArray().Select(value => value!.GetValue<double>())];
            return new(answer["seconds"]!.GetValue<double>(), string.Create(CultureInfo.InvariantCulture,
                $"greatest difference {ours.Zip(values).Max(pair => Math.Abs(pair.First - pair.Second)):E1}"));
        });
        benchmark.Compete($"AUROC and AP of {count} scores", 0,
            new("ours", null, () => Benchmark.Time(() =>
            {
                var ranked = RankedScores.Of(scores, labels);
                ours = [ranked.Auroc.Value, ranked.AveragePrecision.Value];
            })),
            Peer("scikit-learn", "sklearn", new() { ["do"] = "sklearn_ranking", ["scores"] = "scores", ["labels"] = "labels" }));
        benchmark.Compete($"PRO of {images} maps of {side} x {side}", 0,
            new("ours, exact", null, () => Benchmark.Time(() => ours = [RankedPixels.Of(maps).Pro().Value])),
            Peer("numpy and scipy, sorted", "scipy",
                new() { ["do"] = "pro_sorted", ["maps"] = "maps", ["masks"] = "masks", ["limit"] = 0.3 }),
            Peer("scipy, a loop of 200 thresholds", "scipy",
                new() { ["do"] = "pro_loop", ["maps"] = "maps", ["masks"] = "masks", ["thresholds"] = 200 }));
    }

    static void RunLarge(Benchmark benchmark, BenchmarkReport report)
    {
        const int Volumes = 64, Side = 128, Depth = 96;
        report.Data = $"{Volumes} volumes of {Side} x {Side} x {Depth}, {(long)Volumes * Side * Side * Depth} voxels, one at a time: "
            + "made by a generator, within the time";
        var maps = Enumerable.Range(0, Volumes).Select(number =>
            new NamedMap(number.ToString(CultureInfo.InvariantCulture), Map(number, Side, Depth)));
        benchmark.Compete("all pixel metrics, per volume and pooled", 0, new Contender("ours", null, () => Benchmark.Time(() =>
            PixelEvaluation.Of(maps, Volumes, benchmark.Progress, benchmark.CancellationToken))));
    }

    static (float[] Scores, byte[] Labels) Scores(int count)
    {
        var generator = new SplitMix64(0);
        var scores = new float[count];
        var labels = new byte[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = (byte)(generator.Next(20) == 0 ? 1 : 0);
            scores[i] = (float)(Normal(generator) + labels[i]);
        }
        return (scores, labels);
    }

    /// <summary>Noise, higher within a disc or ball; every fourth map has none.</summary>
    static ScoredMap Map(int number, int side, int depth = 1)
    {
        var generator = new SplitMix64(1, (ulong)number);
        var scores = new float[side * side * depth];
        var mask = new byte[scores.Length];
        double x = generator.Next(side), y = generator.Next(side), z = generator.Next(depth), radius = side / 16.0 * (1 + generator.NextDouble());
        for (var i = 0; i < scores.Length; i++)
        {
            var (dx, dy, dz) = (i % side - x, i / side % side - y, i / (side * side) - z);
            if (number % 4 != 3 && dx * dx + dy * dy + dz * dz < radius * radius) mask[i] = 1;
            scores[i] = (float)(Normal(generator) + 1.5 * mask[i]);
        }
        return new(scores, mask, side, side, depth);
    }

    /// <summary>About normally distributed: the sum of four uniform numbers, scaled.</summary>
    static double Normal(SplitMix64 generator) =>
        (generator.NextDouble() + generator.NextDouble() + generator.NextDouble() + generator.NextDouble() - 2) * Math.Sqrt(3);
}
