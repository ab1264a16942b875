using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using MedAnomaly.Files;

namespace MedAnomaly.Cli.Verbs;

/// <summary><c>test</c>: runs every test project and ends with one line of totals.</summary>
static class TestVerb
{
    public static Command Create()
    {
        var only = new Option<string[]>("--class") { Description = "Run only test classes of these names (xunit's -class: * stands for anything)." };
        var verb = new Command("test", "Run all tests; the last line reads 'N passed, N failed'.") { only };
        verb.SetAction((parsed, cancellation) => Run(parsed.GetValue(only) ?? [], cancellation));
        return verb;
    }

    static async Task<int> Run(string[] classes, CancellationToken cancellation)
    {
        int passed = 0, failed = 0, skipped = 0;
        foreach (var project in Directory.GetFiles(Path.Combine(Checkout.Root, "tests"), "*.Tests.csproj", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var counts = await RunProject(project, classes, cancellation);
            passed += counts.Passed;
            failed += counts.Failed;
            skipped += counts.Skipped;
        }
        var tail = skipped > 0 ? string.Create(CultureInfo.InvariantCulture, $", {skipped} skipped") : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{passed} passed, {failed} failed{tail}"));
        return (int)(failed > 0 ? ExitCode.CellFailed : ExitCode.Ok);
    }

    static async Task<(int Passed, int Failed, int Skipped)> RunProject(string project, string[] classes, CancellationToken cancellation)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var assembly = Path.Combine(Path.GetDirectoryName(project)!, "bin", "Release", "net10.0", name + ".dll");
        var report = Path.Combine(Path.GetTempPath(), $"medanomaly-{Guid.NewGuid():N}.xml");
        Console.WriteLine($"== {name}");
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { assembly, "-noLogo", "-noColor", "-xml", report } };
        foreach (var filter in classes)
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(filter);
        }
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        if (!File.Exists(report))
        {
            // The process died before it could count: that is one failure that nobody may overlook.
            Console.WriteLine($"{name} ended with exit code {process.ExitCode} and no report");
            return (0, 1, 0);
        }
        try
        {
            return Count(XDocument.Load(report));
        }
        finally
        {
            File.Delete(report);
        }
    }

    static (int Passed, int Failed, int Skipped) Count(XDocument report)
    {
        int passed = 0, failed = 0, skipped = 0;
        foreach (var assembly in report.Root!.Elements("assembly"))
        {
            passed += Number(assembly, "passed");
            failed += Number(assembly, "failed") + Number(assembly, "errors");
            skipped += Number(assembly, "skipped");
        }
        return (passed, failed, skipped);
    }

    static int Number(XElement element, string name) => int.Parse(element.Attribute(name)?.Value ?? "0", CultureInfo.InvariantCulture);
}
