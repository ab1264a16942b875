using MedAnomaly.Data;
using static MedAnomaly.Tests.Data.TinyServer;

namespace MedAnomaly.Tests.Data;

public sealed class WebTransferTests : IDisposable
{
    const string Tag = "ETag: \"one\"\r\n";

    static readonly byte[] Whole = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31 >> 3))];

    static readonly WebLimits Hasty = new(3, 20, 4, TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    byte[] Fetch(TinyServer server, WebLimits? limits = null, long? bytes = null, string path = "/file")
    {
        var target = folder.At(Guid.NewGuid().ToString("N"));
        using (var file = Disk.Create(target))
            new WebTransfer(WebTransfer.Client, server.Address(path), file, bytes, limits ?? Hasty, null)
                .RunAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        return File.ReadAllBytes(target);
    }

    string Fault(TinyServer server, WebLimits? limits = null, long? bytes = null) =>
        Assert.Throws<DatasetException>(() => Fetch(server, limits, bytes))
            .Message.Replace(server.Address("").AbsoluteUri.TrimEnd('/'), "SERVER", StringComparison.Ordinal);

    [Fact]
    public void A_file_is_downloaded_in_one_request()
    {
        using var server = new TinyServer(_ => Answer.Ok(Whole, Tag));
        Assert.Equal(Whole, Fetch(server, bytes: Whole.Length));
        Assert.Null(Assert.Single(server.Requests).Range);
    }

    [Fact]
    public void A_connection_that_breaks_half_way_is_resumed_where_it_broke()
    {
        using var server = new TinyServer(request => request.Range is null ? Answer.Ok(Whole, Tag).CutAfter(50_000)
            : Answer.Partial(Whole, request.From, Tag));
        Assert.Equal(Whole, Fetch(server));
        var second = server.Requests.ElementAt(1);
        Assert.Equal("bytes=50000-", second.Range);
        Assert.Equal("\"one\"", second.Headers["if-range"]);
    }

    [Fact]
    public void A_server_that_ignores_the_range_is_read_from_the_start()
    {
        using var server = new TinyServer(request => request.Number == 0 ? Answer.Ok(Whole, Tag).CutAfter(50_000) : Answer.Ok(Whole, Tag));
        Assert.Equal(Whole, Fetch(server));
    }

    [Fact]
    public void A_file_that_changed_on_the_way_is_never_spliced()
    {
        byte[] other = [.. Whole.Select(value => (byte)~value)];
        using var polite = new TinyServer(request => request.Number == 0 ? Answer.Ok(Whole, Tag).CutAfter(50_000)
            : Answer.Ok(other, "ETag: \"two\"\r\n"));
        Assert.Equal(other, Fetch(polite));
        // A server that resumes another version although If-Range forbids it.
        using var rude = new TinyServer(request => request.Number == 0 ? Answer.Ok(Whole, Tag).CutAfter(50_000)
            : request.Range is null ? Answer.Ok(other, "ETag: \"two\"\r\n") : Answer.Partial(other, request.From, "ETag: \"two\"\r\n"));
        Assert.Equal(other, Fetch(rude));
    }

    [Fact]
    public void Without_a_name_for_the_version_the_download_starts_again()
    {
        using var server = new TinyServer(request => request.Number == 0 ? Answer.Ok(Whole).CutAfter(50_000) : Answer.Ok(Whole));
        Assert.Equal(Whole, Fetch(server));
        Assert.All(server.Requests, request => Assert.Null(request.Range));
    }

    [Fact]
    public void A_refused_range_starts_again()
    {
        using var server = new TinyServer(request => request.Number switch
        {
            0 => Answer.Ok(Whole, Tag).CutAfter(50_000),
            1 => new("416 Range Not Satisfiable", "Content-Length: 0\r\n", []),
            _ => Answer.Ok(Whole, Tag),
        });
        Assert.Equal(Whole, Fetch(server));
        Assert.Equal([null, "bytes=50000-", null], server.Requests.Select(request => request.Range));
    }

    [Fact]
    public void A_range_that_starts_elsewhere_starts_again()
    {
        using var server = new TinyServer(request => request.Number switch
        {
            0 => Answer.Ok(Whole, Tag).CutAfter(50_000),
            1 => Answer.Partial(Whole, 40_000, Tag),
            _ => Answer.Ok(Whole, Tag),
        });
        Assert.Equal(Whole, Fetch(server));
    }

    [Fact]
    public void A_length_that_is_never_reached_ends_with_what_arrived()
    {
        using var server = new TinyServer(request => request.Range is null
            ? new("200 OK", $"Content-Length: 200000\r\n{Tag}", Whole)
            : new("206 Partial Content", $"Content-Length: 100000\r\nContent-Range: bytes 100000-199999/200000\r\n{Tag}", []));
        var fault = Fault(server);
        Assert.StartsWith("SERVER/file could not be downloaded: ", fault, StringComparison.Ordinal);
        Assert.EndsWith(", after 3 requests; 100000 bytes of 200000 had arrived and are removed.", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_other_than_the_manifests_is_refused_before_the_body()
    {
        using var server = new TinyServer(_ => Answer.Ok(Whole));
        Assert.Equal("SERVER/file could not be downloaded: the server offers 100000 bytes, the manifest says 99999.",
            Fault(server, bytes: 99_999));
    }

    [Fact]
    public void More_bytes_than_the_manifest_says_are_not_written()
    {
        using var server = new TinyServer(_ => new("200 OK", "", Whole));
        Assert.Equal("SERVER/file could not be downloaded: the server sends more than 1000 bytes.", Fault(server, bytes: 1000));
    }

    [Theory]
    [InlineData("429 Too Many Requests")]
    [InlineData("503 Service Unavailable")]
    public void A_busy_server_is_asked_again_when_it_says(string status)
    {
        using var server = new TinyServer(request => request.Number == 0 ? new(status, "Retry-After: 1\r\nContent-Length: 0\r\n", [])
            : Answer.Ok(Whole));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(Whole, Fetch(server));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 8);
    }

    [Fact]
    public void A_server_that_stays_busy_is_given_up()
    {
        using var server = new TinyServer(_ => new("503 Service Unavailable", "Content-Length: 0\r\n", []));
        Assert.Equal("SERVER/file could not be downloaded: the server said 503 ServiceUnavailable, after 3 requests; 0 bytes had arrived "
            + "and are removed.", Fault(server));
    }

    [Fact]
    public void A_missing_file_is_not_asked_for_again()
    {
        using var server = new TinyServer(_ => new("404 Not Found", "Content-Length: 0\r\n", []));
        Assert.Equal("SERVER/file could not be downloaded: the server said 404 NotFound.", Fault(server));
        Assert.Single(server.Requests);
    }

    [Fact]
    public void Redirections_are_followed_but_not_for_ever()
    {
        using var server = new TinyServer(request => request.Path == "/end" ? Answer.Ok(Whole)
            : new("302 Found", $"Location: {(request.Path == "/start" ? "/end" : "/file")}\r\nContent-Length: 0\r\n", []));
        Assert.Equal(Whole, Fetch(server, path: "/start"));
        Assert.Equal("SERVER/file could not be downloaded: the server redirected more than 4 times, at last to SERVER/file.",
            Fault(server));
    }

    [Fact]
    public void A_server_that_stalls_is_given_up()
    {
        using var server = new TinyServer(_ => Answer.Ok(Whole).CutAfter(1000) with { Linger = TimeSpan.FromSeconds(20) });
        Assert.Equal("SERVER/file could not be downloaded: nothing arrived for 1.5 s, after 3 requests; 1000 bytes of 100000 had arrived "
            + "and are removed.",
            Fault(server, Hasty with { Stall = TimeSpan.FromSeconds(1.5) }));
    }

    [Fact]
    public void A_cancelled_download_ends_at_once()
    {
        using var server = new TinyServer(_ => Answer.Ok(Whole).CutAfter(1000) with { Linger = TimeSpan.FromSeconds(20) });
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.2));
        using var file = Disk.Create(folder.At("x"));
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new WebTransfer(WebTransfer.Client, server.Address(), file, null, Hasty, null).RunAsync(cancel.Token).GetAwaiter().GetResult());
    }
}
