using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MedAnomaly.Data;
using TorchSharp;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>check</c>: what this machine offers, a line a fact, so that a report of a fault can begin with it.</summary>
static partial class CheckVerb
{
    static readonly string[] Packages =
        ["g++", "libtorch-dev", "libopenblas0-pthread", "libjpeg-dev", "libpng-dev", "libtiff-dev", "librsvg2-2", "libcairo2", "libzmq5", "fonts-dejavu-core"];

    public static Command Create()
    {
        var verb = new Command("check", "Report the environment: libtorch, device, threads, instruction set, bf16, packages, data directory.");
        verb.SetAction(_ => Run());
        return verb;
    }

    static int Run()
    {
        Line("system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        Line(".NET", RuntimeInformation.FrameworkDescription);
        Line("MedAnomaly", typeof(WorkbenchException).Assembly.GetName().Version?.ToString(3) ?? "unknown");
        Line("libtorch", $"{torch.__version__} ({Environment.GetEnvironmentVariable("LIBTORCH") ?? "the system's"})");
        Line("device", Device());
        Line("threads", string.Create(CultureInfo.InvariantCulture, $"{torch.get_num_threads()} of {Environment.ProcessorCount} processors"));
        Line("instruction set", InstructionSet());
        Line("matrix products", Products());
        Line("bf16", Bf16());
        Line("memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30):F1} GiB"));
        foreach (var package in Packages) Line(package, PackageVersion(package));
        var store = DataStore.FromEnvironment();
        Line("data directory", Folder(store.DataDirectory));
        Line("mirror", store.Mirror ?? "none (MEDANOMALY_MIRROR)");
        return (int)ExitCode.Ok;
    }

    static void Line(string name, string value) => Console.WriteLine($"{name,-22}{value}");

    static string Device() => torch.cuda.is_available()
        ? string.Create(CultureInfo.InvariantCulture, $"cuda ({torch.cuda.device_count()} found)")
        : "cpu (no CUDA in this libtorch or no GPU)";

    // What libtorch uses, not what the processor could do: the two differ when ATEN_CPU_CAPABILITY says so.
    static string InstructionSet()
    {
#if OWN_TENSORS
        var match = CapabilityLine().Match(Dispatch.Configuration);
        return match.Success ? match.Groups[1].Value.Trim() : "not told by this libtorch";
#else
        return "not told by this TorchSharp";
#endif
    }

    static string Products() =>
#if OWN_TENSORS
        Dispatch.BlasKernels is { } kernels ? $"OpenBLAS, kernels of {kernels}" : "by libtorch's own library";
#else
        "not told by this TorchSharp";
#endif

    static string Bf16()
    {
        var flags = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal))?.Split(' ') ?? []
            : [];
        return flags.Contains("amx_bf16") ? "AMX: matrix products in bf16 are faster than in fp32"
            : flags.Contains("avx512_bf16") ? "AVX-512 BF16, no AMX"
            : "no instructions for it: bf16 would be slower than fp32";
    }

    static string PackageVersion(string package)
    {
        try
        {
            using var query = Process.Start(new ProcessStartInfo("dpkg-query", ["-W", "-f=${Version}\n", package])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            query.ErrorDataReceived += (_, _) => { };
            query.BeginErrorReadLine();
            var version = query.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            query.WaitForExit();
            return version ?? "not installed under this name";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown (no dpkg here)";
        }
    }

    static string Folder(string path)
    {
        var existing = path;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        var free = new DriveInfo(existing).AvailableFreeSpace / (double)(1L << 30);
        return string.Create(CultureInfo.InvariantCulture, $"{path} ({free:F1} GiB free{(existing == path ? "" : ", not made yet")})");
    }

    [GeneratedRegex(@"CPU capability usage: (.*)")]
    private static partial Regex CapabilityLine();
}
