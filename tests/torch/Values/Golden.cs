using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Values;

/// <summary>What tests/golden/libtorch.py computed with Python's torch: its values, and the machine that computed them.</summary>
internal sealed class Golden
{
    readonly JsonElement root;

    Golden(string json) => root = JsonDocument.Parse(json).RootElement;

    static readonly Lazy<Golden> file = new(() => new Golden(System.IO.File.ReadAllText(Path.Combine(Repository.Root, "tests", "golden",
        "libtorch", "values.json"))));
    static readonly Lazy<Golden?> live = new(RunPython);

    /// <summary>The values that were computed when the file was written, on another machine perhaps.</summary>
    internal static Golden File => file.Value;

    /// <summary>The values that this machine's Python computes now; null where it has no torch of the same version.</summary>
    internal static Golden? Live => live.Value;

    internal string Made => $"torch {Text("torch")}, {Text("capability")}, {Text("cpu")}, OpenBLAS kernels of {Text("blas")}";

    internal IEnumerable<string> Names => root.GetProperty("cases").EnumerateObject().Select(c => c.Name);

    internal IReadOnlyList<string> StateNames => [.. root.GetProperty("names").EnumerateArray().Select(n => n.GetString()!)];

    /// <summary>Kernels are chosen by version, instruction set and processor, and by OpenBLAS for itself: only where all four agree are
    /// the bits bound to be the same.</summary>
    internal bool SameMachine => SameVersion && Text("capability") == Capability && Text("cpu") == Cpu
        && Text("blas") == (TorchSharp.Dispatch.BlasKernels ?? "");

    bool SameVersion => Number(Text("torch")) == Number(__version__);

    static string Number(string version) => string.Concat(version.TakeWhile(c => char.IsAsciiDigit(c) || c == '.'));

    static string Capability =>
        TorchSharp.Dispatch.Configuration.Split('\n').First(l => l.Contains("CPU capability",
            StringComparison.Ordinal)).Split(':')[1].Trim();

    static string Cpu
    {
        get
        {
            var lines = System.IO.File.ReadAllLines("/proc/cpuinfo");
            var model = lines.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
            var flags = lines.FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal))?.Split(':')[1].Split(' ',
                StringSplitOptions.RemoveEmptyEntries) ?? [];
            return model + " " + string.Join(' ', flags.Where(f => f.StartsWith("avx", StringComparison.Ordinal)
                || f.StartsWith("amx", StringComparison.Ordinal) || f.StartsWith("fma",
                StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        }
    }

    internal IReadOnlyList<(string type, long[] shape, byte[] bits)> Tensors(string name) =>
        [.. root.GetProperty("cases").GetProperty(name).EnumerateArray().Select(t => (
            t.GetProperty("type").GetString()!,
            t.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray(),
            t.GetProperty("bits").GetBytesFromBase64()))];

    string Text(string key) => root.GetProperty(key).GetString()!;

    static Golden? RunPython()
    {
        const string python = "/usr/bin/python3";
        if (!System.IO.File.Exists(python) || Run(python, "-c", "import torch; print(torch.__version__)") is not { } version
            || Number(version) != Number(__version__)) return null;
        var json = Run(python, Path.Combine(Repository.Root, "tests", "golden", "libtorch.py"),
            "-") ?? throw new InvalidOperationException("tests/golden/libtorch.py failed");
        return new Golden(json);
    }

    static string? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : null;
    }
}
