using System.Diagnostics;
using MedAnomaly.Files;

namespace MedAnomaly.Cli.Tests;

/// <summary>The program as a user starts it: another process.</summary>
static class CommandLine
{
    /// <summary>Runs the program built beside these tests.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    public static (int ExitCode, string Output, string Errors) Run(string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll"), .. arguments]);
        return Run(start, environment);
    }

    /// <summary>Runs the launcher of the checkout.</summary>
    public static (int ExitCode, string Output, string Errors) Launch(string[] arguments, params (string Name, string? Value)[] environment) =>
        Run(new ProcessStartInfo(Path.Combine(Checkout.Root, "medanomaly"), arguments), environment);

    static (int ExitCode, string Output, string Errors) Run(ProcessStartInfo start, (string Name, string? Value)[] environment)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}
