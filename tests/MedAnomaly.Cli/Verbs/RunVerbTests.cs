using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Tests.Verbs;

/// <summary>Runs as papermill's users know them.</summary>
public sealed class RunVerbTests : IDisposable
{
    readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    const string Declared = "// parameters\n\n// which images\nstring name = \"a\";\nint seed = 1; // start\nint? limit = 3;\nint[] sizes = { 1 };";
    const string Show = "Console.WriteLine($\"{name} {seed} {(limit is null ? \"none\" : limit)} {string.Join(\"+\", sizes)}\");";

    [Fact]
    public void Parameters_come_from_files_yaml_and_the_command_line_and_the_nearest_wins()
    {
        File.WriteAllText(folder.At("p.yaml"), "name: from file\nseed: 2\nsizes: [4, 5]\n");
        var (exitCode, output, errors) = CommandLine.Run(
            ["run", folder.Notebook(Declared, Show), folder.At("out.ipynb"), "-f", folder.At("p.yaml"), "-y", "{limit: null, seed: 3}", "-p", "seed", "-4", "-r", "name", "null"]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal("null -4 none 4+5\n", folder.Printed());
        Assert.Contains($"page:     {folder.At("out.html")}", output, StringComparison.Ordinal);
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
        var (exitCode, _, errors) = CommandLine.Run(["run", folder.Notebook(Declared, Show), "-o", folder.At("out.ipynb"), .. options.Split(' ')]);
        Assert.Equal(2, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("out.ipynb")));
    }

    [Fact]
    public void The_notebooks_parameters_are_printed_with_types_defaults_and_comments()
    {
        var (exitCode, output, _) = CommandLine.Run(["run", folder.Notebook(Declared, Show), "--help-notebook"]);
        Assert.Equal(0, exitCode);
        Assert.Equal($"{folder.At("in.ipynb")}\n  name: string = \"a\"\n      which images\n  seed: int = 1\n      start\n  limit: int? = 3\n  sizes: int[] = {{ 1 }}\n", output);
    }

    [Fact]
    public void A_prepared_notebook_holds_its_parameters_and_has_not_run()
    {
        Assert.Equal(0, CommandLine.Run(["run", folder.Notebook(Declared, Show), "-o", folder.At("out.ipynb"), "--prepare-only", "--report-mode", "-p", "seed", "9"]).ExitCode);
        var cells = NotebookFile.Load(folder.At("out.ipynb")).Cells;
        Assert.Equal("// Parameters of this run\nseed = 9;", cells[1].Source);
        Assert.All(cells, cell => Assert.True(cell.ExecutionCount is null && cell.IsSourceHidden));
    }

