using System.Diagnostics;
using System.Security.Cryptography;
using MedAnomaly.Data;
using static MedAnomaly.Tests.Data.TinyServer;

namespace MedAnomaly.Tests.Data;

public sealed class DataStoreTests : IDisposable
{
    static readonly byte[] Zip = Archives.Zip([.. Enumerable.Range(0, 20).Select(i => ($"top/no/{i}.txt", new byte[] { (byte)i }))]);
    static readonly WebLimits Hasty = new(2, 5, 4, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(10));

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string DataDirectory => folder.At("data");

    static string Sha256(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    static Manifest Fetchable(Uri address, string? hash = null, params DownloadSource[] more) => SmallManifest.Read() with
    {
        Downloads = [new("small.zip", null, Digest.Parse(hash ?? Sha256(Zip)), [new WebSource(address), .. more],
            new(ArchiveFormat.Zip, "top", []))],
    };

    DataStore Store(Manifest manifest, string? mirror = null, string? torchHub = null, NpmClient? npm = null) =>
        new(DataDirectory, mirror, torchHub, new([manifest]), new(DataDirectory, npm, null, Hasty));

    string[] Left() => [.. Directory.EnumerateFileSystemEntries(DataDirectory).Select(path => Path.GetFileName(path))
        .Order(StringComparer.Ordinal)];

    [Fact]
    public void A_dataset_is_fetched_once_unpacked_and_marked()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        var store = Store(Fetchable(server.Address()));
        Assert.Null(store.Find("small"));

        var location = store.Get("small", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(DataDirectory, "small"), location.Folder);
        Assert.Equal(21, Directory.GetFiles(location.Folder, "*", SearchOption.AllDirectories).Length);
        Assert.Equal(location, store.Get("small", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Single(server.Requests);
        Assert.Equal(["small"], Left());
    }

    [Fact]
    public void A_wrong_hash_removes_the_file_and_shows_both_hashes_and_the_address()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        var expected = $"sha256:{new string('0', 64)}";
        var fault = Assert.Throws<DatasetException>(() => Store(Fetchable(server.Address(), expected)).Get("small"));
        Assert.Equal($"small.zip from {server.Address()} is not the file that the manifest describes: expected {expected}, got "
            + $"{Sha256(Zip)}. "
            + "The file was removed. Try again; if it stays so, the source has changed: do not use it before you know why.", fault.Message);
        Assert.Empty(Left());
    }

    [Fact]
    public void A_hash_in_capitals_or_cut_to_its_prefix_is_the_same()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        Store(Fetchable(server.Address(), Sha256(Zip).ToUpperInvariant())).Get("small");
        Directory.Delete(DataDirectory, recursive: true);
        Store(Fetchable(server.Address(), Sha256(Zip)[..15])).Get("small");
    }

