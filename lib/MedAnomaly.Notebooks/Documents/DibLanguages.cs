using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>The languages whose names start a cell of a .dib file: those of .NET Interactive, and those that the file's head declares.</summary>
sealed class DibLanguages
{
    static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["csharp"] = "csharp", ["c#"] = "csharp", ["cs"] = "csharp", ["markdown"] = "markdown", ["md"] = "markdown", ["raw"] = "raw",
        ["fsharp"] = "fsharp", ["f#"] = "fsharp", ["pwsh"] = "pwsh", ["powershell"] = "pwsh", ["javascript"] = "javascript", ["js"] = "javascript",
        ["html"] = "html", ["sql"] = "sql", ["kql"] = "kql", ["mermaid"] = "mermaid", ["value"] = "value", ["http"] = "http", ["python"] = "python",
    };

    readonly Dictionary<string, string> names = new(Known, StringComparer.OrdinalIgnoreCase);

    /// <summary>The languages of a file whose <c>#!meta</c> says <paramref name="kernelInfo"/>.</summary>
    public DibLanguages(JsonObject? kernelInfo)
    {
        Default = Text(kernelInfo?["defaultKernelName"]) is { } name ? names.GetValueOrDefault(name, name) : Cell.DefaultLanguage;
        foreach (var item in (kernelInfo?["items"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Text(item["name"]) is not { } declared) continue;
            names.TryAdd(declared, declared);
            foreach (var alias in (item["aliases"] as JsonArray ?? []).Select(Text).OfType<string>()) names.TryAdd(alias, names[declared]);
        }
    }

    /// <summary>The language of a cell before the first line that names one.</summary>
    public string Default { get; }

    /// <summary>The language that <paramref name="line"/> names, null where it starts no cell.</summary>
    public string? Started(string line) =>
        line.StartsWith("#!", StringComparison.Ordinal) && names.TryGetValue(line[2..].Trim(), out var language) ? language : null;

    static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
