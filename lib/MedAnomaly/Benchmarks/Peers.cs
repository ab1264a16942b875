using System.Diagnostics;
using System.Text.Json.Nodes;
using TorchSharp;

namespace MedAnomaly.Benchmarks;

/// <summary>
/// The peers in a Python process of their own (peers.py), which waits while ours works. Debian's python3-faiss, python3-torch,
/// python3-torchvision, python3-sklearn and python3-scipy are used where they are installed.
/// </summary>
public sealed class Peers : IDisposable
{
    const string Script = "peers.py", Networks = "reconstruction_networks.py";

    /// <summary>Debian's packages are for this one, whatever else is on the path.</summary>
    const string SystemPython = "/usr/bin/python3";

    readonly Process? process;
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-bench-");
    readonly Dictionary<string, string> versions = new(StringComparer.Ordinal);

    Peers(string python)
    {
        foreach (var name in new[] { Script, Networks }) Unpack(name);
        try
        {
            process = Process.Start(new ProcessStartInfo(python, [FilePath(Script)]) { RedirectStandardInput = true, RedirectStandardOutput = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // There is no such program.
            return;
        }
        try
        {
            foreach (var (name, version) in Ask(new() { ["do"] = "hello" })["versions"]!.AsObject())
            {
                if (version is not null) versions[name] = version.GetValue<string>();
            }
        }
        catch (MachineException)
        {
            // A Python without numpy has none of the peers; it has said so itself.
        }
    }

    /// <summary>Starts Python, the system's where there is one; without any, no peer is there.</summary>
    public static Peers Start()
    {
        // Loading libtorch names its kernels and OpenBLAS's to the processes that start afterwards: peers take the same.
        _ = torch.__version__;
        return new(File.Exists(SystemPython) ? SystemPython : "python3");
    }

    /// <summary>The version of a peer's package, or null where it is not installed.</summary>
    public string? Version(string package) => versions.GetValueOrDefault(package);

    /// <summary>Asks for some work.</summary>
    /// <exception cref="MachineException">The peer failed or died.</exception>
    public JsonObject Ask(JsonObject request)
    {
        if (process is null) throw new MachineException("There is no python3 to ask. Install it with: apt-get install python3-numpy");
        var work = request["do"]!.GetValue<string>();
        try
        {
            process.StandardInput.WriteLine(request.ToJsonString());
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has died, and the missing answer says so.
        }
        var line = process.StandardOutput.ReadLine()
            ?? throw new MachineException($"The peers' Python ended while it was asked for {work}; what it said stands above.");
        var answer = JsonNode.Parse(line)!.AsObject();
        return answer["error"] is { } error ? throw new MachineException($"The peer's {work} failed: {error}") : answer;
    }

    /// <summary>Hands an array to the process.</summary>
    public void Load(string name, string type, long[] shape, Action<Stream> write)
    {
        var path = FilePath(name);
        using (var file = File.Create(path)) write(file);
        var sizes = new JsonArray([.. shape.Select(size => JsonValue.Create(size))]);
        Ask(new() { ["do"] = "load", ["name"] = name, ["path"] = path, ["dtype"] = type, ["shape"] = sizes });
        File.Delete(path);
    }

    /// <summary>A file of a peer's to read what it found, and remove.</summary>
    public string FilePath(string name) => Path.Combine(folder.FullName, name);

    void Unpack(string name)
    {
        using var stream = typeof(Peers).Assembly.GetManifestResourceStream($"benchmarks/{name}")!;
        using var file = File.Create(FilePath(name));
        stream.CopyTo(file);
    }

    /// <summary>Ends the process and removes its files.</summary>
    public void Dispose()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            if (!process.WaitForExit(5000)) process.Kill();
            process.Dispose();
        }
        folder.Delete(recursive: true);
    }
}
