using System.Diagnostics;
using System.Runtime.InteropServices;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Tests.Verbs;

/// <summary>Runs as papermill's users know them.</summary>
public sealed partial class RunVerbTests : IDisposable
{
    const int Interrupt = 2, Kill = 9, Terminate = 15;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    string At(string name) => Path.Combine(folder.FullName, name);

    string Notebook(params string[] code)
    {
        var notebook = new Notebook();
        foreach (var source in code)
        {
            notebook.Cells.Add(new(CellKind.Code, source));
            if (source.StartsWith("// parameters", StringComparison.Ordinal)) notebook.Cells[^1].AddTag("parameters");
        }
        NotebookFile.Save(notebook, At("in.ipynb"));
        return At("in.ipynb");
    }

    string Printed(string name = "out.ipynb") =>
        string.Concat(NotebookFile.Load(At(name)).Cells.SelectMany(cell => cell.Outputs).OfType<StreamOutput>().Select(stream => stream.Text));

    const string Declared = "// parameters\n\n// which images\nstring name = \"a\";\nint seed = 1; // start\nint? limit = 3;\nint[] sizes = { 1 };";
    const string Show = "Console.WriteLine($\"{name} {seed} {(limit is null ? \"none\" : limit)} {string.Join(\"+\", sizes)}\");";

    [Fact]
    public void Parameters_come_from_files_yaml_and_the_command_line_and_the_nearest_wins()
    {
        File.WriteAllText(At("p.yaml"), "name: from file\nseed: 2\nsizes: [4, 5]\n");
        var (exitCode, output, errors) = CommandLine.Run(
            ["run", Notebook(Declared, Show), At("out.ipynb"), "-f", At("p.yaml"), "-y", "{limit: null, seed: 3}", "-p", "seed", "-4", "-r", "name", "null"]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal("null -4 none 4+5\n", Printed());
        Assert.Contains($"page:     {At("out.html")}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-p seed x1", "Parameter seed (int): \"x1\" is no int")]
    [InlineData("-p sed 1", "Did you mean \"seed\"?")]
    [InlineData("-y [1]", "-y: holds no map of names and values")]
    [InlineData("-f /nowhere.yaml", "The parameters file /nowhere.yaml could not be read")]
    [InlineData("--execution-timeout -1", "--execution-timeout takes a positive number of seconds, not -1.")]
    [InlineData("--exection-timeout 3", "there is no option --exection-timeout. Did you mean '--execution-timeout'?")]
    public void What_is_wrong_on_the_command_line_ends_with_2(string options, string message)
    {
        var (exitCode, _, errors) = CommandLine.Run(["run", Notebook(Declared, Show), "-o", At("out.ipynb"), .. options.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(At("out.ipynb")));
    }

    [Fact]
    public void The_notebooks_parameters_are_printed_with_types_defaults_and_comments()
    {
        var (exitCode, output, _) = CommandLine.Run(["run", Notebook(Declared, Show), "--help-notebook"]);
        Assert.Equal(0, exitCode);
        Assert.Equal($"{At("in.ipynb")}\n  name: string = \"a\"\n      which images\n  seed: int = 1\n      start\n  limit: int? = 3\n  sizes: int[] = {{ 1 }}\n", output);
    }

    [Fact]
    public void A_prepared_notebook_holds_its_parameters_and_has_not_run()
    {
        Assert.Equal(0, CommandLine.Run(["run", Notebook(Declared, Show), "-o", At("out.ipynb"), "--prepare-only", "--report-mode", "-p", "seed", "9"]).ExitCode);
        var cells = NotebookFile.Load(At("out.ipynb")).Cells;
        Assert.Equal("// Parameters of this run\nseed = 9;", cells[1].Source);
        Assert.All(cells, cell => Assert.True(cell.ExecutionCount is null && cell.IsSourceHidden));
    }

    [Fact]
    public void What_cells_print_is_logged_where_asked()
    {
        var quiet = CommandLine.Run(["run", Notebook("Console.WriteLine(\"said\"); Console.Error.WriteLine(\"warned\");"), "-o", At("out.ipynb")]);
        var loud = CommandLine.Run(["run", At("in.ipynb"), "-o", At("out.ipynb"), "--log-output", "--cwd", "/"]);
        Assert.DoesNotContain("said\n", quiet.Errors, StringComparison.Ordinal);
        Assert.Contains("warned\n", quiet.Errors, StringComparison.Ordinal);
        Assert.Contains("said\n", loud.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dib_runs_and_converts_both_ways()
    {
        File.WriteAllText(At("a.dib"), "#!markdown\n\n# Title\n\n#!csharp\n\nConsole.WriteLine(\"from a dib\");\n");
        Assert.Equal(0, CommandLine.Run(["run", At("a.dib"), At("out.ipynb")]).ExitCode);
        Assert.Equal("from a dib\n", Printed());
        var (exitCode, _, errors) = CommandLine.Run(["convert", At("out.ipynb"), At("back.dib")]);
        Assert.Equal(0, exitCode);
        Assert.Contains("1 outputs are left out, for a .dib holds none", errors, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run(["run", At("a.dib"), At("out.dib")]).ExitCode);
        Assert.Equal(2, CommandLine.Run(["convert", At("a.dib"), At("a.txt")]).ExitCode);
    }

    [Theory]
    [InlineData(Interrupt)]
    [InlineData(Terminate)]
    public async Task A_signal_stops_the_cell_saves_and_ends_with_130(int signal)
    {
        using var process = Start(Notebook("Console.WriteLine(\"kept\");", "Console.Error.WriteLine(\"begun\"); while (true) { }"));
        await Begun(process);
        Assert.Equal(0, Signal(process.Id, signal));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("kept\n", Printed(), StringComparison.Ordinal);
        Assert.Contains(NotebookFile.Load(At("out.ipynb")).Cells, cell => cell.Outputs.OfType<ErrorOutput>().Any(error => error.Name == "Interrupted"));
    }

    [Fact]
    public async Task Killing_the_program_leaves_what_was_finished_and_no_process_behind()
    {
        using var process = Start(Notebook("Console.WriteLine(\"kept\"); Console.Error.WriteLine(\"session \" + Environment.ProcessId);", "Console.Error.WriteLine(\"begun\"); Thread.Sleep(-1);"));
        var session = await Begun(process);
        Assert.Equal(0, Signal(process.Id, Kill));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("kept\n", Printed().Split("session")[0]);
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists($"/proc/{session}"), TimeSpan.FromSeconds(10)), $"the session {session} lives on");
    }

    Process Start(string notebook) => Process.Start(new ProcessStartInfo("dotnet",
        [Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll"), "run", notebook, "-o", At("out.ipynb")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;

    // Reads up to the word that the second cell prints; gives the id that the first one printed, where it did.
    static async Task<string> Begun(Process process)
    {
        var session = "";
        while (await process.StandardError.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.StartsWith("session ", StringComparison.Ordinal)) session = line["session ".Length..];
            if (line == "begun") return session;
        }
        throw new InvalidOperationException("The run ended before its second cell began.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
