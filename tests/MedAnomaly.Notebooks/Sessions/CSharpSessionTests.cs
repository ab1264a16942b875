using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Tests.Sessions;

[Collection("sessions")]
public sealed class CSharpSessionTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CSharpSession session;
    readonly RecordedOutput output = new();
    int count;

    public CSharpSessionTests() => session = new(folder.Path);

    public void Dispose() => folder.Dispose();

    CellResult Run(string code, CancellationToken interrupt = default) => session.Execute(code, $"In[{++count}]", output, interrupt);

    string? Value(string code)
    {
        var result = Run(code);
        Assert.True(result.Error is null, string.Join('\n', result.Error?.Traceback ?? []));
        return result.Value?.Data[Mime.Text]?.GetValue<string>();
    }

    CellError Fail(string code)
    {
        var result = Run(code);
        Assert.Equal(CellStatus.Error, result.Status);
        return result.Error!;
    }

    static string Plain(CellError error) => string.Join('\n', error.Traceback.Select(line => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9;]*m", "")));

    [Fact]
    public void A_progress_bar_replaces_its_line_below_the_cell()
    {
        Run("""
            var bar = new MedAnomaly.Progress.ProgressBar();
            bar.Report(new("features", 0, 400));
            System.Threading.Thread.Sleep(2100);
            bar.Report(new("features", 100, 400));
            bar.Report(new("features", 400, 400));
            """);

        Assert.Matches(@"^features  25 % \(100/400, [^\r\n]+ left\)\rfeatures 100 % \(400/400, [0-9.]+ s\) +\n$", output.Text("stderr"));
    }

    [Fact]
    public void Cells_share_variables_types_and_usings()
    {
        Run("int x = 20; record Point(int X, int Y); int Twice(int n) => 2 * n;");
        Run("using System.Net; x++;");
        Assert.Equal("42", Value("Twice(x)"));
        Assert.Equal("3", Value("new Point(1, 2) is { X: var a, Y: var b } ? a + b : 0"));
        Assert.Equal("a&lt;b", Value("WebUtility.HtmlEncode(\"a<b\")"));
        Assert.Equal("now text", Value("var x = \"now text\"; x"));
    }

    [Fact]
    public void The_library_is_open_without_a_line_of_set_up()
    {
        Assert.Equal("true", Value("typeof(IMimeBundle).Namespace == \"MedAnomaly.Figures\" && typeof(Rgb24).Namespace == \"MedAnomaly.Images\""));
        Assert.Equal("6", Value("new List<int> { 1, 2, 3 }.Sum()"));
    }

    [Fact]
    public void Only_a_trailing_expression_is_a_value()
    {
        Assert.Null(Run("1 + 1;").Value);
        Assert.Null(Run("var y = 3;").Value);
        Assert.Null(Run("Console.Write(\"\")").Value);
        Assert.Null(Run("display(3)").Value);
        Assert.Equal("null", Value("(string)null"));
        Assert.Equal("5", Value("await Task.FromResult(5)"));
    }

    [Fact]
    public void Output_keeps_its_order_across_streams_and_displays()
    {
        Run("Console.WriteLine(1); Console.Error.WriteLine(2); display(3); Console.Write(4); HTML(\"<b>5</b>\").Display(); clear(); var h = display(6); h.Update(7);");
        Assert.Equal(["stdout:1\n", "stderr:2\n", "display:text/plain:3", "stdout:4", "display:text/html,text/plain:<b>5</b>", "clear:False", "display:text/plain:6", "update:text/plain:7"], output.Events);
    }

    [Fact]
    public void What_a_task_prints_after_the_end_still_belongs_to_its_cell()
    {
        Run("var go = new TaskCompletionSource(); var late = Task.Run(async () => { await go.Task; Console.WriteLine(\"late\"); });");
        var other = new RecordedOutput();
        session.Execute("go.SetResult(); await late; Console.WriteLine(\"mine\");", "In[9]", other);
        Assert.Equal("late\n", output.Text("stdout"));
        Assert.Equal("mine\n", other.Text("stdout"));
    }

    [Fact]
    public void Half_a_surrogate_pair_does_not_reach_the_output()
    {
        Run("Console.Write('\\ud83d'); Console.Write('\\ude00'); Console.Write('\\ud83d');");
        Assert.Equal("\ud83d\ude00\ufffd", output.Text("stdout"));
    }

    [Fact]
    public void An_exception_shows_the_lines_of_the_cells()
    {
        Run("int Divide(int a, int b)\n{\n    return a / b;\n}");
        var error = Fail("var before = 1;\n\nDivide(before, 0)");
        Assert.Equal("System.DivideByZeroException", error.Name);
        Assert.Equal("""
            DivideByZeroException: Attempted to divide by zero.
               In[1] line 3: return a / b;
               In[2] line 3: Divide(before, 0)
            """, Plain(error));
        Assert.Equal("1", Value("before"));
    }

    [Fact]
    public void A_fault_of_the_workbench_is_told_without_a_tour_of_the_library()
    {
        var error = Fail("throw new DataFormatException(\"a.nii is cut.\");");
        Assert.Equal("DataFormatException: a.nii is cut.\n   In[1] line 1: throw new DataFormatException(\"a.nii is cut.\");", Plain(error));
    }

    [Fact]
    public void A_compile_error_points_at_its_place_and_nothing_runs()
    {
        var error = Fail("var a = 1;\nvar b = a + undefined;");
        Assert.Equal("CompilationError", error.Name);
        Assert.StartsWith("""
            In[1] line 2, column 13: error CS0103: The name 'undefined' does not exist in the current context
                var b = a + undefined;
                            ^^^^^^^^^
            """, Plain(error), StringComparison.Ordinal);
        Assert.Contains("CS0103", Plain(Fail("a")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("namespace N { class C { } }", "A cell cannot declare a namespace.")]
    [InlineData("using var s = new MemoryStream();", "A cell cannot dispose a variable at its end")]
    [InlineData("using Stream s = new MemoryStream();", "A cell cannot dispose a variable at its end")]
    [InlineData("Span<int> s = stackalloc int[3];", "A Span lives on the stack")]
    [InlineData("[1, 2, 3]", "A list in brackets needs a type here")]
    [InlineData("var a = [1, 2, 3];", "A list in brackets needs a type here")]
    [InlineData("static class E { public static int Twice(this int x) => 2 * x; }", "In a notebook an extension method stands by itself")]
    [InlineData("static class E { extension(int x) { public int Twice => 2 * x; } }", "In a notebook an extension method stands by itself")]
    [InlineData("int[] a = [1]; ref int r = ref a[0];", "A notebook's variables cannot be references (ref).")]
    [InlineData("var p = (1, 2); p with { Item1 = 3 }", "Put it in parentheses here: '(x with { ... })'")]
    [InlineData("file class Hidden { }", "leave the word 'file' out")]
    [InlineData("#:package Some.Library@1.2.3\n1", "A package is opened by #r \"nuget: Some.Library, 1.2.3\".")]
    [InlineData("#:sdk Microsoft.NET.Sdk.Web", "A notebook has no project: leave the line out.")]
    [InlineData("args.Length", "A notebook has no command line. Give it parameters")]
    [InlineData("yield return 1;", "A cell cannot yield.")]
    [InlineData("var a = 1;\n#!time", "A magic (#!...) stands at the top of a cell")]
    [InlineData("Consle.WriteLine(1);", "Did you mean 'Console'?")]
    [InlineData("\"abc\".Lenght", "Did you mean 'Length'?")]
    [InlineData("new HttpClient()", "add 'using System.Net.Http;'")]
    public void Where_notebooks_differ_from_programs_the_message_helps(string code, string help) =>
        Assert.Contains(help, Plain(Fail(code)), StringComparison.Ordinal);

    [Fact]
    public void Extension_methods_work_at_the_top_level()
    {
        Run("static int Twice(this int x) => 2 * x;");
        Assert.Equal("8", Value("4.Twice()"));
    }

    [Fact]
    public void What_async_void_throws_after_the_end_is_not_lost()
    {
        Run("async void Fire() { await Task.Delay(20); throw new InvalidOperationException(\"late fault\"); }");
        Run("Fire();");
        Assert.True(SpinWait.SpinUntil(() => output.Text("stderr").Contains("late fault", StringComparison.Ordinal), 5000));
        Assert.Contains("An exception left code that In[2] started and nobody awaited", output.Text("stderr"), StringComparison.Ordinal);
        Assert.Equal("1", Value("1"));
    }

    [Fact]
    public void What_cells_of_dotnet_interactive_call_is_there()
    {
        Run("""
            using Microsoft.DotNet.Interactive;
            Javascript("1 + 1");
            Kernel.display(Kernel.HTML("<b>x</b>"));
            display((LaTeXString)@"\alpha");
            display(new MathString("x^2"));
            "*x*".DisplayAs("text/markdown");
            new[] { new { A = 1 } }.DisplayTable();
            """);
        Assert.Equal(["application/javascript,text/plain", "text/html,text/plain", "text/latex,text/plain", "text/latex,text/plain", "text/markdown,text/plain", "text/html,text/plain"],
            output.Events.Select(shown => shown.Split(':')[1]));
        Assert.Equal("typed", Value("await Kernel.GetInputAsync(\"name?\")"));
        Assert.Equal("•••••", Value("await Kernel.GetPasswordAsync()"));
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("again: goto again;")]
    [InlineData("Parallel.For(0, int.MaxValue, i => { Math.Sqrt(i); });")]
    [InlineData("Thread.Sleep(-1);")]
    [InlineData("new ManualResetEventSlim().Wait();")]
    [InlineData("Task.Delay(-1).Wait();")]
    [InlineData("await Task.Delay(-1);")]
    [InlineData("await new TaskCompletionSource<int>().Task;")]
    [InlineData("await Task.Delay(10); while (true) { }")]
    [InlineData("while (true) { try { Thread.Sleep(5); } catch (Exception) { } }")]
    [InlineData("while (true) Console.WriteLine(\"x\");")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Select(i => (long)i).Where(i => i < 0).Count()")]
    public async Task An_interrupt_stops_the_cell_and_keeps_what_it_had_assigned(string forever)
    {
        Run("var earlier = 1;");
        using var interrupt = new CancellationTokenSource();
        var begun = folder.File("begun");
        var running = Task.Run(() => Run($"var assigned = 2; File.WriteAllText(@\"{begun}\", \"\"); {forever}", interrupt.Token));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(begun), 20_000));
        Thread.Sleep(50);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await interrupt.CancelAsync();
        var result = await running.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(CellStatus.Interrupted, result.Status);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 3000);
        Assert.Equal("3", Value("earlier + assigned"));
        Run("Console.WriteLine(\"healthy\");");
        Assert.EndsWith("healthy\n", output.Text("stdout"), StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_input_asks_the_front_end()
    {
        Assert.Equal("typed", Value("input(\"Name?\")"));
        Assert.Equal("input:Name?", output.Events[0]);
    }
}
