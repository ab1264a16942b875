using MedAnomaly.Experiments;

namespace MedAnomaly.Tests.Experiments;

public sealed class ResultStoreTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly ResultStore store;

    public ResultStoreTests() => store = new(Path.Combine(folder.FullName, "results"));

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_users_run_is_local_and_a_recorded_one_is_not()
    {
        Assert.Empty(store.List());

        var local = store.Save(RunRecordJsonTests.Example, record: false);
        var recorded = store.Save(RunRecordJsonTests.Example with { Seconds = 1 }, record: true);

        Assert.Equal(Path.Combine(store.Folder, "local", "000-table1-patchcore-n1.json"), local);
        Assert.Equal(Path.Combine(store.Folder, "000-table1-patchcore-n1.json"), recorded);
        Assert.Equal([(1.0, false), (12.5, true)], store.List().Select(run => (run.Record.Seconds, run.IsLocal)));
    }

    [Fact]
    public void The_same_run_again_takes_the_place_of_the_first()
    {
        store.Save(RunRecordJsonTests.Example, record: true);
        store.Save(RunRecordJsonTests.Example with { Seconds = 99 }, record: true);

        Assert.Equal(99, Assert.Single(store.List()).Record.Seconds);
        Assert.Single(Directory.GetFiles(store.Folder));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_to_is_found_out_before_anything_is_computed()
    {
        File.WriteAllText(store.Folder, "a file where the folder should be");

        var fault = Assert.Throws<OutputException>(() => store.EnsureWritable(record: true));

        Assert.StartsWith($"{store.Folder} cannot be written to: ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing has been computed yet. Make the folder writable, free some space, or give another results folder, then run again.",
            fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Output, fault.ExitCode);
    }

    [Fact]
    public void A_folder_that_can_be_written_to_is_left_as_it_was()
    {
        store.EnsureWritable(record: false);

        Assert.Empty(Directory.GetFiles(store.Folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_under_another_records_name_is_refused()
    {
        var path = store.Save(RunRecordJsonTests.Example, record: true);
        var renamed = Path.Combine(store.Folder, "other.json");
        File.Move(path, renamed);

        Assert.Equal($"{renamed} holds the record '000-table1-patchcore-n1', whose file is 000-table1-patchcore-n1.json. Rename the file or correct $.id.",
            Assert.Throws<DataFormatException>(store.List).Message);
    }

    [Fact]
    public void A_commit_is_that_of_the_checkout_and_absent_outside_one()
    {
        Assert.Null(Provenance.Commit(folder.FullName));
        Git("init", "-q");
        File.WriteAllText(Path.Combine(folder.FullName, "code.cs"), "1");
        Directory.CreateDirectory(store.Folder);
        File.WriteAllText(Path.Combine(store.Folder, "README.md"), "1");
        Git("add", ".");
        Git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a");

        var clean = Provenance.Commit(folder.FullName);
        File.WriteAllText(Path.Combine(store.Folder, "README.md"), "2");
        var afterResult = Provenance.Commit(folder.FullName);
        File.WriteAllText(Path.Combine(folder.FullName, "code.cs"), "2");

        Assert.Matches("^[0-9a-f]{40}$", clean);
        Assert.Equal(clean, afterResult);
        Assert.Equal(clean + "-dirty", Provenance.Commit(folder.FullName));
        // From a folder inside the checkout the whole checkout counts.
        Assert.Equal(clean + "-dirty", Provenance.Commit(store.Folder));

        void Git(params string[] arguments)
        {
            using var git = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("git", arguments) { WorkingDirectory = folder.FullName })!;
            git.WaitForExit();
            Assert.Equal(0, git.ExitCode);
        }
    }

    [Fact]
    public void Versions_name_the_library_the_runtime_and_the_system()
    {
        var versions = Provenance.Versions("1.13.1");

        Assert.Equal(["architecture", "dotnet", "libtorch", "medanomaly", "os"], versions.Keys.Order());
        Assert.Equal(Environment.Version.ToString(), versions["dotnet"]);
        Assert.DoesNotContain("libtorch", Provenance.Versions(null).Keys);
    }
}
