using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>Exact nearest neighbours of new patches in a memory bank.</summary>
static class NeighborsBenchmark
{
    public static void Run(Benchmark benchmark, BenchmarkReport report, string dataset)
    {
        using var scope = NewDisposeScope();
        var (bankSize, queryCount) = report.Size switch { BenchmarkSize.Small => (2000, 150), _ => (100_000, 5000) };
        var features = report.Size == BenchmarkSize.Small ? PatchFeatures.Stand(report, bankSize + queryCount, 64)
            : PatchFeatures.Make(benchmark, report, dataset, bankSize + queryCount);
        // The queries come from all over, as a test image's do, and none is a point of the bank.
        using var generator = new Generator(1);
        var order = randperm(features.shape[0], generator: generator);
        var bank = features.index_select(0, order.narrow(0, 0, bankSize));
        var queries = features.index_select(0, order.narrow(0, bankSize, queryCount));
        features.Dispose();
        if (benchmark.Peers.Version("numpy") is not null)
        {
            Load(benchmark.Peers, "bank", bank);
            Load(benchmark.Peers, "queries", queries);
        }
        using var index = new NearestNeighbors(bank, products: ProductPrecision.Float32);
        using var low = FastProducts.UseBFloat16(ProductPrecision.Fastest, CPU)
            ? new NearestNeighbors(bank, products: ProductPrecision.BFloat16) : null;
        if (low is null)
            report.Missing.Add("ours by bfloat16 products: on this processor they are not faster than those of 32-bit floats");
        var operations = 2.0 * bankSize * queryCount * bank.shape[1];
        foreach (var k in new[] { 1, 9 })
        {
            long[] ours = [];
            Contender Own(string name, NearestNeighbors search) => new(name, null, () =>
            {
                NeighborTable? table = null;
                var outcome = Benchmark.Time(() => table = search.Search(queries, k, cancellationToken: benchmark.CancellationToken));
                long[] found = [.. table!.Indices.Cast<long>()];
                if (ours.Length == 0) ours = found;
                return outcome with { Agreement = Benchmark.Same(ours, found, "indices") };
            });
            Contender Peer(string name, string package, string work) => new(name, package, () =>
            {
                var path = benchmark.Peers.FilePath("found");
                var answer = benchmark.Peers.Ask(new()
                {
                    ["do"] = work, ["bank"] = "bank", ["queries"] = "queries", ["k"] = k, ["out"] = path,
                });
                var found = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(path)).ToArray();
                return new(answer["seconds"]!.GetValue<double>(), Benchmark.Same(ours, found, "indices"));
            });
            benchmark.Compete($"{k} nearest of {bankSize} points to {queryCount} queries", operations,
            [
                Own("ours", index),
                .. low is null ? Array.Empty<Contender>() : [Own("ours, bfloat16 products", low)],
                Peer("FAISS, flat index", "faiss", "faiss_search"),
                Peer("torch, as anomalib", "torch", "torch_search"),
                Peer("scikit-learn, brute force", "sklearn", "sklearn_search"),
                new("the products alone, by torch", "torch", () =>
                    new(benchmark.Peers.Ask(new() { ["do"] = "product", ["a"] = "queries", ["b"] = "bank" })["seconds"]!.GetValue<double>())),
                new("the products alone, by our torch", null, () => Benchmark.Time(() => Products(queries, bank))),
            ]);
        }
    }

    static void Products(Tensor queries, Tensor bank)
    {
        const long BlockRows = 8192;
        for (var start = 0L; start < bank.shape[0]; start += BlockRows)
        {
            using var step = NewDisposeScope();
            queries.mm(bank.narrow(0, start, Math.Min(BlockRows, bank.shape[0] - start)).t());
        }
    }

    /// <summary>Hands a matrix of 32-bit floats to the peers.</summary>
    public static void Load(Peers peers, string name, Tensor matrix) =>
        peers.Load(name, "float32", matrix.shape, file => file.Write(matrix.contiguous().bytes));
}