    [Fact]
    public void What_cells_print_is_logged_where_asked()
    {
        var quiet = CommandLine.Run(["run", folder.Notebook("Console.WriteLine(\"said\"); Console.Error.WriteLine(\"warned\");"), "-o", folder.At("out.ipynb")]);
        var loud = CommandLine.Run(["run", folder.At("in.ipynb"), "-o", folder.At("out.ipynb"), "--log-output", "--cwd", "/"]);
        Assert.DoesNotContain("said\n", quiet.Errors, StringComparison.Ordinal);
        Assert.Contains("warned\n", quiet.Errors, StringComparison.Ordinal);
        Assert.Contains("said\n", loud.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dib_runs_and_converts_both_ways()
    {
        File.WriteAllText(folder.At("a.dib"), "#!markdown\n\n# Title\n\n#!csharp\n\nConsole.WriteLine(\"from a dib\");\n");
        Assert.Equal(0, CommandLine.Run(["run", folder.At("a.dib"), folder.At("out.ipynb")]).ExitCode);
        Assert.Equal("from a dib\n", folder.Printed());
        var (exitCode, _, errors) = CommandLine.Run(["convert", folder.At("out.ipynb"), folder.At("back.dib")]);
        Assert.Equal(0, exitCode);
        Assert.Contains("1 outputs are left out, for a .dib holds none", errors, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run(["run", folder.At("a.dib"), folder.At("out.dib")]).ExitCode);
        Assert.Equal(2, CommandLine.Run(["convert", folder.At("a.dib"), folder.At("a.txt")]).ExitCode);
    }

    [Fact]
    public void A_run_again_that_shows_the_same_changes_times_only()
    {
        var notebook = folder.Notebook(Declared, Show, "display(HTML(\"<b>x</b>\")); new[] { 1, 2 }");
        string[] Lines()
        {
            Assert.Equal(0, CommandLine.Run(["run", notebook, folder.At("out.ipynb"), "-p", "seed", "2"]).ExitCode);
            return File.ReadAllLines(folder.At("out.ipynb"));
        }
        var (first, second) = (Lines(), Lines());
        Assert.Equal(first.Length, second.Length);
        Assert.All(first.Zip(second).Where(pair => pair.First != pair.Second), pair => Assert.Matches("^ +\"(duration|start_time|end_time)\": ", pair.First));
    }

    [Fact]
    public void Values_that_were_set_stay_where_an_executed_notebook_runs_again()
    {
        var notebook = folder.Notebook(Declared, Show);
        Assert.Equal(0, CommandLine.Run(["run", notebook, folder.At("out.ipynb"), "-p", "seed", "2"]).ExitCode);
        Assert.Equal(0, CommandLine.Run(["run", folder.At("out.ipynb"), folder.At("out.ipynb")]).ExitCode);
        Assert.Equal("a 2 3 1\n", folder.Printed());
        Assert.Equal(2, folder.Result().Metadata["papermill"]!["parameters"]!["seed"]!.GetValue<int>());
    }

    [Fact]
    public void The_small_form_of_a_notebook_sets_what_its_metadata_name_and_the_command_line_wins()
    {
        var path = folder.Notebook(Declared, Show);
        var without = CommandLine.Run(["run", path, folder.At("out.ipynb"), "--small"]);
        Assert.Equal(2, without.ExitCode);
        Assert.Contains("has no small form. Name the parameters of one in its metadata: \"medanomaly\": {\"small\":", without.Errors, StringComparison.Ordinal);

        var notebook = NotebookFile.Load(path);
        notebook.Metadata["medanomaly"] = new JsonObject { ["small"] = new JsonObject { ["seed"] = 0, ["limit"] = null, ["sizes"] = new JsonArray(9) } };
        NotebookFile.Save(notebook, path);
        Assert.Equal(0, CommandLine.Run(["run", path, folder.At("out.ipynb"), "--small", "-p", "seed", "5"]).ExitCode);
        Assert.Equal("a 5 none 9\n", folder.Printed());
        Assert.Contains("  seed: int = 1 (--small: 0)\n      start\n", CommandLine.Run(["run", path, "--help-notebook"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_takes_the_notebook_and_gets_no_page()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");
        var (exitCode, output, _) = CommandLine.Run(["run", folder.Notebook("1"), "/dev/null"]);
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("page:", output, StringComparison.Ordinal);
        Assert.False(File.Exists("/dev/null.html"));
        Assert.Equal(5, CommandLine.Run(["run", folder.Notebook("1"), "/dev/full"]).ExitCode);
    }

    public static TheoryData<string, int, string> BadNotebooks => new()
    {
        { "\ufeff{\"cells\": [], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 5}", 3, "starts with a byte order mark" },
        { "{\"cells\": [], \"metadata\": {}, \"nbfor", 3, "is cut off" },
        { "{\"worksheets\": [], \"metadata\": {}, \"nbformat\": 3, \"nbformat_minor\": 0}", 3, "is of nbformat 3.0" },
        { "{\"cells\": [], \"metadata\": {\"kernelspec\": {\"name\": \"python3\", \"language\": \"python\"}}, \"nbformat\": 4, \"nbformat_minor\": 5}", 2, "is a notebook in python, by its metadata" },
    };

    [Theory]
    [MemberData(nameof(BadNotebooks))]
    public void What_cannot_be_run_is_refused_before_anything_is_written(string text, int code, string message)
    {
        File.WriteAllText(folder.At("in.ipynb"), text);
        var (exitCode, _, errors) = CommandLine.Run(["run", folder.At("in.ipynb"), folder.At("out.ipynb")]);
        Assert.Equal(code, exitCode);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("out.ipynb")));
    }

    [Fact]
    public void A_dib_of_windows_runs()
    {
        File.WriteAllText(folder.At("a.dib"), "#!markdown\r\n\r\n# Title\r\n\r\n#!csharp\r\n\r\nvar a = 1;\r\n\r\nConsole.WriteLine(a);\r\n");
        Assert.Equal(0, CommandLine.Run(["run", folder.At("a.dib"), folder.At("out.ipynb")]).ExitCode);
        Assert.Equal("1\n", folder.Printed());
        Assert.DoesNotContain(folder.Result().Cells, cell => cell.Source.Contains('\r', StringComparison.Ordinal));
    }

    [Fact]
    public void A_parameter_is_data_and_never_code()
    {
        const string Attack = "\"; System.IO.File.WriteAllText(\"owned\", \"\"); //\n#!import \"x\"\u2028\\u0022";
        var (exitCode, _, errors) = CommandLine.Run(["run", folder.Notebook(Declared, "Console.Write(name);"), folder.At("out.ipynb"), "-p", "name", Attack, "--cwd", folder.Path]);
        Assert.True(exitCode == 0, errors);
        Assert.Equal(Attack, folder.Printed());
        Assert.False(File.Exists(folder.At("owned")));
    }
}
