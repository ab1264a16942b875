using System.Buffers.Binary;
using System.IO.Compression;
using MedAnomaly.Files;

namespace MedAnomaly.Tests.Files;

public sealed class StrictGzipStreamTests
{
    static readonly byte[] Content = MakeContent(200_000);

    static byte[] MakeContent(int length)
    {
        // Compressible, but not to nothing, so that the compressed file is longer than the inflater's buffer.
        var content = new byte[length];
        new Random(1).NextBytes(content);
        for (var i = 0; i < length; i++) content[i] &= 15;
        return content;
    }

    static byte[] Gzip(byte[] content)
    {
        // The framework writes nothing at all for nothing; this is what gzip writes.
        if (content.Length == 0) return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(content);
        return stream.ToArray();
    }

    static (byte[] Content, StrictGzipStream Stream) Read(byte[] file)
    {
        using var stream = new StrictGzipStream(new MemoryStream(file), "f.gz");
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return (content.ToArray(), stream);
    }

    static string Fault(byte[] file) => Assert.Throws<DataFormatException>(() => Read(file)).Message;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200_000)]
    public void A_whole_file_is_read(int length)
    {
        var (content, stream) = Read(Gzip(Content[..length]));
        Assert.Equal(Content[..length], content);
        Assert.Equal((1, 0), (stream.Members, stream.TrailingBytes));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var file = Gzip(Content[..3000]);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.Matches(length == 0 ? "^f.gz is empty" : length == 1 ? "^f.gz is no gzip file" : "^f.gz is cut short", Fault(file[..length]));
        }
    }

    [Fact]
    public void A_file_cut_in_the_middle_is_refused_with_its_lengths()
    {
        var file = Gzip(Content);
        Assert.Matches($@"^f\.gz is cut short: the compressed data stops at byte {file.Length / 2} without its end mark, after \d+ decompressed bytes\. Get the file again\.$",
            Fault(file[..(file.Length / 2)]));
    }

    [Fact]
    public void A_missing_trailer_is_noticed() => Assert.Equal("f.gz is cut short: the trailer (CRC-32 and length) has 0 of 8 bytes, after 200000 decompressed bytes. Get the file again.",
        Fault(Gzip(Content)[..^8]));

    [Fact]
    public void Too_short_a_file_is_no_gzip_or_has_no_whole_header()
    {
        Assert.Equal("f.gz is empty (0 bytes), not a gzip file. Get the file again.", Fault([]));
        Assert.Equal("f.gz is cut short: the gzip header has 5 of at least 10 bytes, after 0 decompressed bytes. Get the file again.", Fault(Gzip(Content)[..5]));
        Assert.Equal("f.gz is no gzip file: it starts with 3c68746d6c3e, not with 1f8b.", Fault("<html>"u8.ToArray()));
    }

    [Fact]
    public void A_wrong_checksum_is_refused_by_name()
    {
        var file = Gzip(Content);
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(file.Length - 8));
        file[^8] ^= 0xff;
        Assert.Equal($"f.gz: the CRC-32 of the 200000 decompressed bytes is {sum:x8}, the trailer says {sum ^ 0xff:x8}. The file is damaged: get it again.", Fault(file));
    }

    [Fact]
    public void A_wrong_length_is_refused()
    {
        var file = Gzip(Content);
        file[^1] = 1;
        Assert.Equal("f.gz: 200000 bytes were decompressed, the trailer says 16977216 (modulo 2^32). The file is damaged: get it again.", Fault(file));
    }

    [Fact]
    public void Damaged_compressed_data_is_refused()
    {
        var file = Gzip(Content);
        file.AsSpan(1000, 200).Fill(0xff);
        Assert.Matches(@"^f\.gz: the compressed data is damaged before byte \d+ of \d+, after \d+ decompressed bytes\. Get the file again\.$|CRC-32", Fault(file));
    }

    [Fact]
    public void An_unknown_method_is_refused()
    {
        var file = Gzip(Content);
        file[2] = 7;
        Assert.Equal("f.gz: the gzip header at byte 0 names method 7 and flags 00; only method 8 (deflate) with no reserved flag exists. Get the file again.", Fault(file));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100_000)]
    public void Several_members_are_one_file(int length)
    {
        var (content, stream) = Read([.. Gzip(Content[..length]), .. Gzip(Content[length..]), .. Gzip([]), .. Gzip(Content[..3])]);
        Assert.Equal([.. Content, .. Content[..3]], content);
        Assert.Equal((4, 0), (stream.Members, stream.TrailingBytes));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(50_000)]
    public void What_follows_the_last_member_is_counted(int length)
    {
        var (content, stream) = Read([.. Gzip(Content), .. new byte[length]]);
        Assert.Equal(Content, content);
        Assert.Equal((1, length), (stream.Members, stream.TrailingBytes));
    }

    [Fact]
    public void A_wrong_checksum_is_noticed_before_a_second_member()
    {
        var first = Gzip(Content);
        first[^8] ^= 0xff;
        Assert.Matches(@"^f\.gz: after 200000 decompressed bytes no trailer with their CRC-32 \([0-9a-f]{8}\) and length follows near byte \d+ of \d+\.", Fault([.. first, .. Gzip(Content)]));
    }

    [Fact]
    public void Optional_header_fields_are_passed_over()
    {
        var plain = Gzip(Content);
        byte[] header = [0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, (byte)'n', 0, (byte)'c', 0, 1, 2];
        Assert.Equal(Content, Read([.. header, .. plain[10..]]).Content);
        Assert.Equal("f.gz is cut short: the gzip header has no end, after 0 decompressed bytes. Get the file again.", Fault(header[..15]));
    }
}
