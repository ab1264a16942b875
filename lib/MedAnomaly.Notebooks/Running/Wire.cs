using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Running;

/// <summary>Messages between the program and the process that runs the cells: a length of four bytes, little-endian, then JSON.</summary>
sealed class Wire(Stream stream) : IDisposable
{
    const int MaximumLength = 1 << 30;
    // What a cell shows may be nested deeper than JSON's usual limit, and here it is wrapped once more.
    const int MaximumDepth = 1024;
    static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = MaximumDepth };

    readonly Lock writing = new();

    /// <summary>Sends a message whole; from any thread.</summary>
    public void Send(JsonObject message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, Compact);
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(head, body.Length);
        lock (writing)
        {
            stream.Write(head);
            stream.Write(body);
            stream.Flush();
        }
    }

    /// <summary>The next message; null when the other side is gone.</summary>
    public JsonObject? Receive()
    {
        try
        {
            var head = new byte[4];
            if (stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length) return null;
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length is < 2 or > MaximumLength) throw new InvalidDataException($"A message of {length} bytes between the program and its session: the pipe is out of step.");
            var body = new byte[length];
            return stream.ReadAtLeast(body, length, throwOnEndOfStream: false) < length ? null : JsonNode.Parse(body, documentOptions: new() { MaxDepth = MaximumDepth })!.AsObject();
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            return null; // A reset by a peer that died is an end too.
        }
    }

    public void Dispose() => stream.Dispose();
}
