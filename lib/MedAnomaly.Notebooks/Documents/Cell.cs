using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>What a cell is.</summary>
public enum CellKind
{
    /// <summary>Code that a session runs.</summary>
    Code,
    /// <summary>Prose.</summary>
    Markdown,
    /// <summary>Text that nothing interprets.</summary>
    Raw,
}

/// <summary>One cell of a <see cref="Notebook"/>.</summary>
public sealed class Cell(CellKind kind, string source, string? id = null)
{
    /// <summary>The language of a code cell that names none.</summary>
    public const string DefaultLanguage = "csharp";

    /// <summary>Code, prose or raw text.</summary>
    public CellKind Kind { get; set; } = kind;

    /// <summary>The cell's text, lines ended by <c>\n</c>.</summary>
    public string Source { get; set; } = source;

    /// <summary>Unique in its notebook; null until the notebook gives it one (<see cref="Notebook.EnsureIds"/>).</summary>
    public string? Id { get; set; } = id;

    /// <summary>The cell's metadata; tags among them.</summary>
    public JsonObject Metadata { get; set; } = [];

    /// <summary>Files that a prose cell embeds, by name, each a MIME bundle.</summary>
    public JsonObject? Attachments { get; set; }

    /// <summary>The number of the run that made the outputs.</summary>
    public int? ExecutionCount { get; set; }

    /// <summary>What the cell left behind when it last ran.</summary>
    public List<Output> Outputs { get; set; } = [];

    /// <summary>Fields that nbformat does not name; they are kept and written back.</summary>
    public JsonObject Extra { get; set; } = [];

    /// <summary>The cell's tags, such as <c>parameters</c> or <c>raises-exception</c>.</summary>
    public IReadOnlyList<string> Tags => Metadata["tags"] is JsonArray tags
        ? [.. tags.OfType<JsonValue>().Select(tag => tag.TryGetValue<string>(out var text) ? text : "").Where(tag => tag.Length > 0)]
        : [];

    /// <summary>True where the cell carries <paramref name="tag"/>.</summary>
    public bool HasTag(string tag) => Tags.Contains(tag, StringComparer.Ordinal);

    /// <summary>Adds <paramref name="tag"/> unless the cell carries it already.</summary>
    public void AddTag(string tag)
    {
        if (HasTag(tag)) return;
        if (Metadata["tags"] is not JsonArray tags) Metadata["tags"] = tags = [];
        tags.Add(tag);
    }

    /// <summary>
    /// The language of a code cell as Polyglot Notebooks and .NET Interactive note it (<c>polyglot_notebook.kernelName</c>,
    /// <c>dotnet_interactive.language</c>, <c>vscode.languageId</c>), C# where nothing is noted.
    /// </summary>
    public string Language
    {
        get => Kind == CellKind.Markdown ? "markdown"
            : Noted("polyglot_notebook", "kernelName") ?? Noted("dotnet_interactive", "language") ?? Noted("vscode", "languageId") ?? DefaultLanguage;
        set => Metadata["polyglot_notebook"] = new JsonObject { ["kernelName"] = value };
    }

    /// <summary>True where readers need not see the code: <c>jupyter.source_hidden</c>, or the tag <c>hide-input</c>.</summary>
    public bool IsSourceHidden
    {
        get => HasTag(CellTags.HideInput) || (Metadata["jupyter"] as JsonObject)?["source_hidden"] is JsonValue value && value.TryGetValue<bool>(out var hidden) && hidden;
        set
        {
            if (Metadata["jupyter"] is not JsonObject jupyter) Metadata["jupyter"] = jupyter = [];
            jupyter["source_hidden"] = value;
        }
    }

    /// <summary>True where the source holds nothing but white space.</summary>
    public bool IsBlank => string.IsNullOrWhiteSpace(Source);

    string? Noted(string owner, string key) =>
        Metadata[owner] is JsonObject notes && notes[key] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
