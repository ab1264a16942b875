using System.Diagnostics;

namespace MedAnomaly.Notebooks.Tests.Kernel;

/// <summary>Jupyter's programs of this machine, with our kernel installed in a folder of the test's own.</summary>
sealed class Jupyter : IDisposable
{
    const string Python = "/usr/bin/python3";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly TemporaryFolder folder = new();

    /// <summary>Installs the kernel; skips the test, and says so, where Python or one of the modules is missing.</summary>
    public Jupyter(params string[] modules)
    {
        var missing = modules.Where(module => !System.IO.File.Exists(Python) || Run(Python, ["-c", $"import {module}"]).Code != 0).ToList();
        if (missing.Count > 0)
        {
            folder.Dispose();
            Assert.Skip($"{Python} has no {string.Join(", ", missing)}");
        }
        var (code, said) = Run("dotnet", [FrontEnd.Program, "kernel", "install", "--prefix", folder.Path]);
        Assert.True(code == 0, said);
    }

    /// <summary>The test's folder, where programs run.</summary>
    public string Folder => folder.Path;

    public string File(string name, string? text = null) => folder.File(name, text);

    /// <summary>How to start a module of Python that finds the kernel.</summary>
    public ProcessStartInfo Module(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["JUPYTER_PATH"] = Path.Combine(folder.Path, "share", "jupyter");
        // Nothing of this user's own configuration, and no trace in it.
        start.Environment["HOME"] = folder.Path;
        start.Environment["JUPYTER_CONFIG_DIR"] = Path.Combine(folder.Path, "config");
        start.Environment["JUPYTER_DATA_DIR"] = Path.Combine(folder.Path, "data");
        start.Environment["JUPYTER_RUNTIME_DIR"] = Path.Combine(folder.Path, "runtime");
        return start;
    }

    /// <summary>Runs a module of Python to its end.</summary>
    public (int Code, string Said) Run(params string[] arguments) => Run(Module(arguments));

    static (int Code, string Said) Run(string program, string[] arguments) =>
        Run(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true });

    static (int Code, string Said) Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{start.FileName} {string.Join(' ', start.ArgumentList)} took longer than {Patience}.");
        }
        return (process.ExitCode, said.Result + complained.Result);
    }

    public void Dispose() => folder.Dispose();
}
