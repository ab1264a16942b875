using System.Diagnostics;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Tests.Verbs;

/// <summary>Signals, kills and full disks: what was finished is on disk, whole.</summary>
public sealed class RunSurvivalTests : IDisposable
{
    const string Waits = "Console.Error.WriteLine(\"begun\"); while (true) { Thread.Sleep(10); }";

    readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    RunningProgram Start(string notebook, params string[] options) => RunningProgram.Start(["run", notebook, folder.At("out.ipynb"), .. options]);

    [Theory]
    [InlineData(RunningProgram.Interrupt)]
    [InlineData(RunningProgram.Terminate)]
    public async Task A_signal_stops_the_cell_saves_and_ends_with_130(int signal)
    {
        using var program = Start(folder.Notebook("Console.WriteLine(\"kept\");", "Console.Error.WriteLine(\"begun\"); while (true) { }"));
        await program.BegunAsync();
        program.Send(signal);
        await program.EndAsync();
        Assert.Equal(130, program.ExitCode);
        Assert.Contains("kept\n", folder.Printed(), StringComparison.Ordinal);
        Assert.Contains(folder.Result().Cells, cell => cell.Outputs.OfType<ErrorOutput>().Any(error => error.Name == "Interrupted"));
    }

    [Fact]
    public async Task A_second_signal_ends_a_program_whose_cell_will_not_stop()
    {
        using var program = Start(folder.Notebook("Console.WriteLine(\"kept\");",
            "[System.Runtime.InteropServices.DllImport(\"libc\")] static extern int pause(); Console.Error.WriteLine(\"begun\"); while (true) pause();"));
        await program.BegunAsync();
        program.Send(RunningProgram.Interrupt);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        program.Send(RunningProgram.Interrupt);
        var clock = Stopwatch.StartNew();
        await program.EndAsync();
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(130, program.ExitCode);
        Assert.Equal("kept\n", folder.Printed());
    }

    [Fact]
    public async Task Killing_the_program_leaves_what_was_finished_and_no_process_behind()
    {
        using var program = Start(folder.Notebook("Console.WriteLine(\"kept\"); Console.Error.WriteLine(\"session \" + Environment.ProcessId);", Waits));
        var session = (await program.BegunAsync()).Single(line => line.StartsWith("session ", StringComparison.Ordinal))["session ".Length..];
        program.Send(RunningProgram.Kill);
        await program.EndAsync();
        Assert.Equal("kept\n", folder.Printed().Split("session")[0]);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{session}"), TimeSpan.FromSeconds(10)), $"the session {session} lives on");
    }

    [Fact]
    public async Task A_killed_run_resumes_without_the_cells_that_left_files()
    {
        var log = folder.At("log");
        string[] cells =
        [
            $"var log = @\"{log}\";",
            "// resumable\nFile.AppendAllText(log, \"computed \"); Console.WriteLine(\"dear\");",
            "File.AppendAllText(log, \"read \"); var again = 1;",
            $"if (!File.Exists(@\"{folder.At("go")}\")) {{ {Waits} }} Console.WriteLine($\"end {{again}}\");",
        ];
        using (var program = Start(folder.Notebook(cells)))
        {
            await program.BegunAsync();
            program.Send(RunningProgram.Kill);
            await program.EndAsync();
        }
        await File.WriteAllTextAsync(folder.At("go"), "", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = CommandLine.Run(["run", folder.At("in.ipynb"), folder.At("out.ipynb"), "--resume"]);

        Assert.Equal(0, exitCode);
        Assert.Contains("medanomaly: resume: Of 3 finished code cells 1 stand as they were and 2 run again, for their variables ended with the process.", errors, StringComparison.Ordinal);
        Assert.Equal("computed read read ", await File.ReadAllTextAsync(log, TestContext.Current.CancellationToken));
        Assert.Equal("dear\nend 1\n", folder.Printed());
        Assert.Equal([1, 2, 3, 4], folder.Result().CodeCells.Select(cell => cell.ExecutionCount!.Value));
        Assert.Contains("nothing runs", CommandLine.Run(["run", folder.At("in.ipynb"), folder.At("out.ipynb"), "--resume"]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_at_any_moment_of_writing_leaves_the_old_notebook_or_the_new_one()
    {
        var notebook = new Notebook();
        for (var i = 0; i < 40; i++) notebook.Cells.Add(new(CellKind.Code, $"{i}") { Outputs = [new StreamOutput("stdout", new string((char)('a' + i % 26), 400_000))] });
        NotebookFile.Save(notebook, folder.At("new.ipynb"));
        File.WriteAllText(folder.At("out.ipynb"), "old");
        var whole = new FileInfo(folder.At("new.ipynb")).Length;
        var clock = Stopwatch.StartNew();
        using (var undisturbed = RunningProgram.Start("convert", folder.At("new.ipynb"), folder.At("copy.ipynb"))) await undisturbed.EndAsync();
        var takes = clock.Elapsed.TotalMilliseconds;
        Assert.Equal(whole, new FileInfo(folder.At("copy.ipynb")).Length);

        var (random, before, after) = (new Random(5), 0, 0);
        clock.Restart();
        // However fast the machine is at the moment, the kills gather around the moment of writing.
        while (clock.Elapsed < TimeSpan.FromSeconds(60) && (before < 5 || after < 5))
        {
            File.WriteAllText(folder.At("out.ipynb"), "old");
            using var program = RunningProgram.Start("convert", folder.At("new.ipynb"), folder.At("out.ipynb"));
            await Task.Delay((int)takes, TestContext.Current.CancellationToken);
            program.Send(RunningProgram.Kill);
            await program.EndAsync();
            if (new FileInfo(folder.At("out.ipynb")).Length == 3)
            {
                before++;
                takes *= 1 + 0.2 * random.NextDouble();
            }
            else
            {
                after++;
                takes *= 1 - 0.2 * random.NextDouble();
                Assert.Equal(whole, new FileInfo(folder.At("out.ipynb")).Length);
            }
        }
        Assert.True(before > 0 && after > 0, $"{before} kills came before the new notebook was there, {after} after");
        Assert.Equal(40, folder.Result("copy.ipynb").Cells.Count);
    }

    [Fact]
    public void A_disk_that_fills_up_ends_the_run_with_5_and_the_last_whole_notebook()
    {
        // The user's limit on a file's size stands in for the disk: the second cell's output does not fit.
        var notebook = folder.Notebook("Console.WriteLine(\"kept\");", "display(HTML(new string('x', 300_000)));", "3");
        var program = $"dotnet '{Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll")}' run '{notebook}' '{folder.At("out.ipynb")}'";
        // The session needs room of its own: .NET maps files for its code.
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"ulimit -S -f 200; DOTNET_EnableWriteXorExecute=0 {program}"]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 5, $"{shell.ExitCode}: {errors}");
        Assert.Contains("out.ipynb could not be written:", errors, StringComparison.Ordinal);
        Assert.Equal("kept\n", folder.Printed());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_found_out_before_a_cell_runs()
    {
        var (exitCode, _, errors) = CommandLine.Run(["run", folder.Notebook($"File.WriteAllText(@\"{folder.At("ran")}\", \"\");"), "/proc/out.ipynb"]);
        Assert.Equal(5, exitCode);
        Assert.Contains("/proc/out.ipynb could not be written:", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("ran")));
    }
}
