using System.Security.Cryptography;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class DigestTests
{
    static readonly byte[] Hash = SHA256.HashData("abc"u8);
    static readonly string Hex = Convert.ToHexStringLower(Hash);

    [Fact]
    public void A_hash_is_read_with_and_without_its_algorithm_and_in_either_case()
    {
        foreach (var text in new[] { Hex, Hex.ToUpperInvariant(), $"sha256:{Hex}", $"SHA256:{Hex.ToUpperInvariant()}" })
        {
            var digest = Digest.Parse(text);
            Assert.Equal(("sha256", Hex, false), (digest.Algorithm, digest.Hex, digest.IsPrefix));
            Assert.True(digest.Matches(Hash));
        }
    }

    [Fact]
    public void A_prefix_matches_hashes_that_begin_with_it()
    {
        var digest = Digest.Parse($"sha256:{Hex[..8]}");
        Assert.True(digest.IsPrefix);
        Assert.True(digest.Matches(Hash));
        Assert.False(digest.Matches(SHA256.HashData("abd"u8)));
        Assert.Equal($"sha256:{Hex[..8]}…", digest.ToString());
    }

    [Theory]
    [InlineData("crc32:01234567", "the hash algorithm 'crc32' is unknown; sha256, sha512, md5 are known")]
    [InlineData("sha256:xyz", "'sha256:xyz' is not a hash: expected hexadecimal digits")]
    [InlineData("sha256:", "'sha256:' is not a hash: expected hexadecimal digits")]
    [InlineData("01234567", "'01234567' is not a sha256 hash: expected 64 hexadecimal digits, got 8")]
    [InlineData("md5:01234567", "'md5:01234567' is not a md5 hash: expected 32 hexadecimal digits, got 8")]
    public void What_is_no_hash_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Digest.Parse(text)).Message);
}
