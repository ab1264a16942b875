using System.Globalization;
using MedAnomaly.Data.Simulation;
using MedAnomaly.Progress;
using TorchSharp;

namespace MedAnomaly.Benchmarks;

/// <summary>The benchmarks by name: ours and the peers that are installed, in turn, on the same data.</summary>
public static class Benchmarks
{
    static readonly Dictionary<string, Action<Benchmark, BenchmarkReport, string>> All = new(StringComparer.Ordinal)
    {
        ["neighbors"] = NeighborsBenchmark.Run, ["coreset"] = CoresetBenchmark.Run,
        ["encoder"] = EncoderBenchmark.Run, ["patchcore"] = PatchCoreBenchmark.Run,
        ["metrics"] = MetricsBenchmark.Run, ["outliers"] = OutliersBenchmark.Run,
        ["training"] = TrainingBenchmark.Run,
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => All.Keys;

    /// <summary>Runs a benchmark.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="size">How much work.</param>
    /// <param name="dataset">Whose images the patch features are made of; null for a real one where that is large enough.</param>
    /// <param name="repeats">How often each contender runs.</param>
    /// <param name="progress">Told how far the work is.</param>
    /// <param name="cancellationToken">Stops between runs.</param>
    /// <exception cref="UsageException">There is no benchmark of that name.</exception>
    public static BenchmarkReport Run(string name, BenchmarkSize size, string? dataset, int repeats, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (!All.TryGetValue(name, out var run))
            throw new UsageException($"There is no benchmark '{name}'; expected one of {string.Join(", ", Names)}.");
        if (repeats < 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--repeats is {repeats}; expected 1 or more."));
        using var peers = Peers.Start();
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["libtorch"] = torch.__version__ };
        foreach (var package in new[] { "faiss", "torch", "torchvision", "sklearn", "pyod", "scipy", "numpy" })
        {
            if (peers.Version(package) is { } version) versions[$"python's {package}"] = version;
        }
        var report = new BenchmarkReport(name, size, Processor(), Environment.ProcessorCount, versions);
        var before = Load();
        run(new Benchmark(report, peers, repeats, progress, cancellationToken), report, dataset ?? (size == BenchmarkSize.Large ? BrainCohort.DatasetId : "br35h"));
        report.Load = before is { } first && Load() is { } last ? [first, last] : [];
        report.PeakMemoryBytes = PeakMemory();
        return report;
    }

    static string Processor() => Line("/proc/cpuinfo", "model name")?.Split(':', 2)[1].Trim() ?? "unknown processor";

    static double? Load() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : null;

    /// <summary>The high-water mark of this process's resident memory.</summary>
    static long? PeakMemory() => Line("/proc/self/status", "VmHWM") is { } line
        ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10 : null;

    static string? Line(string path, string start) => File.Exists(path)
        ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)) : null;
}
