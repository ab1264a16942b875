using System.Security.Cryptography;

namespace MedAnomaly.Data;

/// <summary>What a file's bytes must hash to, and by which algorithm.</summary>
public sealed record Digest
{
    // MD5 is here because Zenodo and MONAI publish nothing better; it still tells a damaged download from a whole one.
    static readonly Dictionary<string, (HashAlgorithmName Name, int Digits)> Algorithms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sha256"] = (HashAlgorithmName.SHA256, 64),
        ["sha512"] = (HashAlgorithmName.SHA512, 128),
        ["md5"] = (HashAlgorithmName.MD5, 32),
    };

    /// <summary>The fewest hexadecimal digits of a prefix: what PyTorch writes into the names of its weight files.</summary>
    public const int ShortestPrefix = 8;

    Digest(string algorithm, string hex) => (Algorithm, Hex) = (algorithm, hex);

    /// <summary>"sha256", "sha512" or "md5".</summary>
    public string Algorithm { get; }

    /// <summary>Lower-case hexadecimal digits: all of them, or the first ones where no more is known.</summary>
    public string Hex { get; }

    /// <summary>Whether only the first digits are known.</summary>
    public bool IsPrefix => Hex.Length < Algorithms[Algorithm].Digits;

    internal HashAlgorithmName AlgorithmName => Algorithms[Algorithm].Name;

    /// <summary>
    /// Reads "sha256:" and hexadecimal digits in either case. Digits alone are SHA-256 where there are 64 of them; at least
    /// <see cref="ShortestPrefix"/> digits after "sha256:" are a prefix.
    /// </summary>
    /// <exception cref="FormatException">The algorithm is unknown, or the digits are not what it makes.</exception>
    public static Digest Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var algorithm = colon < 0 ? "sha256" : text[..colon].ToLowerInvariant();
        var hex = text[(colon + 1)..].ToLowerInvariant();
        if (!Algorithms.TryGetValue(algorithm, out var known))
            throw new FormatException($"the hash algorithm '{text[..colon]}' is unknown; {string.Join(", ", Algorithms.Keys)} are known");
        if (hex.Length == 0 || !hex.All(char.IsAsciiHexDigitLower))
            throw new FormatException($"'{text}' is not a hash: expected hexadecimal digits");
        var fewest = colon < 0 || algorithm != "sha256" ? known.Digits : ShortestPrefix;
        if (hex.Length < fewest || hex.Length > known.Digits)
            throw new FormatException($"'{text}' is not a {algorithm} hash: expected {known.Digits} hexadecimal digits, got {hex.Length}");
        return new(algorithm, hex);
    }

    /// <summary>Whether <paramref name="hash"/>, computed by <see cref="Algorithm"/>, is this one.</summary>
    public bool Matches(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash).StartsWith(Hex, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Algorithm}:{Hex}{(IsPrefix ? "…" : "")}";
}