    [Fact]
    public void Sources_are_tried_in_order_and_all_faults_are_told()
    {
        using var server = new TinyServer(request => request.Path == "/good" ? Answer.Ok(Zip)
            : new("404 Not Found", "Content-Length: 0\r\n", []));
        Store(Fetchable(server.Address("/bad"), null, new WebSource(server.Address("/good")))).Get("small");
        Directory.Delete(DataDirectory, recursive: true);

        var fault = Assert.Throws<DatasetException>(() =>
            Store(Fetchable(server.Address("/bad"), null, new NpmSource("pictures", "1.0.0")), npm: new("npm-that-is-not-there"))
                .Get("small"));
        Assert.StartsWith($"small.zip could not be fetched from any of its 2 sources: (1) {server.Address("/bad")} could not be "
            + "downloaded: the server said 404 NotFound. "
            + "(2) npm package pictures@1.0.0 cannot be fetched: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_fetched_says_where_to_get_it_and_where_to_put_it()
    {
        var fault = Assert.Throws<DatasetException>(() => Store(SmallManifest.Read(), mirror: folder.Path).Get("small"));
        Assert.Equal($"Small (small) is not on this machine and cannot be fetched: its access is by registration. Ask nobody for it. "
            + $"The folder for it is {DataDirectory}/small, or {folder.Path}/small.", fault.Message);
    }

    [Fact]
    public void A_mirror_is_read_in_place_and_may_hold_the_archive_itself()
    {
        folder.Write("mirror/small/no/1.txt", "x");
        var places = Store(SmallManifest.Read(), folder.At("mirror")).Where("small");
        Assert.Equal((folder.At("mirror/small"), DataOrigin.Mirror), (places.Location!.Folder, places.Location.Origin));
        Assert.Equal([Path.Combine(DataDirectory, "small"), folder.At("mirror/small")], places.Searched);

        folder.Write("archives/small.zip", Zip);
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        var location = Store(Fetchable(server.Address()), folder.At("archives")).Get("small");
        Assert.Equal(DataOrigin.DataDirectory, location.Origin);
        Assert.Empty(server.Requests);
        Assert.True(File.Exists(folder.At("archives/small.zip")));

        File.AppendAllText(folder.Write("bad/small.zip", Zip), "x");
        Directory.Delete(DataDirectory, recursive: true);
        var fault = Assert.Throws<DatasetException>(() => Store(Fetchable(server.Address()), folder.At("bad")).Get("small"));
        Assert.EndsWith("The file is left as it is. Replace it, or remove it so that it is fetched.", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_are_found_in_the_cache_of_PyTorch()
    {
        var weights = SmallManifest.Read() with
        {
            Kind = ManifestKind.Weights,
            Samples = null,
            Downloads = [new("net-01234567.pth", null, Digest.Parse(Sha256([1])), [new WebSource(new("http://127.0.0.1:1/"))], null)],
        };
        var store = Store(weights, torchHub: folder.At("hub"));
        Assert.Null(store.Find("small"));
        folder.Write("hub/net-01234567.pth", [1]);
        var location = store.Find("small")!;
        Assert.Equal(folder.At("hub/net-01234567.pth"), location.File("net-01234567.pth"));
        Assert.Equal(VerificationBasis.Manifest, store.Verify("small").Basis);
        folder.Write("hub/net-01234567.pth", [2]);
        Assert.Equal($"{folder.At("hub/net-01234567.pth")} is not the file that the manifest describes: expected {Sha256([1])}, got "
            + $"{Sha256([2])}. "
            + "Remove it and run 'medanomaly data get small'.", Assert.Throws<DatasetException>(() => store.Verify("small")).Message);
    }

    [Fact]
    public void A_download_left_by_a_killed_run_is_never_used()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        folder.Write("data/.small.1-x.part/download/small.zip", [.. Zip.Take(50)]);
        Store(Fetchable(server.Address())).Get("small");
        Assert.Null(Assert.Single(server.Requests).Range);
        Assert.Equal([".small.1-x.part", "small"], Left());
    }

    [Fact]
    public void Leftovers_of_a_day_ago_are_removed()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        folder.Write("data/.small.1-x.part/download/small.zip", Zip);
        Directory.SetLastWriteTimeUtc(folder.At("data/.small.1-x.part"), DateTime.UtcNow.AddDays(-2));
        Store(Fetchable(server.Address())).Get("small");
        Assert.Equal(["small"], Left());
    }

    [Fact]
    public void An_unpacked_folder_without_its_mark_is_fetched_again_and_set_aside()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        folder.Write("data/small/no/1.txt", "half");
        var store = Store(Fetchable(server.Address()));
        Assert.Null(store.Find("small"));
        var location = store.Get("small");
        Assert.Equal(21, Directory.GetFiles(location.Folder, "*", SearchOption.AllDirectories).Length);
        var aside = Assert.Single(Left(), name => name.StartsWith("small.incomplete-", StringComparison.Ordinal));
        Assert.Equal("half", File.ReadAllText(folder.At($"data/{aside}/no/1.txt")));
    }

    [Fact]
    public void A_file_that_changed_after_unpacking_is_caught_when_the_data_is_opened()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        var store = Store(Fetchable(server.Address()));
        var location = store.Get("small");
        store.CheckUnchanged(location);

        var path = Path.Combine(location.Folder, "no", "5.txt");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
        store.CheckUnchanged(location);

        File.WriteAllBytes(path, [7]);
        File.Delete(Path.Combine(location.Folder, "no", "6.txt"));
        File.WriteAllBytes(Path.Combine(location.Folder, "no", "7.txt"), [7, 7]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(1));
        var fault = Assert.Throws<DatasetException>(() => store.CheckUnchanged(location));
        Assert.Equal($"{location.Folder} is not what it was when small was verified: no/5.txt has the SHA-256 {Sha256([7])[7..]} instead "
            + $"of {Sha256([5])[7..]}; "
            + "no/6.txt is missing; no/7.txt has 2 bytes instead of 1. Restore the files, or remove the folder and run 'medanomaly data "
            + "get small'; "
            + "'medanomaly data verify small' accepts them as they are where the manifest allows.", fault.Message);
        Assert.StartsWith($"{path} has changed since it was unpacked: expected {Sha256([5])}, got {Sha256([7])}. ",
            Assert.Throws<DatasetException>(() => Restore(location, store)).Message, StringComparison.Ordinal);
    }

