using System.Buffers.Binary;
using System.IO.Compression;
using ICSharpCode.SharpZipLib.Checksum;

namespace MedAnomaly.Files;

/// <summary>
/// Decompresses gzip (RFC 1952) and refuses what is damaged. The framework's GZipStream takes a file that was cut short for a shorter
/// one and says nothing; this one checks every member's end, CRC-32 and length, and counts what follows the last member.
/// </summary>
/// <param name="source">The compressed file: readable, seekable, at the first member. Disposed with this stream.</param>
/// <param name="name">What messages call the file.</param>
public sealed class StrictGzipStream(Stream source, string name) : Stream
{
    const int HeaderLength = 10;
    const int TrailerLength = 8;
    const byte HeaderChecksum = 2, Extra = 4, FileName = 8, Comment = 16, Reserved = 0xE0;

    readonly CompressedBytes compressed = new(source);
    readonly Crc32 crc = new();
    DeflateStream? inflater;
    long memberLength;
    long length;
    bool ended;

    /// <summary>Complete members read so far; a gzip file may hold several, one after another.</summary>
    public int Members { get; private set; }

    /// <summary>Bytes after the last member that are no gzip; known once the end is reached.</summary>
    public long TrailingBytes { get; private set; }

    /// <summary>Whether reading failed because the file ends too early.</summary>
    public bool IsTruncated { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <summary>Not supported: the length is known only at the end.</summary>
    public override long Length => throw new NotSupportedException();

    /// <summary>Decompressed bytes read so far.</summary>
    public override long Position
    {
        get => length;
        set => throw new NotSupportedException();
    }

    /// <summary>Decompresses up to <paramref name="count"/> bytes; 0 only where the last member has ended whole.</summary>
    /// <exception cref="DataFormatException">The file is empty, is no gzip, ends too early, or its CRC-32 or length is wrong.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        while (!ended && count > 0)
        {
            if (inflater is null && !StartMember()) break;
            var read = Inflate(buffer, offset, count);
            if (read > 0)
            {
                crc.Update(new ArraySegment<byte>(buffer, offset, read));
                memberLength += read;
                length += read;
                return read;
            }
            EndMember();
        }
        return 0;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inflater?.Dispose();
            source.Dispose();
        }
        base.Dispose(disposing);
    }

    int Inflate(byte[] buffer, int offset, int count)
    {
        try
        {
            var read = inflater!.Read(buffer, offset, count);
            if (read > 0 || !compressed.RanDry) return read;
        }
        catch (InvalidDataException fault) when (!compressed.RanDry)
        {
            throw new DataFormatException($"{name}: the compressed data is damaged before byte {compressed.Position} of {source.Length}, "
                + $"after {length} decompressed bytes. Get the file again.", fault);
        }
        catch (InvalidDataException) when (compressed.RanDry)
        {
            // Newer frameworks may notice the missing end themselves; it is reported below, as for those that do not.
        }
        throw Truncated($"the compressed data stops at byte {source.Length} without its end mark");
    }

    /// <summary>Reads a member's header; false where the file has ended, or only garbage follows.</summary>
    bool StartMember()
    {
        var left = source.Length - source.Position;
        if (left == 0 && Members == 0) throw new DataFormatException($"{name} is empty (0 bytes), not a gzip file. Get the file again.");
        Span<byte> header = stackalloc byte[HeaderLength];
        var got = header[..source.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false)];
        if (got.Length < 2 || got[0] != 0x1f || got[1] != 0x8b)
        {
            if (Members == 0)
                throw new DataFormatException($"{name} is no gzip file: it starts with {Convert.ToHexStringLower(got)}, not with 1f8b.");
            TrailingBytes = left;
            ended = true;
            return false;
        }
        if (got.Length < HeaderLength) throw Truncated($"the gzip header has {got.Length} of at least {HeaderLength} bytes");
        var flags = header[3];
        if (header[2] != 8 || (flags & Reserved) != 0)
        {
            throw new DataFormatException($"{name}: the gzip header at byte {source.Position - HeaderLength} names method {header[2]} "
                + $"and flags {flags:x2}; only method 8 (deflate) with no reserved flag exists. Get the file again.");
        }
        if ((flags & Extra) != 0)
        {
            var size = HeaderByte() | HeaderByte() << 8;
            for (var i = 0; i < size; i++) HeaderByte();
        }
        if ((flags & FileName) != 0) SkipText();
        if ((flags & Comment) != 0) SkipText();
        if ((flags & HeaderChecksum) != 0)
        {
            HeaderByte();
            HeaderByte();
        }
        crc.Reset();
        memberLength = 0;
        compressed.Start();
        inflater = new(compressed, CompressionMode.Decompress, leaveOpen: true);
        return true;
    }

    void EndMember()
    {
        inflater!.Dispose();
        inflater = null;
        Span<byte> expected = stackalloc byte[TrailerLength];
        BinaryPrimitives.WriteUInt32LittleEndian(expected, (uint)crc.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(expected[4..], unchecked((uint)memberLength));
        if (compressed.EndIsExact)
        {
            CheckTrailer(expected);
        }
        else
        {
            FindTrailer(expected);
        }
        Members++;
        ended = source.Position == source.Length;
    }

    void CheckTrailer(ReadOnlySpan<byte> expected)
    {
        Span<byte> trailer = stackalloc byte[TrailerLength];
        var got = source.ReadAtLeast(trailer, TrailerLength, throwOnEndOfStream: false);
        if (got < TrailerLength) throw Truncated($"the trailer (CRC-32 and length) has {got} of {TrailerLength} bytes");
        var storedSum = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        var storedLength = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (!trailer[..4].SequenceEqual(expected[..4]))
        {
            throw new DataFormatException($"{name}: the CRC-32 of the {memberLength} decompressed bytes is {(uint)crc.Value:x8}, the "
                + $"trailer says {storedSum:x8}. The file is damaged: get it again.");
        }
        if (!trailer.SequenceEqual(expected))
        {
            throw new DataFormatException($"{name}: {memberLength} bytes were decompressed, the trailer says {storedLength} (modulo 2^32). "
                + "The file is damaged: get it again.");
        }
    }

    /// <summary>
    /// The inflater read past the member's end, by an amount that it does not tell. The trailer's bytes are known, so they are looked for.
    /// </summary>
    void FindTrailer(ReadOnlySpan<byte> expected)
    {
        var start = compressed.LastRead;
        var region = new byte[compressed.Position - start + TrailerLength];
        source.Position = start;
        source.ReadExactly(region);
        var at = region.AsSpan().IndexOf(expected);
        if (at < 0)
        {
            throw new DataFormatException($"{name}: after {memberLength} decompressed bytes no trailer with their CRC-32 "
                + $"({(uint)crc.Value:x8}) and length follows near byte {compressed.Position} of {source.Length}. "
                + "The file is damaged: get it again.");
        }
        source.Position = start + at + TrailerLength;
    }

    void SkipText()
    {
        while (HeaderByte() != 0)
        {
        }
    }

    int HeaderByte()
    {
        var value = source.ReadByte();
        return value >= 0 ? value : throw Truncated("the gzip header has no end");
    }

    DataFormatException Truncated(string where)
    {
        IsTruncated = true;
        return new($"{name} is cut short: {where}, after {length} decompressed bytes. Get the file again.");
    }

    /// <summary>
    /// Hands the file to the inflater, the last bytes one by one: so a member that ends there ends where the inflater stopped asking, and a
    /// missing piece of its trailer is noticed.
    /// </summary>
    sealed class CompressedBytes(Stream source) : Stream
    {
        const int SingleBytes = 4 * TrailerLength;

        public bool RanDry { get; private set; }

        public bool EndIsExact { get; private set; }

        public long LastRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => source.Position;
            set => throw new NotSupportedException();
        }

        public void Start() => (RanDry, EndIsExact, LastRead) = (false, true, source.Position);

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            LastRead = source.Position;
            var safe = source.Length - LastRead - SingleBytes;
            var read = source.Read(safe > 0 ? buffer[..(int)Math.Min(safe, buffer.Length)] : buffer[..Math.Min(1, buffer.Length)]);
            RanDry = read == 0;
            EndIsExact = read <= 1;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
