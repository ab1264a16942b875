using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using MedAnomaly;
using MedAnomaly.Cli.Verbs;
using MedAnomaly.Notebooks.Running;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;

// Beyond the user's limit on a file's size (ulimit -f) the system would end the process; so the write fails instead, and is told as such.
const int FileSizeSignal = 25;
using var fileSize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, context => context.Cancel = true);

// Processes that serve a notebook do one thing, and at once: somebody waits.
if (args is [SessionCommand.Verb, var address])
{
    SessionHost.Run(address);
    return (int)ExitCode.Ok;
}

if (KernelVerb.ConnectionFile(args) is { } connectionFile) return await ReportAsync(() => KernelVerb.RunAsync(connectionFile));

var root = new RootCommand("MedAnomaly: reproduce medical anomaly detection in C# notebooks.")
{
    RunVerb.Create(),
    RenderVerb.Create(),
    SweepVerb.Create(),
    ConvertVerb.Create(),
    CleanVerb.Create(),
    VerifyVerb.Create(),
    KernelVerb.Create(),
    DataVerb.Create(),
    ResultsVerb.Create(),
    MetricsVerb.Create(),
    OutliersVerb.Create(),
    BenchVerb.Create(),
    CheckVerb.Create(),
    TestVerb.Create(),
};

// Ctrl-C and a batch system's notice let the work stop at a safe place and save, which may take a while; a second one ends the process.
using var interruption = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

void Interrupt(PosixSignalContext context)
{
    context.Cancel = !interruption.IsCancellationRequested;
    interruption.Cancel();
}

return await ReportAsync(async () =>
{
    var parsed = root.Parse(RunVerb.JoinParameters(args));
    if (parsed.Errors.Count > 0)
    {
        foreach (var error in parsed.Errors) Console.Error.WriteLine($"medanomaly: {error.Message}");
        Console.Error.WriteLine("medanomaly: './medanomaly --help' lists the verbs, './medanomaly VERB --help' their options.");
        return (int)ExitCode.Usage;
    }
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
});

static async Task<int> ReportAsync(Func<Task<int>> work)
{
    try
    {
        return await work();
    }
    catch (WorkbenchException fault)
    {
        Console.Error.WriteLine($"medanomaly: {fault.Message}");
        return (int)fault.ExitCode;
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("medanomaly: interrupted");
        return (int)ExitCode.Interrupted;
    }
}
