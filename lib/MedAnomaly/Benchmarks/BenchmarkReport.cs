using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MedAnomaly.Benchmarks;

/// <summary>What a contender took for a task.</summary>
/// <param name="Task">What was done.</param>
/// <param name="Contender">Whose way.</param>
/// <param name="Version">Of which package.</param>
/// <param name="Runs">How often.</param>
/// <param name="MedianSeconds">The median of the runs.</param>
/// <param name="LeastSeconds">The shortest run.</param>
/// <param name="Ratio">The median over ours: how many times as long.</param>
/// <param name="GigaPerSecond">Operations or bytes a second, in 10^9; null where no such rate means something.</param>
/// <param name="Share">The measured part of the task, from which the seconds were extrapolated; null where all was measured.</param>
/// <param name="Agreement">How the result compares with ours.</param>
public sealed record BenchmarkRow(string Task, string Contender, string Version, int Runs, double MedianSeconds, double LeastSeconds, double Ratio,
    double? GigaPerSecond, double? Share, string? Agreement);

/// <summary>A benchmark's outcome, with what it was measured on: times of two machines, or of two loads, do not compare.</summary>
/// <param name="Name">Which benchmark.</param>
/// <param name="Size">How large.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Cores">How many of it.</param>
/// <param name="Versions">Ours and the peers'.</param>
public sealed record BenchmarkReport(string Name, BenchmarkSize Size, string Processor, int Cores, IReadOnlyDictionary<string, string> Versions)
{
    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>What the work was done on, and whether it is real.</summary>
    public string Data { get; set; } = "";

    /// <summary>The machine's load (runnable processes, mean of a minute) before and after: 0 and the cores are the ends of a quiet one's.</summary>
    public double[] Load { get; set; } = [];

    /// <summary>The most memory that the process of ours held at once, in bytes; null where the system does not tell.</summary>
    public long? PeakMemoryBytes { get; set; }

    /// <summary>The measurements.</summary>
    public List<BenchmarkRow> Rows { get; } = [];

    /// <summary>What was not measured, and why.</summary>
    public List<string> Missing { get; } = [];

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json) + "\n";

    /// <summary>The report as lines of text.</summary>
    public override string ToString()
    {
        var load = string.Join(" to ", Load.Select(load => load.ToString("F1", CultureInfo.InvariantCulture)));
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture,
                $"bench {Name} ({Size.ToString().ToLowerInvariant()}): {Processor}, {Cores} cores, load {load}"),
            $"data: {Data}",
            $"versions: {string.Join(", ", Versions.Select(version => $"{version.Key} {version.Value}"))}",
        };
        foreach (var task in Rows.GroupBy(row => row.Task))
        {
            lines.Add(task.Key);
            foreach (var row in task)
            {
                var rate = row.GigaPerSecond is { } giga ? string.Create(CultureInfo.InvariantCulture, $"{giga,9:F1} G/s") : new string(' ', 13);
                var share = row.Share is { } part ? string.Create(CultureInfo.InvariantCulture, $"; extrapolated from {part:P1}") : "";
                lines.Add(string.Create(CultureInfo.InvariantCulture,
                    $"    {row.Contender,-34}{row.MedianSeconds,10:F3} s{row.Ratio,8:F2} x{rate}  {row.Agreement}{share}"));
            }
        }
        lines.AddRange(Missing.Select(missing => $"not measured: {missing}"));
        if (PeakMemoryBytes is { } bytes)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"peak memory of ours: {bytes / (double)(1L << 30):F2} GiB"));
        return string.Join('\n', lines) + "\n";
    }
}
