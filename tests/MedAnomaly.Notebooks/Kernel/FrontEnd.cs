using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Kernel;

namespace MedAnomaly.Notebooks.Tests.Kernel;

/// <summary>
/// A front end of the tests' own: starts a kernel as a program of its own and speaks to it over ZeroMQ. It composes and checks messages
/// itself, so that kernel and tests cannot share a mistake. Sockets belong to one thread: no awaits between calls.
/// </summary>
sealed class FrontEnd : IDisposable
{
    /// <summary>The program, as built beside the tests.</summary>
    public static readonly string Program = Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll");

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly string[] Channels = ["shell", "control", "stdin", "iopub", "hb"];
    static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();

    readonly ZmqContext context = new();
    readonly Dictionary<string, ZmqSocket> sockets = [];
    readonly List<JsonObject> published = [];
    readonly byte[] key;
    readonly bool isOwner;

    FrontEnd(Process process, string connectionFile, StringBuilder log, bool isOwner)
    {
        (Kernel, ConnectionFile, Log, this.isOwner) = (process, connectionFile, log, isOwner);
        var content = JsonNode.Parse(File.ReadAllText(connectionFile))!;
        key = Encoding.UTF8.GetBytes((string)content["key"]!);
        var identity = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString());
        foreach (var channel in Channels)
        {
            var socket = sockets[channel] = context.Open(channel switch { "iopub" => ZmqSocketType.Subscriber, "hb" => ZmqSocketType.Request, _ => ZmqSocketType.Dealer });
            if (channel == "iopub") socket.SubscribeToAll();
            // The kernel knows by the name that the answer to a question comes from the one that was asked.
            else socket.SetIdentity(identity);
            socket.Connect(FormattableString.Invariant($"tcp://127.0.0.1:{(int)content[channel + "_port"]!}"));
        }
        Assert.Equal("iopub_welcome", Type(Receive("iopub") ?? throw new InvalidOperationException($"The kernel did not greet: {log}")));
    }

    public Process Kernel { get; }

    public string ConnectionFile { get; }

    /// <summary>What the kernel said on standard error, as far as it has come through.</summary>
    public StringBuilder Log { get; }

    /// <summary>Asserts that the kernel says so on standard error, which has a way of its own and may come later than the answer.</summary>
    public void AssertSays(string words)
    {
        string Said()
        {
            lock (Log) return Log.ToString();
        }
        SpinWait.SpinUntil(() => Said().Contains(words, StringComparison.Ordinal), Patience);
        Assert.Contains(words, Said(), StringComparison.Ordinal);
    }

    /// <summary>What the user types when asked; null to leave the question open.</summary>
    public Func<string, string?> Typist { get; set; } = _ => "typed";

    /// <summary>Starts a kernel and waits until it listens.</summary>
    public static FrontEnd Start(string folder, Action<ProcessStartInfo>? prepare = null)
    {
        var file = WriteConnectionFile(folder);
        var start = KernelStart(file);
        start.WorkingDirectory = folder;
        prepare?.Invoke(start);
        var process = Process.Start(start)!;
        var log = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (log) log.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return new(process, file, log, isOwner: true);
    }

    /// <summary>How a front end starts the kernel; interrupts, which what a shell starts in the background ignores, are not ignored.</summary>
    public static ProcessStartInfo KernelStart(string connectionFile) =>
        new("env", ["--default-signal=INT", "dotnet", Program, "kernel", "run", "--connection-file", connectionFile]) { RedirectStandardError = true };

    /// <summary>A connection file with free ports, for its owner only, as front ends write it.</summary>
    public static string WriteConnectionFile(string folder, Action<JsonObject>? change = null)
    {
        var content = new JsonObject { ["transport"] = "tcp", ["ip"] = "127.0.0.1", ["signature_scheme"] = "hmac-sha256", ["key"] = Guid.NewGuid().ToString() };
        // All at once, so that none is given out twice.
        var listeners = Channels.Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        foreach (var (channel, listener) in Channels.Zip(listeners)) content[channel + "_port"] = ((IPEndPoint)listener.LocalEndpoint).Port;
        foreach (var listener in listeners) listener.Dispose();
        change?.Invoke(content);
        var path = Path.Combine(folder, $"kernel-{Guid.NewGuid():N}.json");
        File.WriteAllText(path, content.ToJsonString());
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>A second front end of the same kernel.</summary>
    public FrontEnd Join() => new(Kernel, ConnectionFile, Log, isOwner: false);

    /// <summary>Runs a cell to its end.</summary>
    public Execution Execute(string code, Action<JsonObject>? change = null) => Finish(Begin(code, change));

    /// <summary>Sends a cell and returns its message's id.</summary>
    public string Begin(string code, Action<JsonObject>? change = null)
    {
        var content = new JsonObject
        {
            ["code"] = code, ["silent"] = false, ["store_history"] = true, ["user_expressions"] = new JsonObject(), ["allow_stdin"] = true, ["stop_on_error"] = true,
        };
        change?.Invoke(content);
        return Send("shell", "execute_request", content);
    }

    /// <summary>Waits until a cell has its reply and is idle; answers its questions.</summary>
    public Execution Finish(string id)
    {
        JsonObject? reply = null;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (Receive("stdin", TimeSpan.Zero) is { } question && Typist((string)question["content"]!["prompt"]!) is { } typed)
                Send("stdin", "input_reply", new() { ["value"] = typed }, question["header"]!.AsObject());
            if (reply is null && Receive("shell", TimeSpan.Zero) is { } candidate && Parent(candidate) == id) reply = candidate;
            if (Receive("iopub", TimeSpan.FromMilliseconds(20)) is { } message) published.Add(message);
            var own = published.Where(message => Parent(message) == id).ToList();
            if (reply is not null && own.Exists(message => Type(message) == "status" && (string?)message["content"]!["execution_state"] == "idle"))
            {
                published.RemoveAll(own.Contains);
                return new(Content(reply), own);
            }
        }
        throw new TimeoutException($"The cell did not end. The kernel said: {Log}");
    }

    /// <summary>Waits until the cell has published something that fits.</summary>
    public JsonObject Wait(string id, Func<JsonObject, bool> fits)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (published.Find(message => Parent(message) == id && fits(message)) is { } found) return found;
            if (Receive("iopub", TimeSpan.FromMilliseconds(50)) is { } message) published.Add(message);
        }
        throw new TimeoutException($"What was waited for did not come. The kernel said: {Log}");
    }

    /// <summary>Waits until the cell has printed <paramref name="text"/>.</summary>
    public void WaitForText(string id, string text) => Wait(id, message => ((string?)message["content"]!["text"])?.Contains(text, StringComparison.Ordinal) == true);

    /// <summary>Asks, and returns the content of the reply.</summary>
    public JsonObject Ask(string type, JsonObject content, string channel = "shell")
    {
        var id = Send(channel, type, content);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience)
        {
            if (Receive(channel) is { } reply && Parent(reply) == id) return Content(reply);
        }
        throw new TimeoutException($"{type} was not answered. The kernel said: {Log}");
    }

    /// <summary>Sends a message and returns its id.</summary>
    public string Send(string channel, string type, JsonObject content, JsonObject? parent = null) => Send(channel, Compose(type, content, parent));

    /// <summary>Sends the frames as they are; the id is read from the header.</summary>
    public string Send(string channel, List<byte[]> frames)
    {
        sockets[channel].Send(frames);
        return (string)JsonNode.Parse(frames[2])!["msg_id"]!;
    }

    /// <summary>The frames of a message.</summary>
    public List<byte[]> Compose(string type, JsonObject content, JsonObject? parent = null)
    {
        var header = new JsonObject { ["msg_id"] = Guid.NewGuid().ToString(), ["session"] = "test", ["username"] = "test", ["date"] = "2026-01-01T00:00:00Z", ["msg_type"] = type, ["version"] = "5.3" };
        byte[][] parts = [Bytes(header), Bytes(parent ?? []), Bytes([]), Bytes(content)];
        return [Delimiter, Sign(parts), .. parts];
    }

    /// <summary>The next message on a channel; null where none comes in time.</summary>
    public JsonObject? Receive(string channel, TimeSpan? patience = null)
    {
        if (!sockets[channel].Poll(patience ?? Patience) || sockets[channel].Receive() is not { } frames) return null;
        var start = frames.FindIndex(frame => frame.AsSpan().SequenceEqual(Delimiter));
        byte[][] parts = [.. frames[(start + 2)..(start + 6)]];
        Assert.Equal(Encoding.ASCII.GetString(Sign(parts)), Encoding.ASCII.GetString(frames[start + 1]));
        JsonObject Part(int index) => JsonNode.Parse(parts[index])!.AsObject();
        return new() { ["header"] = Part(0), ["parent_header"] = Part(1), ["content"] = Part(3) };
    }

    /// <summary>True where the heart beats.</summary>
    public bool Beats()
    {
        sockets["hb"].Send([[1, 2, 3]]);
        return sockets["hb"].Poll(Patience) && sockets["hb"].Receive() is [[1, 2, 3]];
    }

    public static string Type(JsonObject message) => (string)message["header"]!["msg_type"]!;

    public static string? Parent(JsonObject message) => (string?)message["parent_header"]!["msg_id"];

    static JsonObject Content(JsonObject message) => message["content"]!.AsObject();

    public void Dispose()
    {
        foreach (var socket in sockets.Values) socket.Dispose();
        context.Shutdown();
        context.Dispose();
        if (!isOwner) return;
        if (!Kernel.HasExited) Kernel.Kill(entireProcessTree: true);
        Kernel.Dispose();
    }

    byte[] Sign(byte[][] parts) => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(key, parts.SelectMany(part => part).ToArray())));

    static byte[] Bytes(JsonObject part) => Encoding.UTF8.GetBytes(part.ToJsonString());
}

