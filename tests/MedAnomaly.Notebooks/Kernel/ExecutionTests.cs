using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Tests.Kernel;

public sealed class ExecutionTests(RunningKernel kernel) : IClassFixture<RunningKernel>
{
    readonly FrontEnd frontEnd = kernel.FrontEnd;

    [Fact]
    public void A_cell_is_announced_runs_and_is_answered_in_the_protocols_order()
    {
        var cell = frontEnd.Execute("Console.Write(\"out\"); Console.Error.Write(\"err\"); display(HTML(\"<b>x</b>\")); 6 * 7");
        Assert.Equal(["status", "execute_input", "stream", "display_data", "execute_result", "status"], cell.Types);
        Assert.Equal(("ok", "out", "err", "42"), (cell.Status, cell.Text(), cell.Text("stderr"), cell.Value));
        Assert.Equal((int)cell.Reply["execution_count"]!, (int)cell.Of("execute_input")[0]["execution_count"]!);
        Assert.Equal("<b>x</b>", (string?)cell.Of("display_data")[0]["data"]!["text/html"]);
    }

    [Fact]
    public void A_failure_is_published_and_cells_that_wait_are_aborted()
    {
        string[] sent = [frontEnd.Begin("await Task.Delay(500); throw new InvalidOperationException(\"on purpose\");"), frontEnd.Begin("1"), frontEnd.Begin("2")];
        var failed = frontEnd.Finish(sent[0]);
        Assert.Equal(("error", "System.InvalidOperationException", "on purpose"), (failed.Status, (string?)failed.Reply["ename"], failed.Error));
        Assert.Equal("on purpose", (string?)Assert.Single(failed.Of("error"))["evalue"]);
        Assert.Equal(["aborted", "aborted"], sent[1..].Select(id => frontEnd.Finish(id).Status));
    }

    [Fact]
    public void With_stop_on_error_off_cells_that_wait_run()
    {
        var first = frontEnd.Begin("await Task.Delay(300); throw new Exception();", content => content["stop_on_error"] = false);
        var second = frontEnd.Begin("\"ran\"");
        Assert.Equal("error", frontEnd.Finish(first).Status);
        Assert.Equal("ran", frontEnd.Finish(second).Value);
    }

    [Fact]
    public void A_cell_that_is_sent_in_answer_to_a_failure_runs()
    {
        for (var i = 0; i < 10; i++)
        {
            var failing = frontEnd.Begin("throw new Exception();");
            frontEnd.Wait(failing, message => FrontEnd.Type(message) == "error");
            var next = frontEnd.Begin("\"ran\"");
            Assert.Equal("error", frontEnd.Finish(failing).Status);
            Assert.Equal("ran", frontEnd.Finish(next).Value);
        }
    }

    [Fact]
    public void User_expressions_are_evaluated_one_by_one_and_leave_nothing_behind()
    {
        var cell = frontEnd.Execute("var seven = 7;", content => content["user_expressions"] = new JsonObject { ["good"] = "seven * 6", ["bad"] = "nowhere", ["declares"] = "int hidden = 1;" });
        var found = cell.Reply["user_expressions"]!;
        Assert.Equal("42", (string?)found["good"]!["data"]!["text/plain"]);
        Assert.Equal(("error", "CompilationError"), ((string?)found["bad"]!["status"], (string?)found["bad"]!["ename"]));
        Assert.Equal("ok", (string?)found["declares"]!["status"]);
        Assert.Equal("error", frontEnd.Execute("hidden").Status);
    }

    [Fact]
    public void A_silent_cell_publishes_no_more_than_its_state_and_does_not_count()
    {
        var before = (int)frontEnd.Execute("1").Reply["execution_count"]!;
        var silent = frontEnd.Execute("var quiet = 1; Console.WriteLine(\"unheard\"); quiet", content => content["silent"] = true);
        Assert.Equal(("ok", before), (silent.Status, (int)silent.Reply["execution_count"]!));
        Assert.Equal(["status", "status"], silent.Types);
        Assert.Equal("1", frontEnd.Execute("quiet").Value);
    }

    [Fact]
    public void A_display_is_updated_under_its_id()
    {
        var cell = frontEnd.Execute("var shown = display(\"first\"); shown.Update(\"second\");");
        var (first, second) = (cell.Of("display_data")[0], cell.Of("update_display_data")[0]);
        Assert.Equal(("first", "second"), ((string?)first["data"]!["text/plain"], (string?)second["data"]!["text/plain"]));
        Assert.Equal((string?)first["transient"]!["display_id"], (string?)second["transient"]!["display_id"]);
        Assert.NotNull((string?)first["transient"]!["display_id"]);
    }

    [Fact]
    public void Clear_says_whether_to_wait()
    {
        var cell = frontEnd.Execute("clear(); clear(wait: true);");
        Assert.Equal([false, true], cell.Of("clear_output").Select(content => (bool)content["wait"]!));
    }

    [Fact]
    public void The_user_is_asked_and_what_is_typed_arrives()
    {
        frontEnd.Typist = prompt => $"answer to {prompt}";
        Assert.Equal("answer to name? answer to word?", frontEnd.Execute("input(\"name?\") + \" \" + password(\"word?\")").Value);
    }

    [Fact]
    public void Where_the_front_end_takes_no_input_the_cell_learns_it()
    {
        var cell = frontEnd.Execute("input(\"name?\")", content => content["allow_stdin"] = false);
        Assert.Equal("error", cell.Status);
        Assert.Contains("input() waits for somebody who types", cell.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_without_code_is_refused_and_the_next_one_served()
    {
        var refused = frontEnd.Execute("", content => content.Remove("code"));
        Assert.Equal(("error", "The request cannot be followed: its field 'code' is missing, expected a text."), (refused.Status, refused.Error));
        Assert.Equal("2", frontEnd.Execute("1 + 1").Value);
    }

    [Fact]
    public void Ten_thousand_lines_arrive_whole_and_in_few_messages()
    {
        var cell = frontEnd.Execute("for (var i = 0; i < 10_000; i++) Console.WriteLine(i);");
        Assert.Equal(string.Concat(Enumerable.Range(0, 10_000).Select(i => FormattableString.Invariant($"{i}\n"))), cell.Text());
        Assert.InRange(cell.Of("stream").Count, 1, 200);
    }

    [Fact]
    public void Text_with_half_a_character_arrives_well_formed() =>
        Assert.Equal("a\ufffdb😀", frontEnd.Execute("Console.Write(\"a\\ud800b\\ud83d\"); Console.Write(\"\\ude00\");").Text());

    [Fact]
    public void What_a_task_prints_after_its_cell_belongs_to_that_cell()
    {
        var id = frontEnd.Begin("_ = Task.Run(async () => { await Task.Delay(500); Console.WriteLine(\"late\"); });");
        frontEnd.Finish(id);
        frontEnd.WaitForText(id, "late");
    }
}
