using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>A notebook in memory: cells, and what its file said about it.</summary>
public sealed class Notebook
{
    static readonly string[] OwnLanguages = ["C#", "csharp", "polyglot-notebook"];

    /// <summary>The cells, first to last.</summary>
    public List<Cell> Cells { get; } = [];

    /// <summary>The notebook's metadata: kernel, language, papermill's record of a run.</summary>
    public JsonObject Metadata { get; set; } = [];

    /// <summary>Fields that nbformat does not name; they are kept and written back.</summary>
    public JsonObject Extra { get; set; } = [];

    /// <summary>The minor version of nbformat 4 to write: 5, or a later one that the file brought.</summary>
    public int MinorVersion { get; set; } = 5;

    /// <summary>The code cells, first to last.</summary>
    public IEnumerable<Cell> CodeCells => Cells.Where(cell => cell.Kind == CellKind.Code);

    /// <summary>The language that the notebook's own metadata name, where it is not C#; null where it is, or nothing is said.</summary>
    public string? ForeignLanguage => (Named("kernelspec", "language") ?? Named("language_info", "name")) is { } language
        && !OwnLanguages.Contains(language, StringComparer.OrdinalIgnoreCase) ? language : null;

    /// <summary>
    /// Gives every cell without an id one that depends on its text alone, so that two writes of one notebook are equal.
    /// </summary>
    public void EnsureIds()
    {
        var taken = Cells.Where(cell => cell.Id is not null).Select(cell => cell.Id!).ToHashSet(StringComparer.Ordinal);
        foreach (var cell in Cells.Where(cell => cell.Id is null))
        {
            var attempt = 0;
            string id;
            do
            {
                var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{attempt++}\n{cell.Kind}\n{cell.Source}"));
                id = Convert.ToHexStringLower(digest.AsSpan(0, 4));
            }
            while (!taken.Add(id));
            cell.Id = id;
        }
    }

    /// <summary>Says that the notebook is C#, as front ends and converters look for it; what the file said otherwise is kept.</summary>
    public void EnsureKernel()
    {
        Metadata["kernelspec"] ??= new JsonObject { ["display_name"] = "C# (MedAnomaly)", ["language"] = "C#", ["name"] = "medanomaly" };
        Metadata["language_info"] ??= new JsonObject
        {
            ["file_extension"] = ".cs",
            ["mimetype"] = "text/x-csharp",
            ["name"] = "C#",
            ["pygments_lexer"] = "csharp",
        };
    }

    string? Named(string owner, string key) =>
        Metadata[owner] is JsonObject notes && notes[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