/// <summary>What became of a cell.</summary>
/// <param name="Reply">The content of the reply.</param>
/// <param name="Messages">What was published while it ran, in order.</param>
sealed record Execution(JsonObject Reply, IReadOnlyList<JsonObject> Messages)
{
    public string Status => (string)Reply["status"]!;

    public string Error => (string?)Reply["evalue"] ?? "";

    /// <summary>The types of the messages, streams that follow each other as one.</summary>
    public IReadOnlyList<string> Types
    {
        get
        {
            var types = new List<string>();
            foreach (var type in Messages.Select(FrontEnd.Type))
            {
                if (type != "stream" || types is not [.., "stream"]) types.Add(type);
            }
            return types;
        }
    }

    public string Text(string name = "stdout") =>
        string.Concat(Of("stream").Where(content => (string?)content["name"] == name).Select(content => (string)content["text"]!));

    /// <summary>The value as plain text.</summary>
    public string? Value => Of("execute_result") is [var result] ? (string?)result["data"]!["text/plain"] : null;

    /// <summary>The contents of the messages of one type.</summary>
    public IReadOnlyList<JsonObject> Of(string type) => [.. Messages.Where(message => FrontEnd.Type(message) == type).Select(message => message["content"]!.AsObject())];
}

/// <summary>One kernel for a class of tests.</summary>
public sealed class RunningKernel : IDisposable
{
    readonly TemporaryFolder folder = new();

    public RunningKernel() => FrontEnd = FrontEnd.Start(folder.Path);

    internal FrontEnd FrontEnd { get; }

    public void Dispose()
    {
        FrontEnd.Dispose();
        folder.Dispose();
    }
}
