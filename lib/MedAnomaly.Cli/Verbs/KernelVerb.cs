using System.CommandLine;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Kernel;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>kernel</c>: C# for Jupyter's front ends.</summary>
static class KernelVerb
{
    const string ConnectionOption = "--connection-file";

    public static Command Create()
    {
        var file = new Option<string>(ConnectionOption, "-f") { Description = "The connection file that the front end wrote.", Required = true };
        var run = new Command("run", "Serve a front end; front ends do this themselves, from the installed kernel.json.") { file };
        // Only asked for help or wrongly; Program takes the rest to RunAsync.
        run.SetAction(parsed => RunAsync(parsed.GetRequiredValue(file)));

        var user = new Option<bool>("--user") { Description = "For this user (the default): the Jupyter data directory." };
        var prefix = new Option<string?>("--prefix") { Description = "For an environment: PREFIX/share/jupyter/kernels.", HelpName = "PREFIX" };
        var install = new Command("install", "Tell Jupyter of the kernel.") { user, prefix };
        install.SetAction(parsed =>
        {
            if (parsed.GetValue(user) && parsed.GetValue(prefix) is not null) throw new UsageException("--user and --prefix exclude each other.");
            return Install(parsed.GetValue(prefix) is { } place ? KernelSpec.FolderBelow(place) : KernelSpec.UserFolder);
        });
        return new("kernel", "The Jupyter kernel: C# notebooks in JupyterLab, Jupyter Notebook, VS Code, nbconvert.") { install, run };
    }

    /// <summary>
    /// The connection file where the command line starts a kernel. A kernel handles signals itself: an interrupt stops the cell and not the
    /// program, which is what the command line's own handlers would do.
    /// </summary>
    public static string? ConnectionFile(string[] args) => args is ["kernel", "run", ConnectionOption or "-f", var file] ? file : null;

    /// <summary>Serves until the front end has had enough.</summary>
    public static async Task<int> RunAsync(string connectionFile)
    {
        await JupyterKernel.RunAsync(connectionFile, SessionCommand.Self, line => Console.Error.WriteLine($"medanomaly kernel: {line}"));
        return (int)ExitCode.Ok;
    }

    /// <summary>What the launcher sets for speed; a kernel that Jupyter starts does without the launcher.</summary>
    static readonly string[] Passed = ["MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];

    static int Install(string folder)
    {
        var command = SessionCommand.Self;
        var program = command.Arguments.Take(command.Arguments.Count - 1);
        var environment = new Dictionary<string, string> { ["MEDANOMALY_ROOT"] = Checkout.Root };
        foreach (var name in Passed)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) environment[name] = value;
        }
        var folders = KernelSpec.Install(folder, [command.Program, .. program, "kernel", "run", ConnectionOption], environment);
        foreach (var written in folders) Console.WriteLine($"installed: {written}");
        if (folders.Count == 1) Console.WriteLine($"left alone: {Path.Combine(folder, KernelSpec.InteractiveName)} (another program's)");
        Console.WriteLine("Choose 'C# (MedAnomaly)' in Jupyter or VS Code. Notebooks of .NET Interactive open as they are.");
        return (int)ExitCode.Ok;
    }
}
