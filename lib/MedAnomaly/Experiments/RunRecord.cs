using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedAnomaly.Data;
using MedAnomaly.Metrics;

namespace MedAnomaly.Experiments;

/// <summary>Whose way of measuring a run follows.</summary>
public enum RunProtocol
{
    /// <summary>The paper's, with its traps: an image-level split, a threshold chosen on the test set.</summary>
    AsPublished,
    /// <summary>The right one.</summary>
    Corrected,
}

/// <summary>How many samples of each class a level had: what prevalence and the trivial classifier follow from.</summary>
/// <param name="Level">Images, pixels or volumes.</param>
/// <param name="Positives">Abnormal ones.</param>
/// <param name="Negatives">Normal ones.</param>
public sealed record ClassCounts(MetricLevel Level, long Positives, long Negatives)
{
    /// <summary>The counts of ranked samples.</summary>
    public static ClassCounts Of(RankedScores scores, MetricLevel level)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return new(level, scores.Positives, scores.Negatives);
    }

    /// <summary>The classifier that looks at nothing.</summary>
    internal TrivialClassifier Trivial => new(Positives, Negatives);
}

/// <summary>SHA-256, in lower-case hexadecimal, of what a run stood on.</summary>
/// <param name="Manifest">Of what defines the dataset; null where there is no manifest.</param>
/// <param name="Weights">Of the encoder's weights; null where there are none.</param>
public sealed record RunHashes(string? Manifest = null, string? Weights = null);

/// <summary>What one run measured, and everything needed to run it again: one JSON file.</summary>
/// <remarks>Keys in the file are the property names in camel case; every key is written, null where there is nothing.</remarks>
public sealed record RunRecord
{
    /// <summary>Names the run and its file: lower-case letters, digits, '.', '_' and '-'. The same run again has the same id.</summary>
    public required string Id { get; init; }

    /// <summary>The source document ("000"), or null for a run that belongs to none.</summary>
    public string? Paper { get; init; }

    /// <summary>The paper's table ("Table 1", and "Table 1, ablations" for what goes beyond it), or null.</summary>
    public string? Table { get; init; }

    /// <summary>The id of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Whether the data is the paper's, a stand-in, or simulated.</summary>
    public required DataKind Data { get; init; }

    /// <summary>Whose way of measuring.</summary>
    public required RunProtocol Protocol { get; init; }

    /// <summary>The method, as tables print it ("PatchCore, n = 1 %").</summary>
    public required string Method { get; init; }

    /// <summary>How the decision threshold was chosen and on what ("max-F1 on test (oracle)"), see <see cref="Threshold.ToString"/>; null without one.</summary>
    public string? Threshold { get; init; }

    /// <summary>What was set, by name: strings, numbers, booleans, null, or arrays of them.</summary>
    public IReadOnlyDictionary<string, JsonNode?> Parameters { get; init; } = new Dictionary<string, JsonNode?>();

    /// <summary>What was measured; a name and level at most once.</summary>
    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>The class counts, a level at most once.</summary>
    public IReadOnlyList<ClassCounts> Counts { get; init; } = [];

    /// <summary>How long the run took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The commit of the code, "-dirty" appended where files had changed; null outside a checkout. See <see cref="Provenance.Commit"/>.</summary>
    public string? Commit { get; init; }

    /// <summary>The seed, or null where nothing was random.</summary>
    public long? Seed { get; init; }

    /// <summary>Versions of the library, libtorch, .NET and the system. See <see cref="Provenance.Versions"/>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Hashes of the manifest and the weights.</summary>
    public RunHashes Hashes { get; init; } = new();

    /// <summary>The metric of a name and level, or null.</summary>
    public MetricValue? Metric(MetricName name, MetricLevel level) => Metrics.FirstOrDefault(metric => metric.Name == name && metric.Level == level);

    /// <summary>An id from what tells the run from others: in lower case, joined by '-', with '-' for what an id may not have.</summary>
    public static string IdOf(params IEnumerable<string> parts) => string.Concat(string.Join('-', parts).ToLowerInvariant()
        .Select(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' ? c : '-')).Trim('-', '.');

    /// <summary>Parameters from the properties of an object, such as <c>new { coresetRatio, seed }</c>.</summary>
    public static IReadOnlyDictionary<string, JsonNode?> ParametersOf(object parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return JsonSerializer.SerializeToNode(parameters, parameters.GetType())!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value?.DeepClone());
    }

    /// <summary>The first thing that is wrong, with its JSON path; null where nothing is.</summary>
    internal string? Fault()
    {
        if (Id.Length is 0 or > 120 || !Id.All(c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-') || Id[0] is '.' or '-')
            return $"$.id is '{Id}'; an id has 1 to 120 lower-case letters, digits, '.', '_' or '-', and begins with none of '.' and '-'";
        foreach (var (key, text) in new[] { ("dataset", Dataset), ("method", Method) })
        {
            if (string.IsNullOrWhiteSpace(text)) return $"$.{key} is empty";
        }
        if (!(Seconds >= 0 && double.IsFinite(Seconds)))
            return string.Create(CultureInfo.InvariantCulture, $"$.seconds is {Seconds}; a duration is finite and not negative");
        foreach (var (key, hash) in new[] { ("manifest", Hashes.Manifest), ("weights", Hashes.Weights) })
        {
            if (hash is not null && !(hash.Length == 64 && hash.All(c => c is >= '0' and <= '9' or >= 'a' and <= 'f')))
                return $"$.hashes.{key} is '{hash}'; a SHA-256 is 64 lower-case hexadecimal digits";
        }
        for (var i = 0; i < Metrics.Count; i++)
        {
            var metric = Metrics[i];
            if (metric.Fault() is { } fault) return $"$.metrics[{i}].{fault}";
            if (metric.Paper is not null && Data != DataKind.Real)
            {
                return $"$.metrics[{i}].paper must be null: the run is on {Caption(Data)}, for which the paper has no number. "
                    + "Show the paper's number in a row of its own";
            }
            if (Metrics.Take(i).Any(other => (other.Name, other.Level) == (metric.Name, metric.Level)))
                return $"$.metrics[{i}] repeats {metric.Name} of level {metric.Level.ToString().ToLowerInvariant()}";
        }
        for (var i = 0; i < Counts.Count; i++)
        {
            if (Counts[i].Positives < 0 || Counts[i].Negatives < 0) return $"$.counts[{i}] has a negative count";
            if (Counts.Take(i).Any(other => other.Level == Counts[i].Level)) return $"$.counts[{i}] repeats its level";
        }
        foreach (var (name, value) in Parameters)
        {
            if (value is JsonObject || (value is JsonArray array && array.Any(item => item is JsonObject or JsonArray)))
                return $"$.parameters.{name} is nested; a parameter is a string, a number, a boolean, null, or an array of these";
        }
        return null;
    }

    /// <summary>What captions say of the data.</summary>
    public static string Caption(DataKind data) => data switch
    {
        DataKind.Real => "real data",
        DataKind.StandIn => "a stand-in (another dataset)",
        DataKind.Simulated => "simulated data",
        _ => throw new ArgumentOutOfRangeException(nameof(data), data, "No such kind of data."),
    };
}
