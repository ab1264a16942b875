using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>What the program and the session's process say to each other.</summary>
static class Message
{
    public const string Ready = "ready", Execute = "execute", Interrupt = "interrupt", Quit = "quit", Stream = "stream", Display = "display",
        Clear = "clear", Done = "done", AskInput = "ask_input", GiveInput = "give_input", Question = "question", Answer = "answer";

    /// <summary>
    /// Printed past the console at a cell's end, so that the program can tell whose the text is that native code printed.
    /// </summary>
    public static string Boundary(int cell) => FormattableString.Invariant($"\u0001cell {cell}\u0002");

    public static string Kind(JsonObject message) => Text(message, "type");

    public static string Text(JsonObject message, string name) => message[name]!.GetValue<string>();

    public static int Number(JsonObject message, string name) => message[name]!.GetValue<int>();

    public static JsonObject Of(CellResult result, int cell) => new()
    {
        ["type"] = Done,
        ["cell"] = cell,
        ["status"] = result.Status.ToString(),
        ["value"] = result.Value is null ? null : Of(result.Value),
        ["error"] = result.Error is not { } error ? null : new JsonObject
        {
            ["name"] = error.Name,
            ["message"] = error.Message,
            ["traceback"] = new JsonArray([.. error.Traceback.Select(line => JsonValue.Create(line))]),
        },
        ["compile"] = result.CompileTime.Ticks,
        ["run"] = result.RunTime.Ticks,
    };

    public static CellResult ToResult(JsonObject message)
    {
        var error = message["error"] as JsonObject;
        return new(Enum.Parse<CellStatus>(Text(message, "status")), message["value"] is JsonObject value ? ToContent(value) : null,
            error is null ? null : new(Text(error, "name"), Text(error, "message"), [.. error["traceback"]!.AsArray().Select(line => line!.GetValue<string>())]),
            TimeSpan.FromTicks(message["compile"]!.GetValue<long>()), TimeSpan.FromTicks(message["run"]!.GetValue<long>()));
    }

    public static JsonObject Of(MimeData content) => new() { ["data"] = content.Data.DeepClone(), ["metadata"] = content.Metadata.DeepClone() };

    public static MimeData ToContent(JsonObject message) =>
        new(message["data"]!.DeepClone().AsObject(), message["metadata"]!.DeepClone().AsObject());
}
