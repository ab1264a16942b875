using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Tests.Pages.Browser;

/// <summary>A Chromium without a window, driven over its DevTools protocol: what a page does is seen in a real browser.</summary>
sealed class Chromium : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly TemporaryFolder profile;
    readonly ClientWebSocket socket = new();
    readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> waiting = new();
    readonly SemaphoreSlim sending = new(1);
    int last;

    Chromium(Process process, TemporaryFolder profile) => (this.process, this.profile) = (process, profile);

    /// <summary>What the browser reported, first to last.</summary>
    public ConcurrentQueue<JsonNode> Events { get; } = new();

    /// <summary>Starts the browser; the test is skipped, visibly, where there is none.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var program = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "Chromium is not installed (on Debian: apt install chromium).");
        var profile = new TemporaryFolder();
        var start = new ProcessStartInfo(program, ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.Path}", "about:blank"])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        var chromium = new Chromium(Process.Start(start)!, profile);
        try
        {
            await chromium.ConnectAsync();
            return chromium;
        }
        catch
        {
            await chromium.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the page at <paramref name="path"/> and waits until it is loaded.</summary>
    public async Task<Page> OpenAsync(string path)
    {
        var target = (await SendAsync("Target.createTarget", new() { ["url"] = "about:blank" }, null))["targetId"]!.GetValue<string>();
        var session = (await SendAsync("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, null))["sessionId"]!.GetValue<string>();
        var page = new Page(this, session);
        await page.SendAsync("Page.enable");
        await page.SendAsync("Network.enable");
        await page.SendAsync("Target.setAutoAttach", new() { ["autoAttach"] = true, ["waitForDebuggerOnStart"] = true, ["flatten"] = true });
        await page.SendAsync("Page.navigate", new() { ["url"] = new Uri(path).AbsoluteUri });
        await page.UntilAsync("document.readyState === 'complete' && location.protocol === 'file:'");
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        socket.Dispose();
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        // Its children may still be writing when the first process is gone.
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                profile.Dispose();
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(100);
            }
        }
    }

    async Task ConnectAsync()
    {
        const string Announcement = "DevTools listening on ";
        using var patience = new CancellationTokenSource(Patience);
        string? line;
        while (!(line = await process.StandardError.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException("Chromium ended.")).StartsWith(Announcement, StringComparison.Ordinal));
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
        await socket.ConnectAsync(new Uri(line[Announcement.Length..]), patience.Token);
        _ = Task.Run(ReceiveAsync, CancellationToken.None);
    }

    internal async Task<JsonNode> SendAsync(string method, JsonObject? parameters, string? session)
    {
        var id = Interlocked.Increment(ref last);
        var answer = waiting[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null) message["sessionId"] = session;
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
        var reply = await answer.Task.WaitAsync(Patience);
        return reply["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : reply["result"]!;
    }

    async Task ReceiveAsync()
    {
        var buffer = new byte[1 << 16];
        using var message = new MemoryStream();
        while (socket.State == WebSocketState.Open)
        {
            try
            {
                var part = await socket.ReceiveAsync(buffer, CancellationToken.None);
                message.Write(buffer, 0, part.Count);
                if (!part.EndOfMessage) continue;
            }
            catch (Exception fault) when (fault is WebSocketException or ObjectDisposedException or OperationCanceledException)
            {
                foreach (var answer in waiting.Values) answer.TrySetException(new InvalidOperationException("Chromium is gone.", fault));
                return;
            }
            var node = JsonNode.Parse(message.ToArray())!;
            message.SetLength(0);
            if (node["id"] is { } id && waiting.TryRemove(id.GetValue<int>(), out var reply)) reply.TrySetResult(node);
            else Events.Enqueue(node);
        }
    }
}

/// <summary>One page in the browser.</summary>
sealed class Page(Chromium chromium, string session)
{
    /// <summary>The addresses that the page asked for, apart from what it carries within itself and what its policy stopped.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            var stopped = Of("Network.loadingFailed").Where(failure => failure["params"]!["blockedReason"]?.GetValue<string>() == "csp")
                .Select(failure => failure["params"]!["requestId"]!.GetValue<string>()).ToHashSet();
            return [.. Of("Network.requestWillBeSent").Select(request => request["params"]!)
                .Where(request => !stopped.Contains(request["requestId"]!.GetValue<string>())).Select(request => request["request"]!["url"]!.GetValue<string>())
                .Where(url => !url.StartsWith("data:", StringComparison.Ordinal))];
        }
    }

    /// <summary>The dialogs that it opened.</summary>
    public IReadOnlyList<string> Dialogs => [.. Of("Page.javascriptDialogOpening").Select(dialog => dialog["params"]!["message"]!.GetValue<string>())];

    /// <summary>The frame that the page opened, as a page of its own, watched from its start.</summary>
    public async Task<Page> FrameAsync()
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (Of("Target.attachedToTarget").FirstOrDefault() is { } attached)
            {
                var frame = new Page(chromium, attached["params"]!["sessionId"]!.GetValue<string>());
                await frame.SendAsync("Page.enable");
                await frame.SendAsync("Network.enable");
                await frame.SendAsync("Runtime.runIfWaitingForDebugger");
                return frame;
            }
            await Task.Delay(50);
        }
        throw new TimeoutException("The page opened no frame.");
    }

    public Task<JsonNode> SendAsync(string method, JsonObject? parameters = null) => chromium.SendAsync(method, parameters, session);

    /// <summary>The value of a JavaScript expression, which the page's policy does not concern.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await SendAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        return answer["exceptionDetails"] is { } fault ? throw new InvalidOperationException(fault.ToJsonString()) : answer["result"]!["value"];
    }

    public async Task UntilAsync(string condition)
    {
        for (var attempt = 0; attempt < 600; attempt++)
        {
            if (await EvaluateAsync(condition) is JsonValue value && value.TryGetValue<bool>(out var holds) && holds) return;
            await Task.Delay(50);
        }
        throw new TimeoutException($"It never came true: {condition}");
    }

    IEnumerable<JsonNode> Of(string method) => chromium.Events.Where(node => node["sessionId"]?.GetValue<string>() == session && node["method"]?.GetValue<string>() == method);
}
