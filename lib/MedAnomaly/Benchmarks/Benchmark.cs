using System.Diagnostics;
using System.Globalization;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>How much work a benchmark does.</summary>
public enum BenchmarkSize
{
    /// <summary>Seconds, on numbers from a formula: whether everything runs and agrees. Its times mean nothing.</summary>
    Small,
    /// <summary>Minutes, on real patch features: what ratios are quoted from.</summary>
    Full,
    /// <summary>Ours alone at the sizes that must fit into memory: a million patches, 10^8 pixels.</summary>
    Large,
}

/// <summary>One way to do a task.</summary>
/// <param name="Name">Whose.</param>
/// <param name="Package">The Python package that it needs; null for ours.</param>
/// <param name="Run">Does it once.</param>
/// <param name="Share">The part of the task that a run does, where all of it would take too long and every part takes as long.</param>
sealed record Contender(string Name, string? Package, Func<Outcome> Run, double Share = 1);

/// <summary>What a run took and gave.</summary>
/// <param name="Seconds">The work's own time.</param>
/// <param name="Agreement">How the result compares with ours, in words; null for what has none.</param>
sealed record Outcome(double Seconds, string? Agreement = null);

/// <summary>Measures contenders in one run, in turn, so that what else the machine does touches all of them.</summary>
sealed class Benchmark(BenchmarkReport report, Peers peers, int repeats, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>The peers' process.</summary>
    public Peers Peers => peers;

    /// <summary>Told how far the work is.</summary>
    public IProgress<WorkProgress>? Progress => progress;

    /// <summary>Stops the work.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Runs a task by every contender, in turn, ours first; those that are not installed are named.</summary>
    /// <param name="task">What is done.</param>
    /// <param name="operations">Floating-point operations or bytes of it, where a rate means something; else 0.</param>
    /// <param name="contenders">Ours first.</param>
    public void Compete(string task, double operations, params Contender[] contenders)
    {
        var present = contenders.Where(contender => contender.Package is null || peers.Version(contender.Package) is not null).ToArray();
        foreach (var missing in contenders.Except(present))
            report.Missing.Add($"{missing.Name} ({task}): the Python package {missing.Package} is not installed");
        var outcomes = present.ToDictionary(contender => contender, _ => new List<Outcome>());
        var done = 0;
        for (var repeat = 0; repeat < repeats; repeat++)
        {
            foreach (var contender in present)
            {
                cancellationToken.ThrowIfCancellationRequested();
                GC.Collect();
                outcomes[contender].Add(contender.Run());
                progress?.Report(new WorkProgress(task, ++done, repeats * present.Length));
            }
        }
        var ours = Median(present[0], outcomes);
        foreach (var contender in present)
        {
            var median = Median(contender, outcomes);
            report.Rows.Add(new(task, contender.Name, contender.Package is { } package ? $"{package} {peers.Version(package)}" : "this",
                repeats, median, outcomes[contender].Min(outcome => outcome.Seconds) / contender.Share, median / ours,
                operations > 0 ? operations / median / 1e9 : null, contender.Share < 1 ? contender.Share : null,
                outcomes[contender][^1].Agreement));
        }
    }

    static double Median(Contender contender, Dictionary<Contender, List<Outcome>> outcomes)
    {
        double[] seconds = [.. outcomes[contender].Select(outcome => outcome.Seconds).Order()];
        var middle = seconds.Length / 2;
        return (seconds.Length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2) / contender.Share;
    }

    /// <summary>Times ours.</summary>
    public static Outcome Time(Action work, Func<string?>? agreement = null)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        work();
        return new(clock.Elapsed.TotalSeconds, agreement?.Invoke());
    }

    /// <summary>"4,997 of 5,000 as ours".</summary>
    public static string Same(IEnumerable<long> ours, IEnumerable<long> theirs, string what)
    {
        long[] a = [.. ours], b = [.. theirs];
        return string.Create(CultureInfo.InvariantCulture, $"{a.Zip(b).Count(pair => pair.First == pair.Second)} of {b.Length} {what} as ours");
    }
}
