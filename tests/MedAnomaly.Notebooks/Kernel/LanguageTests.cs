using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Tests.Kernel;

public sealed class LanguageTests(RunningKernel kernel) : IClassFixture<RunningKernel>
{
    readonly FrontEnd frontEnd = kernel.FrontEnd;

    JsonObject Complete(string code, int? position = null) =>
        frontEnd.Ask("complete_request", new() { ["code"] = code, ["cursor_pos"] = position ?? new System.Globalization.StringInfo(code).LengthInTextElements });

    static string[] Matches(JsonObject reply) => [.. reply["matches"]!.AsArray().Select(match => (string)match!)];

    [Fact]
    public void Members_names_and_what_cells_declared_are_completed()
    {
        frontEnd.Execute("var volumeOfBrain = 3; record Slice(int Index, double Score);");
        Assert.Equal(["WriteLine"], Matches(Complete("Console.WriteL")));
        Assert.Contains("volumeOfBrain", Matches(Complete("volumeOf")));
        Assert.Contains("Score", Matches(Complete("new Slice(1, 2).Sc")));
        Assert.Contains("PatchCore", Matches(Complete("new PatchC")));
    }

    [Fact]
    public void Positions_count_code_points()
    {
        var reply = Complete("var s = \"😀😀\"; s.Len", 19);
        Assert.Equal(["Length"], Matches(reply));
        Assert.Equal((16, 19), ((int)reply["cursor_start"]!, (int)reply["cursor_end"]!));
    }

    [Fact]
    public void Completion_is_answered_while_a_cell_runs()
    {
        var id = frontEnd.Begin("Console.WriteLine(\"begun\"); Thread.Sleep(3000); \"ended\"");
        frontEnd.WaitForText(id, "begun");
        Assert.Equal(["Sqrt"], Matches(Complete("Math.Sq")));
        frontEnd.Send("control", "interrupt_request", []);
        Assert.Equal("Interrupted", (string?)frontEnd.Finish(id).Reply["ename"]);
    }

    [Fact]
    public void Inspection_gives_declaration_and_documentation()
    {
        string Inspect(string code) => (string?)frontEnd.Ask("inspect_request", new() { ["code"] = code, ["cursor_pos"] = code.Length, ["detail_level"] = 0 })["data"]!["text/plain"] ?? "";
        Assert.Contains("static double System.Math.Sqrt(double d)", Inspect("Math.Sqrt"), StringComparison.Ordinal);
        Assert.Contains("square root", Inspect("Math.Sqrt"), StringComparison.Ordinal);
        Assert.Contains("coreset", Inspect("PatchCore"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void What_is_not_known_is_not_found()
    {
        var reply = frontEnd.Ask("inspect_request", new() { ["code"] = "noSuchName", ["cursor_pos"] = 4, ["detail_level"] = 0 });
        Assert.Equal(("ok", false), ((string?)reply["status"], (bool)reply["found"]!));
    }

    [Theory]
    [InlineData("1 + 1", "complete")]
    [InlineData("if (true)\n{", "incomplete")]
    [InlineData("}}", "invalid")]
    [InlineData("#!time\n1", "complete")]
    public void Completeness_is_told(string code, string status) =>
        Assert.Equal(status, (string?)frontEnd.Ask("is_complete_request", new() { ["code"] = code })["status"]);

    [Fact]
    public void History_has_the_cells_that_ran()
    {
        frontEnd.Execute("41 + 1");
        var last = frontEnd.Ask("history_request", new() { ["hist_access_type"] = "tail", ["n"] = 1, ["output"] = true, ["raw"] = true })["history"]![0]!;
        Assert.Equal("41 + 1", (string?)last[2]![0]);
        Assert.Equal("42", (string?)last[2]![1]);
        var found = frontEnd.Ask("history_request", new() { ["hist_access_type"] = "search", ["pattern"] = "41*", ["n"] = 5, ["output"] = false, ["raw"] = true });
        Assert.Equal("41 + 1", (string?)found["history"]![0]![2]);
    }

    [Fact]
    public void A_name_with_a_question_mark_opens_the_pager()
    {
        var page = frontEnd.Execute("Math.Sqrt?").Reply["payload"]![0]!;
        Assert.Equal("page", (string?)page["source"]);
        Assert.Contains("square root", (string?)page["data"]!["text/plain"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_comm_is_closed_as_soon_as_it_is_opened_and_none_is_listed()
    {
        var id = frontEnd.Send("shell", "comm_open", new() { ["comm_id"] = "c1", ["target_name"] = "jupyter.widget", ["data"] = new JsonObject() });
        Assert.Equal("c1", (string?)frontEnd.Wait(id, message => FrontEnd.Type(message) == "comm_close")["content"]!["comm_id"]);
        Assert.Empty(frontEnd.Ask("comm_info_request", [])["comms"]!.AsObject());
    }

    [Fact]
    public void The_kernel_says_what_it_is()
    {
        var reply = frontEnd.Ask("kernel_info_request", []);
        Assert.Equal(("medanomaly", "C#", ".cs"), ((string?)reply["implementation"], (string?)reply["language_info"]!["name"], (string?)reply["language_info"]!["file_extension"]));
        Assert.StartsWith("5.", (string?)reply["protocol_version"], StringComparison.Ordinal);
        Assert.Equal("ok", (string?)frontEnd.Ask("kernel_info_request", [], "control")["status"]);
    }
}
