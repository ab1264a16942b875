using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MedAnomaly.Tests.Data;

/// <summary>
/// A web server on the loopback that answers as badly as a test wants: one request a connection, the answer written by hand.
/// </summary>
sealed class TinyServer : IDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly Func<Request, Answer> answer;
    readonly ConcurrentQueue<Request> requests = new();

    public TinyServer(Func<Request, Answer> answer)
    {
        this.answer = answer;
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>A request: its number from 0, its path, and its headers with lower-case names.</summary>
    public sealed record Request(int Number, string Path, IReadOnlyDictionary<string, string> Headers)
    {
        public string? Range => Headers.GetValueOrDefault("range");

        public int From => Range is null
            ? 0 : int.Parse(Range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// An answer: the status line's end, headers, the body's bytes, and how long to wait before the connection is closed.
    /// </summary>
    public sealed record Answer(string Status, string Headers, byte[] Body, TimeSpan Linger = default)
    {
        public static Answer Ok(byte[] body, string headers = "") => new("200 OK", $"Content-Length: {body.Length}\r\n{headers}", body);

        public static Answer Partial(byte[] whole, int from, string headers = "") =>
            new("206 Partial Content", $"Content-Length: {whole.Length - from}\r\nContent-Range: bytes "
                + $"{from}-{whole.Length - 1}/{whole.Length}\r\n{headers}", whole[from..]);

        /// <summary>The same answer, cut after some bytes of the body.</summary>
        public Answer CutAfter(int bytes) => this with { Body = Body[..bytes] };
    }

    public IReadOnlyCollection<Request> Requests => requests;

    public Uri Address(string path = "/file") => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}{path}");

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        stop.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = await ReadAsync(stream);
                requests.Enqueue(request);
                var reply = answer(request);
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status}\r\n{reply.Headers}Connection: close\r\n\r\n"),
                    stop.Token);
                await stream.WriteAsync(reply.Body, stop.Token);
                await stream.FlushAsync(stop.Token);
                await Task.Delay(reply.Linger, stop.Token);
            }
            catch (Exception fault) when (fault is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    async Task<Request> ReadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)
            && await stream.ReadAsync(one, stop.Token) > 0) text.Append((char)one[0]);
        var lines = text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        return new(requests.Count, lines[0].Split(' ')[1],
            lines[1..].Select(line => line.Split(": ", 2)).ToDictionary(field => field[0].ToLowerInvariant(), field => field[1]));
    }
}