    static void Restore(DataLocation location, DataStore store)
    {
        File.WriteAllBytes(Path.Combine(location.Folder, "no", "6.txt"), [6]);
        store.Verify("small");
    }

    [Fact]
    public void A_mirror_is_verified_against_the_manifest_and_watched_from_then_on()
    {
        folder.Write("mirror/small/no/1.png", "one");
        folder.Write("mirror/small/yes/2.png", "two");
        var store = Store(SmallManifest.Read(), folder.At("mirror"));
        var verified = store.Verify("small");
        Assert.Equal((VerificationBasis.Nothing, 2, 6L), (verified.Basis, verified.Files, verified.Bytes));

        var rules = SmallManifest.Read().Samples! with { Copies = [new(2, Digest.Parse(verified.ContentHash))] };
        Assert.Equal(VerificationBasis.Manifest, Store(SmallManifest.Read() with { Samples = rules }, folder.At("mirror")).Verify("small")
            .Basis);

        File.WriteAllText(folder.At("mirror/small/no/1.png"), "uno");
        File.SetLastWriteTimeUtc(folder.At("mirror/small/no/1.png"), DateTime.UtcNow.AddHours(1));
        Assert.Throws<DatasetException>(() => store.CheckUnchanged(verified.Location));
        var fault = Assert.Throws<DatasetException>(() => Store(SmallManifest.Read() with { Samples = rules }, folder.At("mirror"))
            .Verify("small"));
        Assert.StartsWith($"{folder.At("mirror/small")} has the 2 files of small, but not their content: expected "
            + $"sha256:{verified.ContentHash}, got sha256:",
            fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stores_that_fetch_one_dataset_at_a_time_all_get_it_whole()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        var manifest = Fetchable(server.Address());
        var locations = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store(manifest).Get("small"))));
        foreach (var location in locations)
        {
            Store(manifest).CheckUnchanged(location);
            Assert.Equal(21, Directory.GetFiles(location.Folder, "*", SearchOption.AllDirectories).Length);
        }
        Assert.Equal(["small"], Left());
    }

    [Fact]
    public void A_cancelled_fetch_leaves_nothing()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip).CutAfter(10) with { Linger = TimeSpan.FromSeconds(20) });
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        Assert.ThrowsAny<OperationCanceledException>(() => Store(Fetchable(server.Address())).Get("small", null, cancel.Token));
        Assert.Empty(Left());
    }

    [Fact]
    public void A_full_disk_is_told_as_such_and_leaves_nothing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("/dev/full is Linux's.");
        using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var fault = Assert.Throws<OutputException>(() => Disk.Write(file, [1]));
        Assert.StartsWith("/dev/full could not be written: No space left on device", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(" What was written of it is removed. Free some space, or set MEDANOMALY_DATA to a folder on another disk, then run "
            + "again.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Output, fault.ExitCode);
    }

    [Fact]
    public void A_data_directory_that_cannot_be_made_is_told()
    {
        using var server = new TinyServer(_ => Answer.Ok(Zip));
        folder.Write("data", "a file in the way");
        var fault = Assert.Throws<OutputException>(() => Store(Fetchable(server.Address())).Get("small"));
        Assert.StartsWith($"{DataDirectory} could not be written: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal("a file in the way", File.ReadAllText(DataDirectory));
    }

    [Fact]
    public void A_write_beyond_the_limit_of_a_files_size_leaves_nothing_of_the_dataset()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("A tmpfs is Linux's.");
        var mount = Directory.CreateDirectory(folder.At("small-disk")).FullName;
        if (Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", mount) != 0) Assert.Skip("A file system can be mounted by root only.");
        try
        {
            var big = Archives.Zip(("top/no/big.bin", RandomNumberGenerator.GetBytes(200_000)));
            using var server = new TinyServer(_ => Answer.Ok(big));
            var directory = Path.Combine(mount, "data");
            var store = new DataStore(directory, null, null, new([Fetchable(server.Address(), Sha256(big))]),
                new(directory, null, null, Hasty));
            var fault = Assert.Throws<OutputException>(() => store.Get("small"));
            Assert.Contains("could not be written: No space left on device", fault.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
        }
        finally
        {
            Run("umount", mount);
        }
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
