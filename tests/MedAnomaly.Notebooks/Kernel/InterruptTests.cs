using System.Diagnostics;

namespace MedAnomaly.Notebooks.Tests.Kernel;

public sealed class InterruptTests(RunningKernel kernel) : IClassFixture<RunningKernel>
{
    readonly FrontEnd frontEnd = kernel.FrontEnd;

    Execution InterruptWhenBegun(string code, Action interrupt)
    {
        var id = frontEnd.Begin($"Console.WriteLine(\"begun\"); {code}");
        frontEnd.WaitForText(id, "begun");
        var clock = Stopwatch.StartNew();
        interrupt();
        var ended = frontEnd.Finish(id);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        return ended;
    }

    void ByMessage() => frontEnd.Send("control", "interrupt_request", []);

    void BySignal()
    {
        using var kill = Process.Start("kill", ["-INT", kernel.FrontEnd.Kernel.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    [Theory]
    [InlineData("while (true) { }")]
    [InlineData("while (true) { try { Thread.Sleep(10); } catch (Exception) { } }")]
    [InlineData("Thread.Sleep(600_000);")]
    [InlineData("await Task.Delay(600_000);")]
    [InlineData("Task.Delay(600_000).Wait();")]
    [InlineData("while (true) Console.WriteLine(\"line\");")]
    [InlineData("while (true) display(1);")]
    [InlineData("Enumerable.Range(0, int.MaxValue).Select(i => Math.Sqrt(i) + 1).Sum();")]
    [InlineData("while (true) { var product = torch.ones(200, 200).mm(torch.ones(200, 200)); product.Dispose(); }")]
    [InlineData("input(\"who?\");")]
    public void A_cell_stops_and_its_variables_survive(string code)
    {
        frontEnd.Typist = _ => null;
        frontEnd.Execute("var before = 7;");
        var ended = InterruptWhenBegun("var half = 21; " + code, ByMessage);
        Assert.Equal(("error", "Interrupted"), (ended.Status, (string?)ended.Reply["ename"]));
        Assert.Equal("7", frontEnd.Execute("before").Value);
    }

    [Fact]
    public void What_the_interrupted_cell_had_assigned_is_kept()
    {
        InterruptWhenBegun("var steps = 0; while (true) { steps++; Thread.Sleep(1); }", ByMessage);
        Assert.True(int.Parse(frontEnd.Execute("steps").Value!, System.Globalization.CultureInfo.InvariantCulture) > 0);
    }

    [Fact]
    public void A_signal_interrupts_like_a_message() =>
        Assert.Equal("Interrupted", (string?)InterruptWhenBegun("while (true) { }", BySignal).Reply["ename"]);

    [Fact]
    public void Signals_while_nothing_runs_leave_the_kernel_answering()
    {
        for (var i = 0; i < 50; i++) BySignal();
        // Signals travel on their own: until one of these cells lasts, late ones may still stop the next.
        while (frontEnd.Execute("await Task.Delay(300);") is { Status: not "ok" } stopped) Assert.Equal("Interrupted", (string?)stopped.Reply["ename"]);
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
    }

    [Fact]
    public void Cells_that_wait_behind_an_interrupted_one_are_aborted()
    {
        var first = frontEnd.Begin("Console.WriteLine(\"begun\"); while (true) { }");
        var second = frontEnd.Begin("2");
        frontEnd.WaitForText(first, "begun");
        ByMessage();
        Assert.Equal(("error", "aborted"), (frontEnd.Finish(first).Status, frontEnd.Finish(second).Status));
    }

    [Fact]
    public void An_interrupt_right_behind_a_cell_stops_it()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = frontEnd.Begin("Thread.Sleep(600_000);");
            // Shell and control are different sockets: only what has come can be interrupted.
            frontEnd.Wait(id, message => FrontEnd.Type(message) == "status");
            ByMessage();
            Assert.Equal("Interrupted", (string?)frontEnd.Finish(id).Reply["ename"]);
        }
    }

    [Fact]
    public void A_hundred_interrupts_of_a_printing_loop_leave_a_healthy_kernel()
    {
        frontEnd.Execute("var kept = 42;");
        for (var i = 0; i < 100; i++)
        {
            var id = frontEnd.Begin("while (true) { Console.WriteLine(\"printed\"); Console.Error.Write('e'); }");
            frontEnd.WaitForText(id, "printed");
            ByMessage();
            Assert.Equal("Interrupted", (string?)frontEnd.Finish(id).Reply["ename"]);
        }
        Assert.Equal(("42", "out", "err"), (frontEnd.Execute("kept").Value, frontEnd.Execute("Console.Write(\"out\")").Text(), frontEnd.Execute("Console.Error.Write(\"err\")").Text("stderr")));
    }

    [Fact]
    public void A_training_loop_stops_within_a_second_between_two_steps_with_its_model_intact()
    {
        var prepared = frontEnd.Execute("""
            torch.manual_seed(0);
            var model = nn.Sequential(("hidden", nn.Linear(64, 256)), ("act", nn.ReLU()), ("out", nn.Linear(256, 1)));
            var optimizer = optim.Adam(model.parameters(), lr: 1e-3);
            var x = torch.randn(512, 64);
            var y = x.sum(1, keepdim: true);
            var stepsDone = 0L;
            """);
        Assert.Equal("ok", prepared.Status);
        var id = frontEnd.Begin("""
            while (true)
            {
                using var scope = torch.NewDisposeScope();
                optimizer.zero_grad();
                var loss = nn.functional.mse_loss(model.forward(x), y);
                loss.backward();
                optimizer.step();
                stepsDone++;
                if (stepsDone == 20) Console.WriteLine("training");
            }
            """);
        frontEnd.WaitForText(id, "training");
        var clock = Stopwatch.StartNew();
        ByMessage();
        Assert.Equal("Interrupted", (string?)frontEnd.Finish(id).Reply["ename"]);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal("true", frontEnd.Execute("stepsDone >= 20 && model.parameters().All(p => p.isfinite().all().item<bool>())").Value);
        // It goes on where it stood.
        var more = frontEnd.Execute("""
            var lossBefore = nn.functional.mse_loss(model.forward(x), y).item<float>();
            for (var i = 0; i < 20; i++) { optimizer.zero_grad(); nn.functional.mse_loss(model.forward(x), y).backward(); optimizer.step(); }
            nn.functional.mse_loss(model.forward(x), y).item<float>() < lossBefore
            """);
        Assert.Equal("true", more.Value);
    }

    [Fact]
    public void Code_that_does_not_listen_is_named_ended_and_followed_by_a_new_session()
    {
        // Whoever locks a plain mutex twice waits for ever, whatever signals come.
        frontEnd.Execute("""
            [System.Runtime.InteropServices.DllImport("libc")] static extern int pthread_mutex_lock(nint mutex);
            var lost = System.Runtime.InteropServices.Marshal.AllocHGlobal(64);
            for (var i = 0; i < 64; i++) System.Runtime.InteropServices.Marshal.WriteByte(lost, i, 0);
            """);
        var id = frontEnd.Begin("pthread_mutex_lock(lost); Console.WriteLine(\"begun\"); pthread_mutex_lock(lost);");
        frontEnd.WaitForText(id, "begun");
        ByMessage();
        var ended = frontEnd.Finish(id);
        Assert.Contains("does not listen to interrupts", ended.Text("stderr"), StringComparison.Ordinal);
        Assert.Equal("SessionDied", (string?)ended.Reply["ename"]);
        Assert.Equal("The cell did not stop when it was interrupted, so its process was ended. "
            + "All variables are gone. A new session has been started: run the notebook's cells again from the top.", ended.Error);
        Assert.Equal(("error", "2"), (frontEnd.Execute("lost").Status, frontEnd.Execute("1 + 1").Value));
    }
}
