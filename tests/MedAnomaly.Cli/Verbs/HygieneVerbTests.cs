using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Cli.Tests.Verbs;

/// <summary><c>clean</c> and <c>verify</c>.</summary>
public sealed class HygieneVerbTests : IDisposable
{
    readonly NotebookFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Clean_gives_back_the_notebook_that_ran_byte_for_byte()
    {
        var source = folder.Notebook("// parameters\nint n = 1;", "Console.WriteLine(n);", "throw new Exception();");
        Assert.Equal(0, CommandLine.Run(["clean", source]).ExitCode);
        var before = File.ReadAllText(source);
        Assert.Equal(1, CommandLine.Run(["run", source, source]).ExitCode);
        Assert.NotEqual(before, File.ReadAllText(source));

        var check = CommandLine.Run(["clean", "--check", folder.Path]);
        Assert.Equal((1, $"not clean: {source}\n0 of 1 were clean\n"), (check.ExitCode, check.Output));
        Assert.Equal($"cleaned: {source}\n0 of 1 were clean\n", CommandLine.Run(["clean", source]).Output);
        var notebook = NotebookFile.Load(source);
        // The kernel's name is no trace of one run: it says what opens the notebook.
        notebook.Metadata = [];
        Assert.Equal(before, NotebookFile.Text(notebook, source));
        var again = CommandLine.Run(["clean", "--check", source]);
        Assert.Equal((0, "1 of 1 were clean\n"), (again.ExitCode, again.Output));
    }

    [Fact]
    public void The_committed_notebooks_show_what_their_code_made()
    {
        var (exitCode, output, errors) = CommandLine.Run(["verify", "--no-run"]);
        Assert.True(exitCode == 0, output + errors);
        Assert.EndsWith(" fine, 0 with faults\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Clean_takes_folders_passes_over_checkpoints_and_changes_nothing_where_one_is_no_notebook()
    {
        var notebook = folder.Notebook("1");
        Directory.CreateDirectory(folder.At("deep/.ipynb_checkpoints"));
        File.WriteAllText(folder.At("deep/.ipynb_checkpoints/old.ipynb"), "{");
        // With the byte order mark that .NET's editors write.
        File.WriteAllText(folder.At("deep/a.dib"), "\ufeff#!csharp\n\n1\n");
        var before = File.ReadAllText(notebook);
        Assert.Equal("2 of 2 were clean\n", CommandLine.Run(["clean", "--check", folder.Path]).Output);

        File.WriteAllText(folder.At("z.ipynb"), "{");
        Assert.Equal(3, CommandLine.Run(["clean", folder.Path]).ExitCode);
        Assert.Equal(before, File.ReadAllText(notebook));
        Assert.Equal("#!csharp\n\n1\n", File.ReadAllText(folder.At("deep/a.dib")));
        Assert.Contains("There is no notebook (.ipynb, .dib) in", CommandLine.Run(["clean", Directory.CreateDirectory(folder.At("empty")).FullName]).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_runs_the_small_form_and_leaves_no_trace()
    {
        var path = folder.Notebook("// parameters\nint n = 1000;", "if (n > 10) throw new Exception(\"large\"); Console.Error.WriteLine($\"{n} into {Environment.GetEnvironmentVariable(\"MEDANOMALY_RESULTS\")}\");");
        var full = CommandLine.Run(["verify", path]);
        Assert.Equal((1, $"FAULT {path}: it does not run: cell 2: large\n0 fine, 1 with faults\n"), (full.ExitCode, full.Output));

        var notebook = NotebookFile.Load(path);
        notebook.Metadata["medanomaly"] = new JsonObject { ["small"] = new JsonObject { ["n"] = 2 } };
        NotebookFile.Save(notebook, path);
        var before = File.ReadAllText(path);
        var small = CommandLine.Run(["verify", path]);
        Assert.Equal((0, $"fine  {path}\n1 fine, 0 with faults\n"), (small.ExitCode, small.Output));
        Assert.Contains("2 into /", small.Errors, StringComparison.Ordinal);
        Assert.Contains("medanomaly-verify-", small.Errors, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Fact]
    public void Verify_finds_outputs_that_are_not_those_of_the_code_and_goes_on()
    {
        var path = folder.Notebook("Console.WriteLine(1);", "2");
        Assert.Equal(0, CommandLine.Run(["run", path, path]).ExitCode);
        Assert.Equal(0, CommandLine.Run(["verify", path, "--no-run", "--strict"]).ExitCode);

        var notebook = NotebookFile.Load(path);
        notebook.Cells[1].Source = "3";
        NotebookFile.Save(notebook, folder.At("stale.ipynb"));
        notebook = NotebookFile.Load(path);
        notebook.Metadata["medanomaly"]!["run"]!["library"] = "another";
        NotebookFile.Save(notebook, folder.At("older.ipynb"));
        string[] all = ["verify", folder.At("none.ipynb"), folder.At("stale.ipynb"), folder.At("older.ipynb"), path, "--no-run"];
        var (exitCode, output, errors) = CommandLine.Run(all);
        Assert.Equal(1, exitCode);
        Assert.Contains($"FAULT {folder.At("stale.ipynb")}: cell 2 was changed, added, moved or removed since it ran: 3. Run it again: ./medanomaly run", output, StringComparison.Ordinal);
        Assert.Contains($"FAULT {folder.At("none.ipynb")}: There is no notebook", output, StringComparison.Ordinal);
        Assert.EndsWith("2 fine, 2 with faults\n", output, StringComparison.Ordinal);
        Assert.Contains("older.ipynb: its outputs were made by another state of the library; with --strict that is a fault", errors, StringComparison.Ordinal);
        Assert.EndsWith("1 fine, 3 with faults\n", CommandLine.Run([.. all, "--strict"]).Output, StringComparison.Ordinal);
    }
}
