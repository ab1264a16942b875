using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json.Nodes;
using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>The greedy coreset of a memory bank, projected to 128 dimensions.</summary>
static class CoresetBenchmark
{
    const int Dimensions = 128;

    /// <summary>Picks of the loops that pass over all points several times a pick: each pick takes as long, and all would take an hour.</summary>
    const int PeerPicks = 200;

    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        var (count, ratio) = report.Size switch { BenchmarkSize.Small => (2000, 0.1), BenchmarkSize.Full => (100_000, 0.1), _ => (1_000_000, 0.01) };
        var points = report.Size == BenchmarkSize.Small ? PatchFeatures.Stand(report, count, Dimensions)
            : PatchFeatures.Make(benchmark, report, dataset, count, Dimensions);
        var coreset = new GreedyCoreset(ratio);
        var picks = (int)coreset.Count(count);
        var task = string.Create(CultureInfo.InvariantCulture, $"{picks} of {count} points");
        long[] ours = [];
        var own = new Contender("ours", null, () => Benchmark.Time(() =>
            ours = coreset.Select(points, first: 0, benchmark.Progress, benchmark.CancellationToken)));
        if (report.Size == BenchmarkSize.Large)
        {
            benchmark.Compete(task, 0, own);
            return;
        }
        var peerPicks = Math.Min(PeerPicks, picks);
        long[] starts = [.. Enumerable.Range(0, 10).Select(i => (long)i * (count / 10))];
        var fromStarts = coreset.SelectFrom(points, starts);
        var fromOne = coreset.SelectFrom(points, [0]);
        if (benchmark.Peers.Version("numpy") is not null) NeighborsBenchmark.Load(benchmark.Peers, "points", points);
        benchmark.Compete(task, 0,
            own,
            new("the plain loop, one pass a pick", null, () =>
            {
                long[] plain = [];
                return Benchmark.Time(() => plain = PlainLoop(points, picks), () => Benchmark.Same(ours, plain, "picks"));
            }),
            Peer("torch, as patchcore-inspection", "patchcore_picks",
                new() { ["starts"] = new JsonArray([.. starts.Select(start => JsonValue.Create(start))]) }, fromStarts),
            Peer("torch, as anomalib", "anomalib_picks", new() { ["start"] = 0 }, fromOne));

        Contender Peer(string name, string work, JsonObject start, long[] expected) => new(name, "torch", () =>
        {
            var path = benchmark.Peers.FilePath("found");
            var request = start.DeepClone().AsObject();
            (request["do"], request["points"], request["picks"], request["out"]) = (work, "points", peerPicks, path);
            var seconds = benchmark.Peers.Ask(request)["seconds"]!.GetValue<double>();
            return new(seconds, Benchmark.Same(expected, MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(path)).ToArray(), "picks"));
        }, (double)peerPicks / picks);
    }

    /// <summary>
    /// The plain definition in 32-bit floats, as fast as one pass a pick can be: the distance to the last pick, the minimum and the search for
    /// the next at once, on all cores. Its rounding may decide otherwise between points that are almost as far.
    /// </summary>
    static unsafe long[] PlainLoop(Tensor matrix, int picks)
    {
        var points = new Rows(matrix);
        var nearest = new float[points.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        var parts = Environment.ProcessorCount;
        var best = new (float Distance, long Row)[parts];
        var chosen = new long[picks];
        for (var i = 1; i < picks; i++)
        {
            var last = chosen[i - 1];
            nearest[last] = 0;
            Parallel.For(0, parts, part =>
            {
                var farthest = (Distance: -1f, Row: -1L);
                for (var row = points.Count * part / parts; row < points.Count * (part + 1) / parts; row++)
                {
                    nearest[row] = Math.Min(nearest[row], Squared(points[row], points[last], points.Width));
                    if (nearest[row] > farthest.Distance) farthest = (nearest[row], row);
                }
                best[part] = farthest;
            });
            chosen[i] = best.MaxBy(part => part.Distance).Row;
        }
        points.KeepAlive();
        return chosen;
    }

    static unsafe float Squared(float* a, float* b, int width)
    {
        Vector256<float> low = default, high = default;
        var i = 0;
        for (; i <= width - 16; i += 16)
        {
            var first = Vector256.Load(a + i) - Vector256.Load(b + i);
            var second = Vector256.Load(a + i + 8) - Vector256.Load(b + i + 8);
            low = Vector256.MultiplyAddEstimate(first, first, low);
            high = Vector256.MultiplyAddEstimate(second, second, high);
        }
        var sum = Vector256.Sum(low + high);
        for (; i < width; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
