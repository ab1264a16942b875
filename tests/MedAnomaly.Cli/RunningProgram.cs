using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MedAnomaly.Cli.Tests;

/// <summary>The program while it runs: for tests that send it signals.</summary>
sealed partial class RunningProgram : IDisposable
{
    public const int Interrupt = 2, Kill = 9, Terminate = 15;

    readonly Process process;

    RunningProgram(Process process) => this.process = process;

    // What a shell starts in the background ignores interrupts, and so would this.
    public static RunningProgram Start(params string[] arguments) => new(Process.Start(
        new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll"), .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true })!);

    public int ExitCode => process.ExitCode;

    public bool HasExited => process.HasExited;

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    public void Send(int signal)
    {
        // It may have ended by itself meanwhile.
        if (Signal(process.Id, signal) != 0) Assert.True(process.WaitForExit(1000));
    }

    public Task EndAsync() => process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

    /// <summary>Reads standard error up to the line <c>begun</c> that a cell prints.</summary>
    /// <returns>The lines before it.</returns>
    public async Task<IReadOnlyList<string>> BegunAsync()
    {
        var lines = new List<string>();
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line == "begun") return lines;
            lines.Add(line);
        }
        throw new InvalidOperationException($"The run ended before a cell said that it had begun: {string.Join('\n', lines)}");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
