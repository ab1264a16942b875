using System.Buffers.Binary;
using System.Formats.Tar;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class ArchiveTests : IDisposable
{
    const string Advice = " Nothing of the archive is used; fetch it from a source that you trust.";

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Target => folder.At("target");

    IReadOnlyList<InventoryFile> Unpack(byte[] archive, ArchiveFormat format, UnpackLimits? limits = null, string root = "",
        params string[] keep) =>
        Archive.Unpack(folder.Write("a.bin", archive), new(format, root, keep), Target, limits);

    string Refusal(byte[] archive, ArchiveFormat format, UnpackLimits? limits = null)
    {
        var fault = Assert.ThrowsAny<WorkbenchException>(() => Unpack(archive, format, limits));
        Assert.Equal(ExitCode.Data, fault.ExitCode);
        Assert.Equal(["a.bin"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        if (Directory.Exists(Target)) Directory.Delete(Target, recursive: true);
        return fault.Message.Replace(folder.At("a.bin"), "a.bin", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ArchiveFormat.Zip)]
    [InlineData(ArchiveFormat.Tar)]
    [InlineData(ArchiveFormat.TarGz)]
    public void Files_below_the_root_that_match_a_pattern_are_unpacked_with_their_hashes(ArchiveFormat format)
    {
        (string, byte[])[] files = [("top/a/1.txt", "one"u8.ToArray()), ("top/a/2.bin", "two"u8.ToArray()), ("top/b/3.txt", []),
            ("other/4.txt", "four"u8.ToArray())];
        var tar = Archives.Tar(files);
        var written = Unpack(format switch { ArchiveFormat.Zip => Archives.Zip(files), ArchiveFormat.Tar => tar,
            _ => Archives.Gzip(tar) }, format, null, "top", "**/*.txt");

        Assert.Equal(["a/1.txt", "b/3.txt"], written.Select(file => file.Path));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData("one"u8)), written[0].Sha256);
        Assert.Equal("one", File.ReadAllText(Path.Combine(Target, "a", "1.txt")));
        Assert.Equal(2, Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public void A_gzip_file_is_unpacked_under_its_name()
    {
        var path = folder.Write("volume.nii.gz", Archives.Gzip("voxels"u8.ToArray()));
        Assert.Equal("volume.nii", Assert.Single(Archive.Unpack(path, new(ArchiveFormat.Gz, "", []), Target)).Path);
    }

    [Theory]
    [InlineData("../evil.txt", "it leaves its folder by '..'")]
    [InlineData("x/../../e.txt", "it leaves its folder by '..'")]
    [InlineData("/evil.txt", "it is absolute")]
    [InlineData("C:/evil.txt", "it is absolute")]
    [InlineData("..\\evil.txt", "it contains a backslash")]
    [InlineData("CON", "'CON' is a name that Windows reserves")]
    [InlineData("x/aux.txt", "'aux.txt' is a name that Windows reserves")]
    [InlineData("a:b", "it is absolute")]
    [InlineData("x/a:b", "'a:b' has a character that not every system allows")]
    [InlineData("x/evil.", "'evil.' ends in a dot or a blank")]
    [InlineData("x/evil ", "'evil ' ends in a dot or a blank")]
    [InlineData("x//evil", "it has an empty part")]
    public void A_name_that_leaves_the_folder_or_not_every_system_allows_is_refused(string name, string reason)
    {
        var message = $"a.bin: the entry '{name}' is refused: {reason}.{Advice}";
        Assert.Equal(message, Refusal(Archives.Zip(("good.txt", [1]), (name, [2])), ArchiveFormat.Zip));
        Assert.Equal(message, Refusal(Archives.Tar((name, [2])), ArchiveFormat.Tar));
    }

    [Fact]
    public void A_name_with_NUL_is_refused()
    {
        var zip = Archives.Rename(Archives.Zip(("evilXtxt", [1])), "evilXtxt", "evil\0txt");
        Assert.Equal($"a.bin: the entry 'evil\\x00txt' is refused: it contains NUL.{Advice}", Refusal(zip, ArchiveFormat.Zip));
    }

    [Theory]
    [InlineData("x/Name.txt", "x/name.TXT", "some systems take it for 'x/Name.txt'")]
    [InlineData("same.txt", "same.txt", "the name is there twice")]
    [InlineData("same", "same/a.txt", "it is a file and a folder")]
    [InlineData("caf\u00e9.txt", "cafe\u0301.txt", "some systems take it for 'caf\u00e9.txt'")]
    public void Two_names_that_some_system_takes_for_one_are_refused(string one, string other, string reason)
    {
        Assert.EndsWith($"is refused: {reason}.{Advice}", Refusal(Archives.Zip((one, [1]), (other, [2])), ArchiveFormat.Zip),
            StringComparison.Ordinal);
        Assert.EndsWith($"is refused: {reason}.{Advice}", Refusal(Archives.Tar((one, [1]), (other, [2])), ArchiveFormat.Tar),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    [InlineData(TarEntryType.Fifo)]
    public void A_link_or_device_in_a_tar_is_refused_before_anything_is_written_through_it(TarEntryType type)
    {
        var entry = new PaxTarEntry(type, "x");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc";
        var file = new PaxTarEntry(TarEntryType.RegularFile, "x/passwd") { DataStream = new MemoryStream([1]) };
        Assert.Equal($"a.bin: the entry 'x' is refused: it is a {type}, not a file.{Advice}", Refusal(Archives.TarOf(entry, file),
            ArchiveFormat.Tar));
    }

    [Fact]
    public void A_symbolic_link_in_a_zip_is_refused()
    {
        using var bytes = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bytes, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = zip.CreateEntry("x");
            entry.ExternalAttributes = 0xA1FF << 16;
            using var stream = entry.Open();
            stream.Write("/etc"u8);
        }
        Assert.Equal($"a.bin: the entry 'x' is refused: it is a link or a device, not a file.{Advice}",
            Refusal(bytes.ToArray(), ArchiveFormat.Zip));
    }

    [Theory]
    [InlineData(ArchiveFormat.Zip)]
    [InlineData(ArchiveFormat.TarGz)]
    public void A_bomb_is_stopped_at_its_ratio(ArchiveFormat format)
    {
        (string, byte[])[] zeros = [("zeros.bin", new byte[4_000_000])];
        var archive = format == ArchiveFormat.Zip ? Archives.Zip(zeros) : Archives.Gzip(Archives.Tar(zeros));
        var most = archive.Length * 100;
        Assert.True(most < 4_000_000);
        Assert.Equal($"a.bin: the entry 'zeros.bin' is refused: the archive of {archive.Length} bytes unpacks to more than {most} bytes, "
            + $"as a zip bomb does.{Advice}",
            Refusal(archive, format, new(FreeBytes: 0)));
        Assert.Single(Unpack(archive, format));
    }

    [Fact]
    public void An_archive_in_an_archive_stays_packed()
    {
        var inner = Archives.Zip(("zeros.bin", new byte[1_000_000]));
        Assert.Equal(inner.Length, Assert.Single(Unpack(Archives.Zip(("inner.zip", inner)), ArchiveFormat.Zip)).Bytes);
    }

    [Fact]
    public void Entries_bytes_and_depth_are_bounded()
    {
        var three = Archives.Tar(("a", [1]), ("b", [2]), ("c", [3]));
        Assert.Equal($"a.bin: the entry 'c' is refused: the archive has more than 2 entries.{Advice}",
            Refusal(three, ArchiveFormat.Tar, new(Entries: 2)));
        Assert.Equal($"a.bin: the entry 'c' is refused: the archive of {three.Length} bytes unpacks to more than 2 bytes, as a zip bomb "
            + $"does.{Advice}",
            Refusal(three, ArchiveFormat.Tar, new(Bytes: 2)));
        Assert.Equal($"a.bin: the entry 'a/b/c' is refused: it lies more than 2 folders deep.{Advice}",
            Refusal(Archives.Zip(("a/b/c", [1])), ArchiveFormat.Zip, new(Depth: 2)));
    }

    [Fact]
    public void A_zip_entry_that_lies_about_its_size_is_refused()
    {
        byte[] content = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        var zip = Archives.Zip(("liar.bin", content));
        var patched = Replace(zip, BitConverter.GetBytes(200), BitConverter.GetBytes(150));
        Assert.Contains("the entry 'liar.bin' is refused: its checksum is ", Refusal(patched, ArchiveFormat.Zip), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_entry_with_a_wrong_checksum_is_refused()
    {
        var zip = Archives.Zip(("a.bin", [1, 2, 3]));
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(zip.AsSpan().IndexOf("PK\x01\x02"u8) + 16), 0xDEADBEEF);
        Assert.Contains("the entry 'a.bin' is refused: its checksum is 55bc801d, the archive says deadbeef",
            Refusal(zip, ArchiveFormat.Zip), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ArchiveFormat.Zip)]
    [InlineData(ArchiveFormat.Tar)]
    [InlineData(ArchiveFormat.TarGz)]
    public void A_truncated_archive_is_refused(ArchiveFormat format)
    {
        var random = new byte[20_000];
        new Random(1).NextBytes(random);
        var whole = format switch
        {
            ArchiveFormat.Zip => Archives.Zip(("a.bin", random)),
            ArchiveFormat.Tar => Archives.Tar(("a.bin", random)),
            _ => Archives.Gzip(Archives.Tar(("a.bin", random))),
        };
        Refusal(whole[..(whole.Length / 2)], format);
    }

    [Fact]
    public void A_compressed_tar_without_its_last_bytes_is_refused_though_all_entries_are_there()
    {
        var whole = Archives.Gzip(Archives.Tar(("a.bin", new byte[100])));
        Assert.Contains("trailer", Refusal(whole[..^4], ArchiveFormat.TarGz), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_and_a_page_of_HTML_are_no_archives()
    {
        Assert.Equal("a.bin is empty; it should be a Zip archive.", Refusal([], ArchiveFormat.Zip));
        Assert.StartsWith("a.bin is damaged or no Zip archive: ", Refusal("<html>log in</html>"u8.ToArray(), ArchiveFormat.Zip),
            StringComparison.Ordinal);
        Assert.StartsWith("a.bin is no gzip file: ", Refusal("<html>log in</html>"u8.ToArray(), ArchiveFormat.TarGz),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_without_the_expected_folder_is_refused()
    {
        var path = folder.Write("a.bin", Archives.Zip(("other/a.txt", [1])));
        var fault = Assert.Throws<DatasetException>(() => Archive.Unpack(path, new(ArchiveFormat.Zip, "top", []), Target));
        Assert.Equal($"{path} has no file below 'top' to unpack; it holds 1 other files.", fault.Message);
    }

    [Fact]
    public void No_name_of_an_entry_leads_out_of_the_folder()
    {
        var parts = Gen.Elements("..", ".", "a", "A", "CON", " b", "c.", "", "d\\..\\e", "C:", "/", "nul.txt", "ü");
        var names = parts.NonEmptyListOf().Select(list => string.Join('/', list)).Where(name => name.Length > 0).NonEmptyListOf()
            .Select(list => list.ToArray());
        Prop.ForAll(Arb.From(names), list =>
        {
            using var scratch = new TemporaryFolder();
            var outer = scratch.At("outer");
            var path = scratch.Write("a.zip", Archives.Zip([.. list.Select(name => (name, new byte[] { 1 }))]));
            try
            {
                Archive.Unpack(path, new(ArchiveFormat.Zip, "", []), Path.Combine(outer, "inner"));
            }
            catch (DatasetException)
            {
                // Most of these names are refused; what counts is where the others went.
            }
            return Directory.GetFileSystemEntries(scratch.Path).All(entry => entry == path || entry == outer)
                && (!Directory.Exists(outer) || Directory.GetFileSystemEntries(outer).All(entry => Path.GetFileName(entry) == "inner"));
        }).QuickCheckThrowOnFailure();
    }

    static byte[] Replace(byte[] bytes, byte[] old, byte[] @new)
    {
        var copy = (byte[])bytes.Clone();
        for (var i = 0; i <= copy.Length - old.Length; i++)
            if (copy.AsSpan(i, old.Length).SequenceEqual(old))
                @new.CopyTo(copy, i);
        return copy;
    }
}
