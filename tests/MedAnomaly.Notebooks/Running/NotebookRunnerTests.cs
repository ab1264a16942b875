using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Running;

public sealed class NotebookRunnerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static SessionCommand Program => new("dotnet", [Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll"), SessionCommand.Verb]);

    static Cell Code(string source, params string[] tags)
    {
        var cell = new Cell(CellKind.Code, source);
        foreach (var tag in tags) cell.AddTag(tag);
        return cell;
    }

    RunRequest Request(params Cell[] cells)
    {
        var notebook = new Notebook();
        notebook.Cells.AddRange(cells);
        NotebookFile.Save(notebook, folder.File("in.ipynb"));
        return new() { Input = folder.File("in.ipynb"), Output = folder.File("out.ipynb"), HtmlPage = folder.File("out.html"), Session = Program };
    }

    Task<RunOutcome> RunAsync(RunRequest request, CancellationToken cancellationToken = default) =>
        NotebookRunner.RunAsync(request, cancellationToken: CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, TestContext.Current.CancellationToken).Token);

    Notebook Result => NotebookFile.Load(folder.File("out.ipynb"));

    static string Printed(Cell cell) => string.Concat(cell.Outputs.OfType<StreamOutput>().Select(stream => stream.Text));

    static ErrorOutput Error(Cell cell) => Assert.Single(cell.Outputs.OfType<ErrorOutput>());

    [Fact]
    public async Task A_run_writes_the_executed_notebook_and_its_page()
    {
        var outcome = await RunAsync(Request(
            new Cell(CellKind.Markdown, "# Title"),
            Code("int n = 1; // count", "parameters"),
            Code("Console.WriteLine($\"n = {n}\"); n * 2")) with { Parameters = [ParameterSetting.Of("n", "21")] });
        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        Assert.Equal(3, outcome.CellsRun);
        var cells = Result.Cells;
        Assert.Equal("n = 21\n", Printed(cells[3]));
        Assert.Equal("42", cells[3].Outputs.OfType<DisplayOutput>().Single(output => output.IsResult).Data[Mime.Text]!.GetValue<string>());
        Assert.Equal([1, 2, 3], Result.CodeCells.Select(cell => cell.ExecutionCount!.Value));
        var record = Result.Metadata["papermill"]!.AsObject();
        Assert.Equal(["duration", "end_time", "environment_variables", "exception", "input_path", "output_path", "parameters", "start_time", "version"], record.Select(field => field.Key));
        Assert.Equal(21, record["parameters"]!["n"]!.GetValue<int>());
        Assert.Equal("completed", cells[3].Metadata["papermill"]!["status"]!.GetValue<string>());
        Assert.Contains("n = 21", await File.ReadAllTextAsync(folder.File("out.html"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_cell_ends_the_run_with_everything_before_it_on_disk()
    {
        var outcome = await RunAsync(Request(Code("Console.WriteLine(\"kept\");"), Code("throw new InvalidOperationException(\"why\");"), Code("3")));
        Assert.Equal(ExitCode.CellFailed, outcome.ExitCode);
        Assert.Equal(2, outcome.FailedCell);
        Assert.Equal("why", outcome.Error?.Message);
        var cells = Result.Cells;
        Assert.Contains("The run ended early, at <a href=\"#papermill-error-cell\">In [2]</a>", cells[0].Source, StringComparison.Ordinal);
        Assert.Equal("kept\n", Printed(cells[1]));
        Assert.Contains("This cell ended the run: why", cells[2].Source, StringComparison.Ordinal);
        Assert.Equal("System.InvalidOperationException", Error(cells[3]).Name);
        Assert.Equal("failed", cells[3].Metadata["papermill"]!["status"]!.GetValue<string>());
        Assert.Null(cells[4].ExecutionCount);
        Assert.Equal("pending", cells[4].Metadata["papermill"]!["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task Tags_let_a_cell_fail_or_be_passed_over()
    {
        var outcome = await RunAsync(Request(Code("throw new Exception(\"expected\");", "raises-exception"), Code("Environment.Exit(1);", "skip-execution"), Code("1")));
        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        Assert.Equal("expected", Error(Result.Cells[0]).Message);
        Assert.Null(Result.Cells[1].ExecutionCount);
        Assert.Equal("skipped", Result.Cells[1].Metadata["papermill"]!["status"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("Environment.Exit(3);", "ended by itself with exit code 3, as Environment.Exit(3) does")]
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill();", "was killed (signal 9)")]
    [InlineData("int Deep(int n) { return Deep(n + 1) + 1; } Deep(0)", "aborted (signal 6): a stack overflow")]
    [InlineData("unsafe { *(int*)16 = 1; } System.Runtime.InteropServices.Marshal.WriteInt32((nint)1, 1);", null)]
    [InlineData("Environment.FailFast(\"last words\");", "aborted (signal 6)")]
    public async Task A_dead_process_is_told_from_a_failed_cell(string deadly, string? how)
    {
        var outcome = await RunAsync(Request(Code("Console.WriteLine(\"kept\");"), Code($"Console.WriteLine(\"before\"); {deadly}"), Code("3")));
        if (how is null)
        {
            // A bad pointer is an exception where the runtime can tell: then the cell failed and the process lives.
            Assert.Equal(ExitCode.CellFailed, outcome.ExitCode);
            return;
        }
        Assert.Equal(ExitCode.KernelDied, outcome.ExitCode);
        Assert.Contains(how, outcome.Error!.Message, StringComparison.Ordinal);
        var failed = Result.Cells[3];
        Assert.Equal("DeadKernel", Error(failed).Name);
        Assert.Equal("kept\n", Printed(Result.Cells[1]));
        Assert.Contains("before", Printed(failed), StringComparison.Ordinal);
        Assert.Contains("The process that runs the cells", Result.Cells[0].Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_takes_too_long_is_stopped_with_124()
    {
        var outcome = await RunAsync(Request(Code("while (true) { }")) with { ExecutionTimeout = TimeSpan.FromSeconds(2) });
        Assert.Equal(ExitCode.Timeout, outcome.ExitCode);
        Assert.Equal("The cell took longer than the 2 s that it was given.", outcome.Error!.Message);
        Assert.Equal("Timeout", Error(Result.Cells[2]).Name);
    }

    [Fact]
    public async Task An_interrupt_ends_the_run_with_130_and_saves()
    {
        using var interrupt = new CancellationTokenSource();
        var request = Request(Code("var a = 1; Console.WriteLine(a);"), Code("Thread.Sleep(-1);"), Code("2"));
        var begun = new Progress(state => state.Number == 2 && state.State == CellState.Running, () => interrupt.CancelAfter(500));
        var outcome = await NotebookRunner.RunAsync(request, begun, cancellationToken: interrupt.Token);
        Assert.Equal(ExitCode.Interrupted, outcome.ExitCode);
        Assert.Equal("1\n", Printed(Result.Cells[1]));
        Assert.Equal("Interrupted", Error(Result.Cells[3]).Name);
    }

    [Fact]
    public async Task A_hundred_megabytes_of_print_leave_a_small_valid_notebook()
    {
        var outcome = await RunAsync(Request(Code("var line = new string('x', 99); for (var i = 0; i < 1_000_000; i++) Console.WriteLine(line); Console.WriteLine(\"end\");"),
            Code("for (var i = 0; i < 5000; i++) display(i);")));
        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        Assert.InRange(new FileInfo(folder.File("out.ipynb")).Length, 100_000, 1_200_000);
        Assert.EndsWith("end\n", Printed(Result.Cells[0]), StringComparison.Ordinal);
        Assert.Contains("4000 further outputs of this cell were left out", Printed(Result.Cells[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_bars_native_output_and_late_tasks_end_up_in_their_cells()
    {
        await RunAsync(Request(
            Code("for (var i = 0; i <= 3; i++) Console.Error.Write($\"\\r{i}/3\"); var late = Task.Run(async () => { await Task.Delay(300); Console.WriteLine(\"late\"); });"),
            Code("System.Diagnostics.Process.Start(\"echo\", \"from a child\").WaitForExit();"),
            Code("await late; var shown = display(\"first\");"),
            Code("shown.Update(\"second\");")));
        Assert.Equal("3/3late\n", Printed(Result.Cells[0]));
        Assert.Equal("from a child\n", Printed(Result.Cells[1]));
        Assert.Equal("second", Result.Cells[2].Outputs.OfType<DisplayOutput>().Single().Data[Mime.Text]!.GetValue<string>());
        Assert.Empty(Result.Cells[3].Outputs);
    }

    [Fact]
    public async Task Exceptions_nobody_waits_for_are_told_and_survived()
    {
        var outcome = await RunAsync(Request(
            Code("new Thread(() => throw new Exception(\"on a thread\")).Start(); Thread.Sleep(500);"),
            Code("async void Fire() { await Task.Delay(50); throw new Exception(\"async void\"); } Fire();"),
            Code("await Task.Delay(500); 1")));
        Assert.Equal(ExitCode.Ok, outcome.ExitCode);
        Assert.Contains("on a thread", Printed(Result.Cells[0]), StringComparison.Ordinal);
        Assert.Contains("async void", Printed(Result.Cells[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_is_found_out_before_anything_runs()
    {
        var request = Request(Code($"File.WriteAllText(@\"{folder.File("ran")}\", \"\");")) with { Output = "/dev/null/out.ipynb" };
        var fault = await Assert.ThrowsAsync<OutputException>(() => RunAsync(request));
        Assert.Equal(ExitCode.Output, fault.ExitCode);
        Assert.False(File.Exists(folder.File("ran")));
    }

    [Fact]
    public async Task Wrong_parameters_are_refused_before_anything_is_written()
    {
        var request = Request(Code("int n = 1;", "parameters")) with { Parameters = [ParameterSetting.Of("m", "1")] };
        await Assert.ThrowsAsync<UsageException>(() => RunAsync(request));
        Assert.False(File.Exists(folder.File("out.ipynb")));
    }

    [Fact]
    public async Task Input_is_refused_where_nobody_types()
    {
        var outcome = await RunAsync(Request(Code("var name = input(\"Name?\");")));
        Assert.Contains("Make it a parameter", outcome.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_executed_notebook_can_be_run_again()
    {
        var first = Request(Code("int n = 1;", "parameters"), Code("if (n < 5) throw new Exception(\"small\"); n")) with { Parameters = [ParameterSetting.Of("n", "2")] };
        Assert.Equal(ExitCode.CellFailed, (await RunAsync(first)).ExitCode);
        var again = await RunAsync(first with { Input = first.Output, Output = folder.File("again.ipynb"), Parameters = [ParameterSetting.Of("n", "6")] });
        Assert.Equal(ExitCode.Ok, again.ExitCode);
        Assert.Equal(3, NotebookFile.Load(folder.File("again.ipynb")).Cells.Count);
    }

    sealed class Progress(Func<CellProgress, bool> when, Action then) : IProgress<CellProgress>
    {
        public void Report(CellProgress value)
        {
            if (when(value)) then();
        }
    }
}
