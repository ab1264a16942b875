using System.Text.Json.Nodes;
using System.Threading.Channels;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Runs the cells that front ends send, one after the other, in the order in which they came.</summary>
sealed class CellQueue(FrontEnds frontEnds, KernelSession session, CellHistory history, InputDesk desk)
{
    readonly Lock gate = new();
    // The cell that runs, then those that wait.
    readonly LinkedList<QueuedCell> cells = [];
    readonly Channel<QueuedCell> arrivals = Channel.CreateUnbounded<QueuedCell>();
    int count;
    int unrecorded;

    public void Add(JupyterMessage request)
    {
        var cell = new QueuedCell(request);
        lock (gate) cells.AddLast(cell);
        arrivals.Writer.TryWrite(cell);
    }

    /// <summary>Stops the cell that runs, also where it has come but not begun. Where none is, nothing happens.</summary>
    public void Interrupt()
    {
        QueuedCell? first;
        lock (gate) first = cells.First?.Value;
        // Whoever listens to the token must not keep the caller, which serves the sockets.
        first?.Interrupt.CancelAsync();
    }

    /// <summary>Runs cells until <paramref name="stop"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await foreach (var cell in arrivals.Reader.ReadAllAsync(stop).ConfigureAwait(false))
        {
            if (cell.IsAborted) Abort(cell);
            else await ExecuteAsync(cell).ConfigureAwait(false);
        }
    }

    async Task ExecuteAsync(QueuedCell queued)
    {
        using var busy = frontEnds.Running(queued.Request);
        JsonObject content;
        try
        {
            content = await ExecuteAsync(ExecuteRequest.Read(queued.Request), queued.Interrupt.Token).ConfigureAwait(false);
        }
        catch (MessageRejectedException fault)
        {
            content = Errors.Content("BadRequest", $"The request cannot be followed: {fault.Message}.", []);
        }
        Answer(queued, content);
    }

    // Whoever has the answer may send the next cell and interrupt it: this one must be out of the way.
    void Answer(QueuedCell cell, JsonObject content)
    {
        lock (gate) cells.Remove(cell);
        frontEnds.Reply(KernelChannel.Shell, cell.Request, content);
    }

    async Task<JsonObject> ExecuteAsync(ExecuteRequest cell, CancellationToken interrupt)
    {
        var number = cell.IsStored ? ++count : count;
        if (!cell.IsSilent) frontEnds.Publish("execute_input", new() { ["code"] = cell.Code, ["execution_count"] = number }, cell.Message);
        return HelpRequest.Of(cell.Code) is { } help
            ? await HelpAsync(help, number).ConfigureAwait(false)
            : await RunAsync(cell, number, interrupt).ConfigureAwait(false);
    }

    async Task<JsonObject> RunAsync(ExecuteRequest cell, int number, CancellationToken interrupt)
    {
        var name = cell.IsStored ? FormattableString.Invariant($"In[{number}]") : FormattableString.Invariant($"Unrecorded[{++unrecorded}]");
        using var ended = new CancellationTokenSource();
        ICellOutput output = cell.IsSilent ? new NoOutput() : new FrontEndOutput(frontEnds, cell.Message, desk, ended.Token);
        var result = await session.ExecuteAsync(cell.Code, name, output, interrupt).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        if (cell.IsStored) history.Add(new(number, cell.Code, (string?)result.Value?.Data[Mime.Text]));
        if (result.Error is { } error)
        {
            // Before anybody hears of the failure: what is sent in answer to it shall run.
            if (cell.StopsOnError) AbortWaiting();
            var content = Errors.Content(error);
            if (!cell.IsSilent) frontEnds.Publish("error", content.DeepClone().AsObject(), cell.Message);
            content["execution_count"] = number;
            content["user_expressions"] = new JsonObject();
            content["payload"] = new JsonArray();
            return content;
        }
        if (result.Value is { } value && !cell.IsSilent)
            frontEnds.Publish("execute_result", new() { ["execution_count"] = number, ["data"] = value.Data, ["metadata"] = value.Metadata }, cell.Message);
        return Done(number, [], await EvaluateAsync(cell.Expressions, interrupt).ConfigureAwait(false));
    }

    async Task<JsonObject> HelpAsync(HelpRequest help, int number)
    {
        var found = await session.InspectAsync(help.Name, help.Name.Length, help.WithSource).ConfigureAwait(false);
        var data = found is null
            ? new JsonObject { [Mime.Text] = $"Nothing is known under the name '{help.Name}'." }
            : Answers.Data(found);
        return Done(number, [new JsonObject { ["source"] = "page", ["data"] = data, ["start"] = 0 }], []);
    }

    async Task<JsonObject> EvaluateAsync(IReadOnlyDictionary<string, string> expressions, CancellationToken interrupt)
    {
        var values = new JsonObject();
        foreach (var (name, expression) in expressions)
        {
            var result = await session.ExecuteAsync(expression, $"expression {name}", new NoOutput(), interrupt, keep: false).ConfigureAwait(false);
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

    void AbortWaiting()
    {
        lock (gate)
        {
            foreach (var waiting in cells.Skip(1)) waiting.IsAborted = true;
        }
    }

    void Abort(QueuedCell cell)
    {
        using var busy = frontEnds.Running(cell.Request);
        Answer(cell, new() { ["status"] = "aborted", ["execution_count"] = count });
    }
}

/// <summary>A request to run a cell that has come and has no reply yet.</summary>
sealed class QueuedCell(JupyterMessage request)
{
    public JupyterMessage Request => request;

    /// <summary>Ends when the cell is to stop.</summary>
    public CancellationTokenSource Interrupt { get; } = new();

    /// <summary>True where the cell must not run, because one before it failed.</summary>
    public bool IsAborted { get; set; }
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
            !silent && Field.Flag(content, "stop_on_error", otherwise: true), expressions.ToDictionary(entry => entry.Key, entry => Field.Text(expressions, entry.Key)));
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
