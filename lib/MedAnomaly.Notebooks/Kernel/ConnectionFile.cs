using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Where a front end expects its kernel, and the key that both sign with. The front end writes it as a file.</summary>
sealed record ConnectionFile
{
    const int MaximumLength = 1 << 16;
    const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary><c>tcp</c> or <c>ipc</c>.</summary>
    public required string Transport { get; init; }

    /// <summary>An address of this machine, or the beginning of the sockets' paths.</summary>
    public required string Address { get; init; }

    /// <summary>Requests.</summary>
    public required int ShellPort { get; init; }

    /// <summary>Interrupt and shutdown.</summary>
    public required int ControlPort { get; init; }

    /// <summary>Questions to the user.</summary>
    public required int StdinPort { get; init; }

    /// <summary>Outputs, to all front ends.</summary>
    public required int IopubPort { get; init; }

    /// <summary>Signs of life.</summary>
    public required int HeartbeatPort { get; init; }

    /// <summary>The key of HMAC-SHA256.</summary>
    public required byte[] Key { get; init; }

    /// <summary>What ZeroMQ calls the place of <paramref name="port"/>.</summary>
    public string Endpoint(int port) => Transport == "ipc"
        ? FormattableString.Invariant($"ipc://{Address}-{port}")
        : FormattableString.Invariant($"tcp://{(Address.Contains(':', StringComparison.Ordinal) ? $"[{Address}]" : Address)}:{port}");

    /// <summary>Reads a connection file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Told where the file is more open than it should be, and the kernel starts all the same.</param>
    /// <exception cref="UsageException">There is no such file, or it would let others run code as this user.</exception>
    /// <exception cref="DataFormatException">The file is no connection file.</exception>
    public static ConnectionFile Load(string path, Action<string> warn)
    {
        JsonObject content;
        try
        {
            if (!File.Exists(path)) throw new UsageException($"There is no connection file {path}. A front end writes one and names it: kernel run --connection-file FILE.");
            CheckMode(path, warn);
            if (new FileInfo(path).Length > MaximumLength) throw new DataFormatException($"{path} is no connection file: it is longer than {MaximumLength} bytes.");
            content = JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new DataFormatException($"{path} is no connection file: it holds no JSON object.");
        }
        catch (JsonException fault)
        {
            throw new DataFormatException($"{path} is no connection file: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The connection file {path} cannot be read: {fault.Message}", fault);
        }
        var transport = Text("transport", "tcp");
        if (transport is not ("tcp" or "ipc")) throw new DataFormatException($"{path}: transport is '{transport}', expected 'tcp' or 'ipc'.");
        var address = Text("ip", "127.0.0.1");
        if (address == "localhost") address = "127.0.0.1";
        if (transport == "tcp" && !(IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed)))
            throw new UsageException($"{path}: ip is '{address}'. The kernel listens on this machine only (127.0.0.1): what runs cells must not be reached from elsewhere. Use an SSH tunnel, or run the front end here.");
        var scheme = Text("signature_scheme", "hmac-sha256");
        if (scheme != "hmac-sha256") throw new DataFormatException($"{path}: signature_scheme is '{scheme}', expected 'hmac-sha256'.");
        var key = Encoding.UTF8.GetBytes(Text("key", ""));
        if (key.Length == 0) throw new UsageException($"{path} has no key. Without one, everybody on this machine could run code as you; leave c.Session.key of the front end as it is.");
        return new()
        {
            Transport = transport,
            Address = address,
            ShellPort = Port("shell_port"),
            ControlPort = Port("control_port"),
            StdinPort = Port("stdin_port"),
            IopubPort = Port("iopub_port"),
            HeartbeatPort = Port("hb_port"),
            Key = key,
        };

        string Text(string name, string otherwise) => content[name] switch
        {
            null => otherwise,
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => throw new DataFormatException($"{path}: {name} is no text."),
        };

        int Port(string name) => content[name] is JsonValue value && value.TryGetValue<int>(out var port) && port is > 0 and <= ushort.MaxValue ? port
            : throw new DataFormatException($"{path}: {name} is {content[name]?.ToJsonString() ?? "missing"}, expected a port from 1 to 65535.");
    }

    static void CheckMode(string path, Action<string> warn)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & OthersWrite) != 0)
            throw new UsageException($"Other users can write the connection file {path}: they could choose the key and run code as you. Run: chmod 600 {path}");
        if ((mode & OthersRead) != 0)
            warn($"other users can read the connection file {path}, and with its key run code as you. Run: chmod 600 {path}");
    }
}
