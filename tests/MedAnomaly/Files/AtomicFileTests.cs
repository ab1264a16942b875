using MedAnomaly.Files;

namespace MedAnomaly.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_no_temporary_one()
    {
        var path = Path.Combine(folder.FullName, "record.json");
        AtomicFile.WriteText(path, "old");

        var fault = Assert.Throws<OutputException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new IOException("No space left on device.");
        }));

        Assert.Equal($"{path} could not be written: No space left on device. What was there before is unchanged. "
            + "Free some space or choose another place, then run again.", fault.Message);
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.FullName));
    }

    [Fact]
    public void A_path_through_a_file_is_refused_and_leaves_nothing()
    {
        var file = Path.Combine(folder.FullName, "file");
        File.WriteAllText(file, "");

        var fault = Assert.Throws<OutputException>(() => AtomicFile.WriteText(Path.Combine(file, "record.json"), "text"));

        Assert.StartsWith($"{Path.Combine(file, "record.json")} could not be written:", fault.Message, StringComparison.Ordinal);
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void A_link_stays_a_link_and_what_it_leads_to_is_written()
    {
        var (real, link) = (Path.Combine(folder.FullName, "real"), Path.Combine(folder.FullName, "link"));
        File.CreateSymbolicLink(link, "real");

        AtomicFile.WriteText(link, "new");

        Assert.Equal("real", new FileInfo(link).LinkTarget);
        Assert.Equal("new", File.ReadAllText(real));
    }

    [Fact]
    public void A_link_that_leads_round_in_a_circle_is_refused()
    {
        var (one, two) = (Path.Combine(folder.FullName, "one"), Path.Combine(folder.FullName, "two"));
        File.CreateSymbolicLink(one, two);
        File.CreateSymbolicLink(two, one);

        Assert.StartsWith($"{one} could not be written:", Assert.Throws<OutputException>(() => AtomicFile.WriteText(one, "text")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_takes_what_comes_and_is_not_replaced()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "this system has no /dev/full");

        AtomicFile.WriteText("/dev/null", "text");
        var fault = Assert.Throws<OutputException>(() => AtomicFile.WriteText("/dev/full", "text"));

        Assert.StartsWith("/dev/full could not be written: No space left on device", fault.Message, StringComparison.Ordinal);
        Assert.True(AtomicFile.IsDevice("/dev/null"));
        Assert.Equal("", File.ReadAllText("/dev/null"));
    }
}
