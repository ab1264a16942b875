namespace MedAnomaly.Cli.Tests.Verbs;

public sealed class VerbTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void An_unknown_verb_ends_with_2_and_says_where_the_verbs_are()
    {
        var (exitCode, _, errors) = CommandLine.Run(["sweeep"]);

        Assert.Equal(2, exitCode);
        Assert.Contains("'sweeep'", errors, StringComparison.Ordinal);
        Assert.Contains("'./medanomaly --help' lists the verbs", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_check_reports_libtorch_the_device_the_threads_and_the_data_directory()
    {
        var (exitCode, output, _) = CommandLine.Run(["check"], ("MEDANOMALY_DATA", folder.FullName), ("MEDANOMALY_MIRROR", null));

        Assert.Equal(0, exitCode);
        foreach (var line in new[] { "libtorch  ", "device  ", "threads  ", "instruction set  ", "bf16  ", "librsvg2-2  ", $"data directory        {folder.FullName}" })
        {
            Assert.Contains(line, output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_dataset_that_needs_registration_ends_with_3_and_says_where_to_get_it_and_where_to_put_it()
    {
        var (exitCode, _, errors) = CommandLine.Run(["data", "get", "rembrandt"], ("MEDANOMALY_DATA", folder.FullName), ("MEDANOMALY_MIRROR", null));

        Assert.Equal(3, exitCode);
        Assert.Contains("registration", errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.FullName, "rembrandt"), errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dataset_that_nobody_knows_ends_with_2_and_names_the_nearest()
    {
        var (exitCode, _, errors) = CommandLine.Run(["data", "where", "brh35"], ("MEDANOMALY_DATA", folder.FullName));

        Assert.Equal(2, exitCode);
        Assert.Contains("br35h", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_in_a_mirror_is_listed_as_here_and_where_says_its_folder()
    {
        var mirror = folder.CreateSubdirectory("mirror");
        var data = folder.CreateSubdirectory("data");
        File.WriteAllText(Path.Combine(mirror.CreateSubdirectory("rembrandt").FullName, "note.txt"), "here");

        var list = CommandLine.Run(["data", "list"], ("MEDANOMALY_DATA", data.FullName), ("MEDANOMALY_MIRROR", mirror.FullName));
        var where = CommandLine.Run(["data", "where", "rembrandt"], ("MEDANOMALY_DATA", data.FullName), ("MEDANOMALY_MIRROR", mirror.FullName));

        Assert.Contains(list.Output.Split('\n'), line => line.StartsWith("rembrandt ", StringComparison.Ordinal) && line.Contains("here (mirror)", StringComparison.Ordinal));
        Assert.Equal((0, Path.Combine(mirror.FullName, "rembrandt")), (where.ExitCode, where.Output.Trim()));
    }

    [Fact]
    public void Results_are_listed_as_json_and_the_page_is_renewed()
    {
        var results = Path.Combine(folder.FullName, "results");

        var (exitCode, output, _) = CommandLine.Run(["results", "--json"], ("MEDANOMALY_RESULTS", results));

        Assert.Equal((0, "[]"), (exitCode, output.Trim()));
        Assert.Contains("Nothing is recorded yet", File.ReadAllText(Path.Combine(results, "README.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_launcher_without_root_or_sudo_prints_the_command_and_ends_with_4()
    {
        // A machine without packages, sudo and root, as far as the launcher can see: its own helpers answer so.
        var tools = folder.CreateSubdirectory("tools");
        foreach (var (name, body) in new[] { ("dpkg-query", "exit 1"), ("sudo", "exit 1"), ("id", "echo 1000") })
        {
            var path = Path.Combine(tools.FullName, name);
            File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var (exitCode, _, errors) = CommandLine.Launch(["check"], ("PATH", $"{tools.FullName}:/usr/bin:/bin"));

        Assert.Equal(4, exitCode);
        Assert.Contains("neither root nor sudo is at hand", errors, StringComparison.Ordinal);
        Assert.Contains("sudo apt-get update && sudo apt-get install -y --no-install-recommends g++", errors, StringComparison.Ordinal);
    }
}
