using System.Security.Cryptography;
using System.Text;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Signs messages with HMAC-SHA256, and tells those that the holder of the key sent from all others.</summary>
sealed class MessageSigner(byte[] key)
{
    const int Remembered = 1 << 16;

    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly Queue<string> order = new();

    /// <summary>The signature: hexadecimal digits, as bytes.</summary>
    public byte[] Sign(IEnumerable<byte[]> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var part in parts) hash.AppendData(part);
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Accepts each genuine message once. A message has an id, so no two have one signature unless one was recorded and sent again.</summary>
    /// <exception cref="MessageRejectedException">The signature is wrong, or was there before.</exception>
    public void Verify(byte[] signature, IEnumerable<byte[]> parts)
    {
        var expected = Sign(parts);
        if (!CryptographicOperations.FixedTimeEquals(expected, signature)) throw new MessageRejectedException("its signature is wrong");
        var text = Encoding.ASCII.GetString(expected);
        if (!seen.Add(text)) throw new MessageRejectedException("it was sent before");
        order.Enqueue(text);
        if (order.Count > Remembered) seen.Remove(order.Dequeue());
    }
}

/// <summary>A message is not what it should be and is dropped; the message says why, to follow 'dropped a message: '.</summary>
sealed class MessageRejectedException(string message, Exception? inner = null) : Exception(message, inner);
