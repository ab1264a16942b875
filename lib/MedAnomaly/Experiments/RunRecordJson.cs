using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MedAnomaly.Data;

namespace MedAnomaly.Experiments;

/// <summary>
/// Reads and writes <see cref="RunRecord"/>: strictly in (an unknown, missing or repeated key or a number out of its range is an error
/// with its place), and always the same bytes for the same record out.
/// </summary>
public static class RunRecordJson
{
    // A record is a few kilobytes; more is another file.
    const long MostBytes = 4 << 20;

    static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        IndentSize = 2,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new NameConverter<MetricName>(name => name),
            new NameConverter<MetricLevel>(JsonNamingPolicy.KebabCaseLower.ConvertName),
            new NameConverter<RunProtocol>(JsonNamingPolicy.KebabCaseLower.ConvertName),
            new NameConverter<DataKind>(JsonNamingPolicy.KebabCaseLower.ConvertName),
        },
    };

    /// <summary>The record as JSON: keys in their order, parameters and versions by name, metrics and counts by level.</summary>
    /// <exception cref="UsageException">The record does not make sense; the message says where.</exception>
    public static string Write(RunRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record.Fault() is { } fault) throw new UsageException($"The result record '{record.Id}' cannot be written: {fault}.");
        var ordered = record with
        {
            Parameters = Sorted(record.Parameters),
            Versions = Sorted(record.Versions),
            Metrics = [.. record.Metrics.OrderBy(metric => metric.Level).ThenBy(metric => metric.Name)],
            Counts = [.. record.Counts.OrderBy(counts => counts.Level)],
        };
        return JsonSerializer.Serialize(ordered, options) + "\n";

        static OrderedDictionary<string, T> Sorted<T>(IReadOnlyDictionary<string, T> entries) =>
            new(entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    /// <summary>All records as one JSON array, in the order given.</summary>
    /// <exception cref="UsageException">A record does not make sense.</exception>
    public static string WriteAll(IEnumerable<RunRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        string[] texts = [.. records.Select(record => Write(record).TrimEnd())];
        return texts.Length == 0 ? "[]\n" : $"[\n{string.Join(",\n", texts)}\n]\n";
    }

    /// <summary>Metrics without a run, with the keys that records have.</summary>
    public static string Write(MetricsReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(report, options) + "\n";
    }

    /// <summary>Reads a record's file.</summary>
    /// <exception cref="DataFormatException">The file is no record; the message has the path, the place in it and what is wrong.</exception>
    public static RunRecord Read(string path)
    {
        var length = new FileInfo(path).Length;
        if (length > MostBytes) throw new DataFormatException($"{path} has {length} bytes; a result record has at most {MostBytes}.");
        return Parse(File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a record's bytes, which came from <paramref name="path"/>.</summary>
    /// <exception cref="DataFormatException">The text is no record.</exception>
    public static RunRecord Parse(ReadOnlySpan<byte> json, string path)
    {
        RunRecord? record;
        try
        {
            record = JsonSerializer.Deserialize<RunRecord>(json, options);
        }
        catch (JsonException fault)
        {
            var line = fault.LineNumber is { } number ? $" (line {number + 1})" : "";
            throw new DataFormatException($"{path} is not a result record: {fault.Path ?? "$"}{line}: {FirstSentence(fault.Message)}", fault);
        }
        if (record is null) throw new DataFormatException($"{path} is not a result record: $ is null.");
        return record.Fault() is { } wrong ? throw new DataFormatException($"{path} is not a result record: {wrong}.") : record;
    }

    /// <summary>The serialiser's message without the path and position that it appends, which the caller words itself.</summary>
    static string FirstSentence(string message)
    {
        var end = message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    /// <summary>Writes an enumeration by name, and reads exactly these names; a fault lists them.</summary>
    sealed class NameConverter<TEnum>(Func<string, string> spelling) : JsonConverter<TEnum> where TEnum : struct, Enum
    {
        readonly OrderedDictionary<string, TEnum> values = new(Enum.GetValues<TEnum>().Select(value => KeyValuePair.Create(spelling(value.ToString()), value)));

        public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var name = reader.TokenType == JsonTokenType.String ? reader.GetString()! : null;
            return name is not null && values.TryGetValue(name, out var value) ? value
                : throw new JsonException($"{(name is null ? "a value that is no string" : $"'{name}'")} is none of {string.Join(", ", values.Keys)}.");
        }

        public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(spelling(value.ToString()));
    }
}
