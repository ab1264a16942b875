using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>A message that came from a front end.</summary>
/// <param name="Identities">Where it came from: the frames in front of the delimiter.</param>
/// <param name="RawHeader">Its header as it came; answers carry it, so that front ends know what they answer.</param>
/// <param name="Type">Such as <c>execute_request</c>.</param>
/// <param name="Id">Different for every message.</param>
/// <param name="Content">What it says; which fields there are depends on its type.</param>
sealed record JupyterMessage(IReadOnlyList<byte[]> Identities, byte[] RawHeader, string Type, string Id, JsonObject Content);

/// <summary>Reads fields that a message must have, or may.</summary>
static class Field
{
    /// <exception cref="MessageRejectedException">The field is missing or something else.</exception>
    public static string Text(JsonObject content, string name, string? otherwise = null) => Read(content, name, otherwise, "a text");

    /// <exception cref="MessageRejectedException">The field is something else.</exception>
    public static bool Flag(JsonObject content, string name, bool otherwise) => Read<bool?>(content, name, otherwise, "true or false")!.Value;

    /// <exception cref="MessageRejectedException">The field is missing or something else.</exception>
    public static int Number(JsonObject content, string name, int? otherwise = null) => Read(content, name, otherwise, "an integer")!.Value;

    static T Read<T>(JsonObject content, string name, T? otherwise, string expected)
    {
        try
        {
            if (content[name] is JsonValue value && value.TryGetValue<T>(out var found)) return found;
        }
        catch (InvalidOperationException fault)
        {
            // Escapes of half a character are JSON, but no text.
            throw new MessageRejectedException($"its field '{name}' is not well-formed text", fault);
        }
        if (content[name] is null && otherwise is not null) return otherwise;
        throw new MessageRejectedException($"its field '{name}' is {(content[name] is null ? "missing" : "wrong")}, expected {expected}");
    }
}

/// <summary>Turns messages into signed frames, and frames into messages where the signature is genuine.</summary>
sealed class MessageCodec(byte[] key)
{
    /// <summary>The version of the protocol that we speak.</summary>
    public const string ProtocolVersion = "5.4";

    const int Parts = 4;
    static readonly byte[] Empty = "{}"u8.ToArray();
    static readonly byte[] Delimiter = "<IDS|MSG>"u8.ToArray();
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 256 };
    // Outputs may be nested as deep as their authors like.
    static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 1024 };

    readonly MessageSigner signer = new(key);
    readonly string session = Guid.NewGuid().ToString();

    /// <summary>The frames of a message to send; from any thread.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="content">What it says.</param>
    /// <param name="parent">What it answers; null where it answers nothing.</param>
    /// <param name="identities">Where it goes.</param>
    public List<byte[]> Encode(string type, JsonObject content, JupyterMessage? parent, IReadOnlyList<byte[]> identities)
    {
        var header = new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            ["msg_type"] = type,
            ["version"] = ProtocolVersion,
        };
        byte[][] parts = [Bytes(header), parent?.RawHeader ?? Empty, Empty, Bytes(content)];
        return [.. identities, Delimiter, signer.Sign(parts), .. parts];
    }

    /// <summary>Takes frames apart that came over the wire; from one thread.</summary>
    /// <exception cref="MessageRejectedException">They are no message of whoever holds the key.</exception>
    public JupyterMessage Decode(List<byte[]> frames)
    {
        var delimiter = frames.FindIndex(frame => frame.AsSpan().SequenceEqual(Delimiter));
        if (delimiter < 0 || frames.Count < delimiter + 2 + Parts) throw new MessageRejectedException("it is no Jupyter message");
        var parts = frames.GetRange(delimiter + 2, Parts);
        signer.Verify(frames[delimiter + 1], parts);
        try
        {
            var header = Object(parts[0]);
            return new(frames[..delimiter], parts[0], Field.Text(header, "msg_type"), Field.Text(header, "msg_id"), Object(parts[3]));
        }
        catch (JsonException fault)
        {
            throw new MessageRejectedException($"it is not well-formed JSON ({fault.Message})", fault);
        }
    }

    static JsonObject Object(byte[] json) => JsonNode.Parse(json, documentOptions: Strict) as JsonObject ?? throw new MessageRejectedException("one of its parts is no JSON object");

    static byte[] Bytes(JsonObject part) => JsonSerializer.SerializeToUtf8Bytes(part, Compact);
}
