using System.Globalization;
using System.Runtime.InteropServices;
using MedAnomaly.Detectors;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Training;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>
/// An epoch of the variational autoencoder of source 002 and of the reconstruction methods of source 001: ours and Python's torch, from the
/// same weights, with the same random numbers.
/// </summary>
static class TrainingBenchmark
{
    const int Uncounted = 2;

    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        var small = report.Size == BenchmarkSize.Small;
        using var generator = new Generator(0);
        // About a quarter of the 4900 that the source trains on.
        Variational(benchmark, rand([small ? 24 : 1280, 1, 32, 32], generator: generator), small ? 8 : 64);
        // Five batches, so that the generator makes a step; the size and width that head-ct.ipynb has.
        var (size, width) = small ? (32, 2) : (64, 8);
        var images = rand([small ? 20 : 150, 1, size, size], generator: generator);
        foreach (var make in new Func<ReconstructionNetwork>[]
            { () => new ConvolutionalAutoencoder(size), () => new ScaleSpaceAutoencoder(size), () => new FAnoGan(size, width: width) })
            Reconstruction(benchmark, images, small ? 4 : 30, width, make);
        report.Data = "random images, of which the time does not depend on what is on them";
    }

    static void Variational(Benchmark benchmark, Tensor images, int batch)
    {
        var plan = new VariationalPlan { Epochs = 1, BatchSize = batch };
        if (benchmark.Peers.Version("torch") is not null)
        {
            using var initial = new VariationalAutoencoder();
            LoadWeights(benchmark.Peers, "vae", initial.Network);
            NeighborsBenchmark.Load(benchmark.Peers, "shuffled", Shuffled(images, new((ulong)plan.Seed)));
        }
        Compete(benchmark, $"an epoch of {images.shape[0]} images of {images.shape[2]} x {images.shape[2]}, variational autoencoder", () =>
        {
            using var autoencoder = new VariationalAutoencoder();
            var sum = 0.0;
            var seconds = Benchmark.Time(() =>
            {
                var loss = autoencoder.Train(images, plan: plan, progress: benchmark.Progress, cancellationToken: benchmark.CancellationToken)[0].Training;
                sum = loss.Reconstruction + loss.Divergence;
            }).Seconds;
            return (seconds, sum);
        }, new() { ["do"] = "torch_training", ["images"] = "shuffled", ["batch"] = batch });
    }

    static void Reconstruction(Benchmark benchmark, Tensor images, int batch, int width, Func<ReconstructionNetwork> make)
    {
        var size = (int)images.shape[2];
        using var initial = make();
        var (method, plan) = (initial.GetName().ToLowerInvariant(), new ReconstructionPlan { Epochs = 1, BatchSize = batch });
        // As a training loop draws them at the beginning of its first epoch.
        var random = new SplitMix64((ulong)plan.Seed, 1);
        var torchSeed = TrainingLoop.TorchSeed(random);
        if (benchmark.Peers.Version("torch") is not null)
        {
            LoadWeights(benchmark.Peers, method, initial);
            NeighborsBenchmark.Load(benchmark.Peers, "shuffled", Shuffled(images, random));
        }
        List<string> names = [];
        foreach (var stage in initial.Stages(plan))
        {
            names.Add(stage.Name);
            stage.Dispose();
        }
        foreach (var stage in names)
        {
            Compete(benchmark, $"an epoch of {images.shape[0]} images of {size} x {size}, {initial.GetName()}{(stage == "training" ? "" : $", {stage}")}", () =>
            {
                using var network = make();
                var stages = network.Stages(plan).ToList();
                var trained = stages.Single(one => one.Name == stage);
                var loop = new TrainingLoop(plan, trained.Optimizers[0], (int)images.shape[0], benchmark.Progress, benchmark.CancellationToken);
                var sum = 0.0;
                var seconds = Benchmark.Time(() =>
                {
                    network.train();
                    loop.Begin(0);
                    loop.Each(chunk =>
                    {
                        using var scope = NewDisposeScope();
                        sum += trained.Step(images.index_select(0, tensor(chunk)), loop).Sum(term => term.Value);
                    });
                }).Seconds;
                foreach (var one in stages) one.Dispose();
                return (seconds, sum);
            }, new()
            {
                ["do"] = "torch_reconstruction", ["images"] = "shuffled", ["batch"] = batch, ["seed"] = torchSeed, ["method"] = method,
                ["stage"] = stage, ["size"] = size, ["width"] = width,
            });
        }
    }

    /// <summary>Ours against Python's torch with the threads that it takes by itself, and with one for its products.</summary>
    static void Compete(Benchmark benchmark, string task, Func<(double Seconds, double Loss)> train, System.Text.Json.Nodes.JsonObject request)
    {
        var ours = double.NaN;
        // Not f-AnoGAN: a gradient penalty stays in single precision, and this torch has no bfloat16 for fixed batch normalisation.
        var isMixable = request["stage"]?.GetValue<string>() == "training";
        Contender Peer(string name, int threads, bool mixed = false) => new(name, "torch", () =>
        {
            var asked = request.DeepClone().AsObject();
            asked["threads"] = threads;
            if (mixed) asked["bfloat16"] = true;
            var answer = benchmark.Peers.Ask(asked);
            return new(answer["seconds"]!.GetValue<double>(), string.Create(CultureInfo.InvariantCulture,
                $"relative difference of the epoch's loss {Math.Abs(answer["values"]![0]!.GetValue<double>() / ours - 1):E1}"));
        });
        List<Contender> contenders =
        [
            new("ours", null, () =>
            {
                (var seconds, ours) = train();
                return new(seconds);
            }),
            Peer("Python's torch", Environment.ProcessorCount), Peer("Python's torch, BLAS on one thread", 1),
        ];
        // A training has a hundred epochs: what .NET compiles in the first ones does not count.
        for (var uncounted = 0; uncounted < Uncounted; uncounted++) train();
        // Whether mixed precision pays on this machine; ours is single, since TorchSharp has no autocast.
        if (isMixable) contenders.Add(Peer("Python's torch, bfloat16", 1, mixed: true));
        benchmark.Compete(task, 0, [.. contenders]);
    }

    /// <summary>The images in the order in which a training passes over them.</summary>
    static Tensor Shuffled(Tensor images, SplitMix64 random) => images.index_select(0, tensor(TrainingLoop.DrawOrder(random, (int)images.shape[0])));

    static void LoadWeights(Peers peers, string name, TorchSharp.torch.nn.Module network)
    {
        foreach (var (key, weights) in StateDicts.Of(network).Where(entry => entry.Value.Type == ScalarType.Float32))
            peers.Load($"{name}.{key}", "float32", [.. weights.Shape], file => file.Write(MemoryMarshal.AsBytes<float>(weights.ToSingles())));
    }
}
