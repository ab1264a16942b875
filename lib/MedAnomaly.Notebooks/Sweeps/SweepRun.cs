using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>One combination of parameters.</summary>
/// <param name="Id">Names it on disk: a hash of its values, the same whatever the order in which they are given.</param>
/// <param name="Settings">The values; the notebook's defaults stand for the rest.</param>
/// <param name="Values">The same, as JSON.</param>
public sealed record SweepRun(string Id, IReadOnlyList<ParameterSetting> Settings, IReadOnlyDictionary<string, JsonNode?> Values)
{
    /// <summary>How people see it: <c>imageSize=256 seed=1</c>.</summary>
    public override string ToString() => string.Join(' ', Values.Select(value => $"{value.Key}={value.Value?.ToJsonString() ?? "null"}"));

    internal static SweepRun Of(IReadOnlyList<ParameterSetting> settings, NotebookParameters declared)
    {
        // Injecting into a scratch notebook checks names and types as the run will.
        var values = declared.Inject(new Notebook(), settings);
        var canonical = string.Join('\n', values.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value?.ToJsonString() ?? "null"}"));
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))[..12];
        return new(id, settings, values.ToDictionary(value => value.Key, value => value.Value?.DeepClone(), StringComparer.Ordinal));
    }

    /// <summary>The text that the run gives a parameter, or its default; null where it is no text or not declared.</summary>
    internal string? ValueOf(string name, NotebookParameters declared)
    {
        if (Values.TryGetValue(name, out var value)) return value?.GetValueKind() == System.Text.Json.JsonValueKind.String ? value.GetValue<string>() : null;
        var initial = declared.All.FirstOrDefault(parameter => parameter.Name == name)?.Default;
        return initial is ['"', .. var text, '"'] ? text : null;
    }
}
