using System.Globalization;
using System.Runtime.InteropServices;
using MedAnomaly.Detectors;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>An epoch of the variational autoencoder of source 002: ours and Python's torch, from the same weights, with the same noise.</summary>
static class TrainingBenchmark
{
    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        // About a quarter of the 4900 that the source trains on.
        var (count, batch) = report.Size == BenchmarkSize.Small ? (24, 8) : (1280, 64);
        report.Data = $"{count} random images of 32 x 32, in batches of {batch}: the time does not depend on what is on them";
        using var generator = new Generator(0);
        var images = rand([count, 1, 32, 32], generator: generator);
        var plan = new VariationalPlan { Epochs = 1, BatchSize = batch };
        using (var initial = new VariationalAutoencoder())
        {
            if (benchmark.Peers.Version("torch") is not null) Load(benchmark.Peers, initial, Shuffled(images, plan.Seed));
        }
        var ours = double.NaN;
        Contender Peer(string name, int threads) => new(name, "torch", () =>
        {
            var answer = benchmark.Peers.Ask(new() { ["do"] = "torch_training", ["images"] = "shuffled", ["batch"] = batch, ["threads"] = threads });
            return new(answer["seconds"]!.GetValue<double>(), string.Create(CultureInfo.InvariantCulture,
                $"relative difference of the epoch's loss {Math.Abs(answer["values"]![0]!.GetValue<double>() / ours - 1):E1}"));
        });
        benchmark.Compete($"an epoch of {count} images, variational autoencoder", 0,
            new("ours", null, () =>
            {
                using var autoencoder = new VariationalAutoencoder();
                return Benchmark.Time(() =>
                {
                    var loss = autoencoder.Train(images, plan: plan, progress: benchmark.Progress, cancellationToken: benchmark.CancellationToken)[0].Training;
                    ours = loss.Reconstruction + loss.Divergence;
                });
            }),
            Peer("Python's torch", Environment.ProcessorCount),
            Peer("Python's torch, BLAS on one thread", 1));
    }

    /// <summary>The images in the order in which a training of that seed passes over them.</summary>
    static Tensor Shuffled(Tensor images, int seed)
    {
        var order = Enumerable.Range(0, (int)images.shape[0]).Select(i => (long)i).ToArray();
        new SplitMix64((ulong)seed).Shuffle<long>(order);
        return images.index_select(0, tensor(order));
    }

    static void Load(Peers peers, VariationalAutoencoder autoencoder, Tensor shuffled)
    {
        NeighborsBenchmark.Load(peers, "shuffled", shuffled);
        foreach (var (name, weights) in StateDicts.Of(autoencoder.Network).Where(entry => entry.Value.Type == ScalarType.Float32))
            peers.Load($"vae.{name}", "float32", [.. weights.Shape], file => file.Write(MemoryMarshal.AsBytes<float>(weights.ToSingles())));
    }
}
