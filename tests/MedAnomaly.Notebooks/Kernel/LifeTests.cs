using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace MedAnomaly.Notebooks.Tests.Kernel;

/// <summary>Births and deaths: of kernels, sessions, front ends and parents.</summary>
public sealed class LifeTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    FrontEnd Start() => FrontEnd.Start(folder.Path);

    static bool Ends(Process process) => process.WaitForExit(Patience);

    static bool Lives(int process) => Directory.Exists($"/proc/{process}") && !File.ReadAllText($"/proc/{process}/status").Contains("State:\tZ", StringComparison.Ordinal);

    static bool Vanishes(int process) => SpinWait.SpinUntil(() => !Lives(process), Patience);

    static int SessionOf(FrontEnd frontEnd) => int.Parse(frontEnd.Execute("Environment.ProcessId").Value!, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("control")]
    [InlineData("shell")]
    public void A_shutdown_is_answered_and_leaves_no_process(string channel)
    {
        using var frontEnd = Start();
        var session = SessionOf(frontEnd);
        Assert.True(frontEnd.Beats());
        var reply = frontEnd.Ask("shutdown_request", new() { ["restart"] = false }, channel);
        Assert.Equal(("ok", false), ((string?)reply["status"], (bool)reply["restart"]!));
        Assert.True(Ends(frontEnd.Kernel));
        Assert.Equal(0, frontEnd.Kernel.ExitCode);
        Assert.True(Vanishes(session));
    }

    [Fact]
    public void A_shutdown_ends_a_cell_that_runs()
    {
        using var frontEnd = Start();
        var session = SessionOf(frontEnd);
        var id = frontEnd.Begin("Console.WriteLine(\"begun\"); while (true) { }");
        frontEnd.WaitForText(id, "begun");
        frontEnd.Ask("shutdown_request", new() { ["restart"] = true }, "control");
        Assert.True(Ends(frontEnd.Kernel));
        Assert.True(Vanishes(session));
    }

    [Fact]
    public void Two_front_ends_see_each_others_cells_and_get_their_own_replies()
    {
        using var one = Start();
        using var other = one.Join();
        var first = one.Begin("var shared = 5; await Task.Delay(200); shared");
        // Two front ends have two connections: nothing but the kernel's word says whose cell came first.
        one.Wait(first, message => FrontEnd.Type(message) == "execute_input");
        var second = other.Begin("shared + 1");
        Assert.Equal("5", one.Finish(first).Value);
        Assert.Equal("6", other.Finish(second).Value);
        other.Wait(first, message => FrontEnd.Type(message) == "execute_result");
        one.Typist = _ => throw new InvalidOperationException("The wrong front end was asked.");
        other.Typist = _ => "the other";
        var question = other.Begin("input(\"who?\")");
        Assert.Equal("the other", other.Finish(question).Value);
        Assert.Null(one.Receive("stdin", TimeSpan.FromMilliseconds(200)));
    }

    [Theory]
    [InlineData("Environment.Exit(3);", "ended by itself with exit code 3, as Environment.Exit(3) does")]
    [InlineData("int Deep(int n) => Deep(n + 1) + 1; Deep(0);", "aborted (signal 6): a stack overflow")]
    [InlineData("Process.GetCurrentProcess().Kill();", "was killed (signal 9); where nobody did so, the system ran out of memory")]
    [InlineData("System.Runtime.InteropServices.Marshal.WriteByte(8, 1);", "")]
    public void A_cell_that_ends_its_process_is_told_and_the_next_one_runs(string code, string words)
    {
        using var frontEnd = Start();
        frontEnd.Execute("var lost = 1;");
        var died = frontEnd.Execute($"Console.WriteLine(\"last words\"); {code}");
        Assert.Equal("error", died.Status);
        Assert.Contains(words, died.Error, StringComparison.Ordinal);
        Assert.Equal("last words\n", died.Text());
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
    }

    [Fact]
    public void A_session_that_dies_between_two_cells_is_missed_by_the_next()
    {
        using var frontEnd = Start();
        var session = SessionOf(frontEnd);
        Process.GetProcessById(session).Kill();
        Assert.True(Vanishes(session));
        var next = frontEnd.Execute("1 + 1");
        // The kernel may hear of the death before the cell or through it.
        if (next.Status == "ok") Assert.Contains("was killed (signal 9)", next.Text("stderr"), StringComparison.Ordinal);
        else Assert.Contains("was killed (signal 9)", next.Error, StringComparison.Ordinal);
        Assert.Equal("3", frontEnd.Execute("1 + 2").Value);
    }

    [Fact]
    public void A_session_that_exits_after_its_cell_is_told_with_the_next()
    {
        using var frontEnd = Start();
        frontEnd.Execute("_ = Task.Run(async () => { await Task.Delay(100); Environment.Exit(4); });");
        Thread.Sleep(2000);
        var next = frontEnd.Execute("1 + 1");
        Assert.Equal("2", next.Value);
        Assert.Contains("ended by itself with exit code 4, as Environment.Exit(4) does. That was after the last cell. All variables are gone.", next.Text("stderr"), StringComparison.Ordinal);
    }

    [Fact]
    public void Deaths_in_a_row_are_survived()
    {
        using var frontEnd = Start();
        for (var i = 0; i < 3; i++) Assert.Equal("SessionDied", (string?)frontEnd.Execute("Environment.FailFast(\"on purpose\");").Reply["ename"]);
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
    }

    [Fact]
    public void Three_hundred_cells_take_far_less_than_a_gigabyte()
    {
        using var frontEnd = Start();
        var session = SessionOf(frontEnd);
        var early = 0L;
        for (var i = 0; i < 300; i++)
        {
            var cell = frontEnd.Execute($"record R{i}(int A, double B); var x{i} = Enumerable.Range(0, 3).Select(i => new R{i}(i, i * 2.0)).ToList(); double F{i}(double y) => y * {i}; F{i}(1)");
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), cell.Value);
            if (i == 99) early = Managed();
        }
        // Growth is with the number of the cells, not with its square.
        Assert.InRange(Managed() - early, 0, 2 * early);
        var peak = File.ReadLines($"/proc/{session}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.InRange(long.Parse(peak, CultureInfo.InvariantCulture), 1, 700_000);

        long Managed() => long.Parse(frontEnd.Execute("GC.GetTotalMemory(true)").Value!, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_kernel_whose_front_end_died_ends_with_its_session()
    {
        // A shell that starts the kernel, tells both numbers and dies without a word.
        var file = FrontEnd.WriteConnectionFile(folder.Path);
        var kernel = FrontEnd.KernelStart(file);
        var words = string.Join(' ', kernel.ArgumentList.Select(word => $"'{word}'"));
        using var parent = Process.Start(new ProcessStartInfo("bash", ["-c", $"JPY_PARENT_PID=$$ {kernel.FileName} {words} & echo $!; sleep 600"]) { RedirectStandardOutput = true })!;
        var process = int.Parse(parent.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
        Thread.Sleep(3000);
        Assert.True(Lives(process));
        parent.Kill();
        Assert.True(Vanishes(process));
        // What it left asleep.
        parent.WaitForExit();
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("Thread.Sleep(600_000);")]
    public void A_session_whose_kernel_is_killed_ends(string code)
    {
        using var frontEnd = Start();
        var session = SessionOf(frontEnd);
        var id = frontEnd.Begin($"Console.WriteLine(\"begun\"); {code}");
        frontEnd.WaitForText(id, "begun");
        frontEnd.Kernel.Kill();
        Assert.True(Vanishes(session));
    }

    [Fact]
    public void Messages_that_are_forged_repeated_or_torn_are_dropped_and_told()
    {
        using var frontEnd = Start();
        var forged = frontEnd.Compose("execute_request", new() { ["code"] = "File.WriteAllText(\"forged\", \"\");" });
        forged[1] = Encoding.ASCII.GetBytes(new string('0', forged[1].Length));
        frontEnd.Send("shell", forged);
        var genuine = frontEnd.Compose("execute_request", new() { ["code"] = "File.AppendAllText(\"once\", \"x\");", ["store_history"] = true });
        frontEnd.Finish(frontEnd.Send("shell", genuine));
        frontEnd.Send("shell", genuine);
        frontEnd.Send("shell", forged[..4]);
        frontEnd.Send("shell", frontEnd.Compose("no_such_request", []));
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
        Assert.False(File.Exists(folder.File("forged")));
        Assert.Equal("x", File.ReadAllText(folder.File("once")));
        frontEnd.AssertSays("dropped a message on the shell channel: its signature is wrong");
        frontEnd.AssertSays("dropped a message on the shell channel: it was sent before");
        frontEnd.AssertSays("dropped a message on the shell channel: it is no Jupyter message");
        frontEnd.AssertSays("ignored a message of the unknown type 'no_such_request'");
    }

    [Fact]
    public void A_second_kernel_on_the_same_connection_file_is_refused()
    {
        using var frontEnd = Start();
        var (code, said) = Refused(frontEnd.ConnectionFile);
        Assert.Equal((int)ExitCode.Environment, code);
        Assert.Contains("is in use by another program: another kernel may run on this connection file.", said, StringComparison.Ordinal);
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
    }

    [Fact]
    public void A_connection_file_that_would_let_others_in_is_refused()
    {
        var open = FrontEnd.WriteConnectionFile(folder.Path);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Check(open, ExitCode.Usage, $"Other users can write the connection file {open}");
        Check(FrontEnd.WriteConnectionFile(folder.Path, content => content["ip"] = "0.0.0.0"), ExitCode.Usage, "ip is '0.0.0.0'. The kernel listens on this machine only");
        Check(FrontEnd.WriteConnectionFile(folder.Path, content => content["key"] = ""), ExitCode.Usage, "has no key. Without one, everybody on this machine could run code as you");
        Check(FrontEnd.WriteConnectionFile(folder.Path, content => content["signature_scheme"] = "hmac-md5"), ExitCode.Data, "signature_scheme is 'hmac-md5', expected 'hmac-sha256'");
        Check(FrontEnd.WriteConnectionFile(folder.Path, content => content["shell_port"] = 0), ExitCode.Data, "shell_port is 0, expected a port from 1 to 65535");
        Check(folder.File("none.json"), ExitCode.Usage, "There is no connection file");
        Check(folder.File("torn.json", "{\"key\":"), ExitCode.Data, "is no connection file");

        void Check(string file, ExitCode code, string words)
        {
            var (found, said) = Refused(file);
            Assert.Contains(words, said, StringComparison.Ordinal);
            Assert.Equal((int)code, found);
        }
    }

    [Fact]
    public void A_connection_file_that_others_can_read_is_warned_of()
    {
        using var frontEnd = FrontEnd.Start(folder.Path, start =>
            File.SetUnixFileMode(start.ArgumentList[^1], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead));
        frontEnd.AssertSays("other users can read the connection file");
    }

    static (int Code, string Said) Refused(string connectionFile)
    {
        using var process = Process.Start(FrontEnd.KernelStart(connectionFile))!;
        var said = process.StandardError.ReadToEnd();
        Assert.True(Ends(process));
        return (process.ExitCode, said);
    }
}
