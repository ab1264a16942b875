using System.Text.Json.Nodes;
using System.Threading.Channels;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Runs the cells that front ends send, one after the other, in the order in which they came.</summary>
sealed class CellQueue(FrontEnds frontEnds, KernelSession session, CellHistory history, InputDesk desk)
{
    readonly Channel<JupyterMessage> waiting = Channel.CreateUnbounded<JupyterMessage>();
    int count;
    int unrecorded;

    public void Add(JupyterMessage request) => waiting.Writer.TryWrite(request);

    /// <summary>Runs cells until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var request in waiting.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (await ExecuteAsync(request).ConfigureAwait(false)) continue;
            while (waiting.Reader.TryRead(out var other)) Abort(other);
        }
    }

    // False where the cells that wait behind this one must not run.
    async Task<bool> ExecuteAsync(JupyterMessage request)
    {
        using var busy = frontEnds.Running(request);
        try
        {
            var cell = ExecuteRequest.Read(request);
            var outcome = await ExecuteAsync(cell).ConfigureAwait(false);
            frontEnds.Reply(KernelChannel.Shell, request, outcome.Content);
            return outcome.IsOk || !cell.StopsOnError;
        }
        catch (MessageRejectedException fault)
        {
            frontEnds.Reply(KernelChannel.Shell, request, Errors.Content("BadRequest", $"The request cannot be followed: {fault.Message}.", []));
            return true;
        }
    }

    async Task<(bool IsOk, JsonObject Content)> ExecuteAsync(ExecuteRequest cell)
    {
        var number = cell.IsStored ? ++count : count;
        if (!cell.IsSilent) frontEnds.Publish("execute_input", new() { ["code"] = cell.Code, ["execution_count"] = number }, cell.Message);
        var content = HelpRequest.Of(cell.Code) is { } help
            ? await HelpAsync(help, number).ConfigureAwait(false)
            : await RunAsync(cell, number).ConfigureAwait(false);
        return ((string?)content["status"] == "ok", content);
    }

    async Task<JsonObject> RunAsync(ExecuteRequest cell, int number)
    {
        var name = cell.IsStored ? FormattableString.Invariant($"In[{number}]") : FormattableString.Invariant($"Unrecorded[{++unrecorded}]");
        using var ended = new CancellationTokenSource();
        ICellOutput output = cell.IsSilent ? new NoOutput() : new FrontEndOutput(frontEnds, cell.Message, desk, ended.Token);
        var result = await session.ExecuteAsync(cell.Code, name, output).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        if (cell.IsStored) history.Add(new(number, cell.Code, (string?)result.Value?.Data[Mime.Text]));
        if (result.Error is { } error)
        {
            var content = Errors.Content(error);
            if (!cell.IsSilent) frontEnds.Publish("error", content.DeepClone().AsObject(), cell.Message);
            content["execution_count"] = number;
            content["user_expressions"] = new JsonObject();
            content["payload"] = new JsonArray();
            return content;
        }
        if (result.Value is { } value && !cell.IsSilent)
            frontEnds.Publish("execute_result", new() { ["execution_count"] = number, ["data"] = value.Data, ["metadata"] = value.Metadata }, cell.Message);
        return Done(number, [], await EvaluateAsync(cell.Expressions).ConfigureAwait(false));
    }

    async Task<JsonObject> HelpAsync(HelpRequest help, int number)
    {
        var found = await session.InspectAsync(help.Name, help.Name.Length, help.WithSource).ConfigureAwait(false);
        var data = found is null
            ? new JsonObject { [Mime.Text] = $"Nothing is known under the name '{help.Name}'." }
            : Answers.Data(found);
        return Done(number, [new JsonObject { ["source"] = "page", ["data"] = data, ["start"] = 0 }], []);
    }

    async Task<JsonObject> EvaluateAsync(IReadOnlyDictionary<string, string> expressions)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions)
        {
            var result = await session.ExecuteAsync(expression, $"expression {name}", new NoOutput(), keep: false).ConfigureAwait(false);
            values[name] = result.Error is { } error ? Errors.Content(error) : Value(result.Value);
        }
        return values;

        static JsonObject Value(MimeData? value) => new()
        {
            ["status"] = "ok",
            ["data"] = value?.Data ?? [],
            ["metadata"] = value?.Metadata ?? [],
        };
    }

    static JsonObject Done(int number, JsonArray payload, JsonObject expressions) => new()
    {
        ["status"] = "ok",
        ["execution_count"] = number,
        ["payload"] = payload,
        ["user_expressions"] = expressions,
    };

    void Abort(JupyterMessage request)
    {
        using var busy = frontEnds.Running(request);
        frontEnds.Reply(KernelChannel.Shell, request, new() { ["status"] = "aborted", ["execution_count"] = count });
    }
}

/// <summary>What a front end wants when it sends a cell.</summary>
sealed record ExecuteRequest(JupyterMessage Message, string Code, bool IsSilent, bool IsStored, bool StopsOnError, IReadOnlyDictionary<string, string> Expressions)
{
    /// <exception cref="MessageRejectedException">A field is missing or wrong.</exception>
    public static ExecuteRequest Read(JupyterMessage message)
    {
        var content = message.Content;
        var silent = Field.Flag(content, "silent", otherwise: false);
        var expressions = content["user_expressions"] as JsonObject ?? [];
        return new(message, Field.Text(content, "code"), silent, !silent && Field.Flag(content, "store_history", otherwise: true),
            Field.Flag(content, "stop_on_error", otherwise: true), expressions.ToDictionary(entry => entry.Key, entry => Field.Text(expressions, entry.Key)));
    }
}

/// <summary>Errors as the protocol writes them.</summary>
static class Errors
{
    public static JsonObject Content(CellError error) => Content(error.Name, error.Message, error.Traceback);

    public static JsonObject Content(string name, string message, IEnumerable<string> traceback) => new()
    {
        ["status"] = "error",
        ["ename"] = name,
        ["evalue"] = message,
        ["traceback"] = new JsonArray([.. traceback.Select(line => JsonValue.Create(line))]),
    };
}
