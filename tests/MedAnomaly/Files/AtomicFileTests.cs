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
}
