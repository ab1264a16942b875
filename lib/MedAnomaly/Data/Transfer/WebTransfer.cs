using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using MedAnomaly.Progress;

namespace MedAnomaly.Data;

/// <summary>
/// Downloads one address into one file, resuming where the connection broke. The file belongs to this transfer alone: nothing of
/// another run or another address is ever spliced into it, and within it only parts that the server vouches to be of one version.
/// </summary>
sealed class WebTransfer(HttpClient client, Uri address, FileStream file, long? expectedBytes, WebLimits limits,
    IProgress<WorkProgress>? progress)
{
    EntityTagHeaderValue? tag;
    DateTimeOffset? modified;
    long? total;

    /// <summary>The client that transfers share: it follows no redirection by itself and asks for the bytes as they are.</summary>
    internal static HttpClient Client { get; } = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { AcceptEncoding = { new("identity") }, UserAgent = { new("MedAnomaly", "0.1") } },
    };

    /// <exception cref="DatasetException">
    /// The file cannot be had; the message names the address, the last cause and what had arrived.
    /// </exception>
    /// <exception cref="OutputException">The disk is full or not writable.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = limits.FirstPause;
        var most = 0L;
        for (int fruitless = 0, requests = 1; ; requests++)
        {
            var (cause, wait) = await AttemptAsync(cancellationToken).ConfigureAwait(false);
            if (cause is null) return;
            if (file.Length > most) (most, fruitless, pause) = (file.Length, 0, limits.FirstPause);
            if (++fruitless >= limits.Attempts || requests >= limits.Requests)
                throw Fault($"{cause}, after {requests} requests; {file.Length} bytes{(total is { } all ? $" of {all}" : "")} had arrived "
                    + "and are removed");
            // Without a name for the version nothing would guard against splicing two of them.
            if (tag is null && modified is null) Restart();
            var delay = wait ?? pause;
            await Task.Delay(delay < limits.LongestPause ? delay : limits.LongestPause, cancellationToken).ConfigureAwait(false);
            pause *= 2;
        }
    }

    /// <summary>One request. The cause is null when the file is whole.</summary>
    async Task<(string? Cause, TimeSpan? Wait)> AttemptAsync(CancellationToken cancellationToken)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            stall.CancelAfter(limits.Stall);
            using var response = await SendAsync(stall.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                Restart();
                return ("the server refused to resume (416)", TimeSpan.Zero);
            }
            if (IsPassing(response.StatusCode))
                return ($"the server said {(int)response.StatusCode} {response.StatusCode}", RetryAfter(response));
            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
                throw Fault($"the server said {(int)response.StatusCode} {response.StatusCode}");
            if (!Begin(response)) return ("the server resumed at the wrong place or another version", TimeSpan.Zero);
            await ReceiveAsync(response, stall).ConfigureAwait(false);
            return total is null || file.Length == total ? (null, null) : ("the connection ended early", null);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ($"nothing arrived for {limits.Stall.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s", null);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            return (fault.InnerException is { } inner ? $"{fault.Message} ({inner.Message})" : fault.Message, null);
        }
    }

    async Task<HttpResponseMessage> SendAsync(CancellationToken cancellationToken)
    {
        var target = address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, target);
            if (file.Length > 0)
            {
                request.Headers.Range = new(file.Length, null);
                request.Headers.IfRange = tag is not null ? new(tag) : new(modified!.Value);
            }
            var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
                .ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308)) return response;
            var location = response.Headers.Location;
            response.Dispose();
            if (location is null) throw Fault("the server redirected without saying where");
            var next = new Uri(target, location);
            if (target.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps)
                throw Fault($"the server redirected from https to {next}, which anybody on the way could change");
            if (redirects >= limits.Redirects) throw Fault($"the server redirected more than {limits.Redirects} times, at last to {next}");
            target = next;
        }
    }

    /// <summary>Reads the head of an answer; false where what it would send does not continue what the file holds.</summary>
    bool Begin(HttpResponseMessage response)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            // Also the answer of a server that knows no ranges, or whose file has changed since.
            Restart();
            total = response.Content.Headers.ContentLength;
            tag = response.Headers.ETag is { IsWeak: false } strong ? strong : null;
            modified = response.Content.Headers.LastModified;
        }
        else
        {
            var range = response.Content.Headers.ContentRange;
            var sameVersion = tag is null || response.Headers.ETag is null || tag.Equals(response.Headers.ETag);
            if (file.Length == 0 || range?.From != file.Length || (total is not null && range.Length is not null && range.Length != total)
                || !sameVersion)
            {
                Restart();
                return false;
            }
            total ??= range.Length;
        }
        if (expectedBytes is { } expected && total is { } offered && offered != expected)
            throw Fault($"the server offers {offered} bytes, the manifest says {expected}");
        return true;
    }

    async Task ReceiveAsync(HttpResponseMessage response, CancellationTokenSource stall)
    {
        var body = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        await using var _ = body.ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        while (true)
        {
            stall.CancelAfter(limits.Stall);
            var read = await body.ReadAsync(buffer, stall.Token).ConfigureAwait(false);
            if (read == 0) return;
            if ((expectedBytes ?? total) is { } most && file.Length + read > most) throw Fault($"the server sends more than {most} bytes");
            Disk.Write(file, buffer.AsSpan(0, read));
            progress?.Report(new("download", file.Length, Math.Max(file.Length, total ?? expectedBytes ?? 0)));
        }
    }

    void Restart()
    {
        file.SetLength(0);
        file.Position = 0;
        (tag, modified, total) = (null, null, null);
    }

    DatasetException Fault(string what) => new($"{address} could not be downloaded: {what}.");

    static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout
        or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date > DateTimeOffset.UtcNow => date - DateTimeOffset.UtcNow,
        { Date: not null } => TimeSpan.Zero,
        _ => null,
    };
}
