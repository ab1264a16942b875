using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>What a cell left behind, as nbformat 4 knows it.</summary>
public abstract record Output
{
    /// <summary>Fields that nbformat does not name; they are kept and written back.</summary>
    public JsonObject Extra { get; init; } = [];
}

/// <summary>Text that a cell printed.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">All of it, in the order it was printed.</param>
public sealed record StreamOutput(string Name, string Text) : Output;

/// <summary>Something that a cell showed, in several forms.</summary>
/// <param name="Data">The forms by MIME type: text, or JSON for JSON types.</param>
/// <param name="Metadata">What a front end wants to know about them, such as an image's size.</param>
/// <param name="ExecutionCount">The cell's number where this is the value of its last expression, null where it was displayed.</param>
public sealed record DisplayOutput(JsonObject Data, JsonObject Metadata, int? ExecutionCount = null) : Output
{
    /// <summary>True where this is the value of the cell's last expression.</summary>
    public bool IsResult { get; init; } = ExecutionCount is not null;
}

/// <summary>The error that ended a cell.</summary>
/// <param name="Name">The exception's type.</param>
/// <param name="Message">The exception's message.</param>
/// <param name="Traceback">The lines that a front end prints; they may hold ANSI colours.</param>
public sealed record ErrorOutput(string Name, string Message, IReadOnlyList<string> Traceback) : Output;
