using System.Text.Json.Nodes;
using MedAnomaly.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>A frozen ResNet-50 on batches of images, all of it: the peer's has other weights, which take as long.</summary>
static class EncoderBenchmark
{
    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var (images, batch, size) = report.Size == BenchmarkSize.Small ? (2, 2, 64) : (64, 8, 224);
        report.Data = $"{images} empty images of {size} x {size}, in batches of {batch}: the time does not depend on what is on them";
        var pretrained = PretrainedEncoder.Open(progress: benchmark.Progress);
        Contender Own(string name, Precision precision)
        {
            var encoder = new FrozenEncoder(pretrained, precision: precision);
            return new(name, null, () => Benchmark.Time(() =>
            {
                for (var done = 0; done < images; done += batch)
                {
                    using var step = NewDisposeScope();
                    encoder.Features(zeros(batch, 3, size, size), "layer4");
                }
            }));
        }
        var fast = Precisions.IsBFloat16Fast(CPU);
        if (!fast) report.Missing.Add("ours in bfloat16: this processor has no AMX");
        benchmark.Compete($"{images} images through ResNet-50", 0,
        [
            Own("ours", Precision.Float32),
            .. fast ? [Own("ours, bfloat16", Precision.BFloat16)] : Array.Empty<Contender>(),
            new("torchvision", "torchvision", () => new(benchmark.Peers.Ask(new()
            {
                ["do"] = "torchvision_encode", ["images"] = images, ["batch"] = batch, ["size"] = size,
            })["seconds"]!.GetValue<double>())),
        ]);
    }
}
