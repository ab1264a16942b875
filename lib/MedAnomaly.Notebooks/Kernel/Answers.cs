using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Language;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Answers what front ends ask besides running cells; also while a cell runs.</summary>
sealed class Answers(FrontEnds frontEnds, KernelSession session, CellHistory history, Action<string> log)
{
    const int SessionNumber = 1;
    const int DefaultTail = 10;

    /// <summary>What the kernel says about itself.</summary>
    public static JsonObject Information() => new()
    {
        ["status"] = "ok",
        ["protocol_version"] = MessageCodec.ProtocolVersion,
        ["implementation"] = "medanomaly",
        ["implementation_version"] = typeof(Answers).Assembly.GetName().Version!.ToString(3),
        ["banner"] = "C# (MedAnomaly): the library's namespaces are open. 'Name?' shows what a name is.",
        ["debugger"] = false,
        ["help_links"] = new JsonArray(
            new JsonObject { ["text"] = "C# reference", ["url"] = "https://learn.microsoft.com/dotnet/csharp/" },
            new JsonObject { ["text"] = ".NET API browser", ["url"] = "https://learn.microsoft.com/dotnet/api/" }),
        ["language_info"] = new JsonObject
        {
            ["name"] = "C#",
            ["version"] = "14.0",
            ["mimetype"] = "text/x-csharp",
            ["file_extension"] = ".cs",
            ["pygments_lexer"] = "csharp",
            ["codemirror_mode"] = "text/x-csharp",
        },
    };

    /// <summary>What is known about a name, by MIME type.</summary>
    public static JsonObject Data(Inspection found) => new() { [Mime.Text] = found.Plain, [Mime.Markdown] = found.Markdown };

    /// <summary>Answers a request of the shell channel.</summary>
    public async Task AnswerAsync(JupyterMessage request)
    {
        using var busy = frontEnds.Busy(request);
        try
        {
            if (request.Type == "comm_open") CloseComm(request);
            else if (await ContentAsync(request).ConfigureAwait(false) is { } content) frontEnds.Reply(KernelChannel.Shell, request, content);
        }
        catch (Exception fault) when (fault is MessageRejectedException or TimeoutException or SessionDiedException or MachineException or InvalidOperationException)
        {
            log($"{request.Type} failed: {fault.Message}");
            frontEnds.Reply(KernelChannel.Shell, request, Errors.Content(fault.GetType().Name, fault.Message, []));
        }
    }

    async Task<JsonObject?> ContentAsync(JupyterMessage request)
    {
        var content = request.Content;
        switch (request.Type)
        {
            case "kernel_info_request": return Information();
            case "complete_request": return await CompleteAsync(content).ConfigureAwait(false);
            case "inspect_request": return await InspectAsync(content).ConfigureAwait(false);
            case "is_complete_request": return await CheckAsync(content).ConfigureAwait(false);
            case "history_request": return History(content);
            case "comm_info_request": return new() { ["status"] = "ok", ["comms"] = new JsonObject() };
            case "comm_msg" or "comm_close": return null; // Every comm was closed when it was opened.
            default:
                log($"ignored a message of the unknown type '{request.Type}'");
                return null;
        }
    }

    // There are no widgets here: a comm that a front end opens has no other end.
    void CloseComm(JupyterMessage request) =>
        frontEnds.Publish("comm_close", new() { ["comm_id"] = Field.Text(request.Content, "comm_id"), ["data"] = new JsonObject() }, request);

    async Task<JsonObject> CompleteAsync(JsonObject content)
    {
        var code = Field.Text(content, "code");
        var position = CodePoints.ToIndex(code, Field.Number(content, "cursor_pos", CodePoints.FromIndex(code, code.Length)));
        var found = await session.CompleteAsync(code, position).ConfigureAwait(false);
        var (start, end) = (CodePoints.FromIndex(code, found.Start), CodePoints.FromIndex(code, found.End));
        return new()
        {
            ["status"] = "ok",
            ["matches"] = new JsonArray([.. found.Items.Select(item => JsonValue.Create(item.Text))]),
            ["cursor_start"] = start,
            ["cursor_end"] = end,
            ["metadata"] = new JsonObject
            {
                ["_jupyter_types_experimental"] = new JsonArray([.. found.Items.Select(item =>
                    new JsonObject { ["text"] = item.Text, ["type"] = item.Kind, ["start"] = start, ["end"] = end })]),
            },
        };
    }

    async Task<JsonObject> InspectAsync(JsonObject content)
    {
        var code = Field.Text(content, "code");
        var position = CodePoints.ToIndex(code, Field.Number(content, "cursor_pos", CodePoints.FromIndex(code, code.Length)));
        var found = await session.InspectAsync(code, position, Field.Number(content, "detail_level", 0) > 0).ConfigureAwait(false);
        return new() { ["status"] = "ok", ["found"] = found is not null, ["data"] = found is null ? [] : Data(found), ["metadata"] = new JsonObject() };
    }

    async Task<JsonObject> CheckAsync(JsonObject content)
    {
        var code = Field.Text(content, "code");
        if (HelpRequest.Of(code) is not null) return new() { ["status"] = "complete" };
        var check = await session.CheckAsync(code).ConfigureAwait(false);
        return check.Status switch
        {
            Completeness.Complete => new() { ["status"] = "complete" },
            Completeness.Invalid => new() { ["status"] = "invalid" },
            _ => new() { ["status"] = "incomplete", ["indent"] = check.Indent },
        };
    }

    JsonObject History(JsonObject content)
    {
        var kind = Field.Text(content, "hist_access_type");
        var found = kind switch
        {
            "tail" => history.Tail(Field.Number(content, "n", DefaultTail)),
            // 0 is this session, as its own number is; of others nothing is kept.
            "range" when Field.Number(content, "session", 0) is 0 or SessionNumber =>
                history.Range(Field.Number(content, "start", 0), content["stop"] is null ? int.MaxValue : Field.Number(content, "stop")),
            "range" => [],
            "search" => history.Search(Field.Text(content, "pattern", "*"), content["n"] is null ? null : Field.Number(content, "n"), Field.Flag(content, "unique", otherwise: false)),
            _ => throw new MessageRejectedException($"its field 'hist_access_type' is '{kind}', expected 'tail', 'range' or 'search'"),
        };
        var withOutput = Field.Flag(content, "output", otherwise: false);
        return new()
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(entry => new JsonArray(SessionNumber, entry.Number,
                withOutput ? new JsonArray(entry.Code, entry.Result) : JsonValue.Create(entry.Code)))]),
        };
    }
}
