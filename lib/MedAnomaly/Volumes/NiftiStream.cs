using System.Buffers.Binary;
using MedAnomaly.Files;

namespace MedAnomaly.Volumes;

/// <summary>One file of a NIfTI file or pair, plain or gzip by its contents, read forward.</summary>
sealed class NiftiStream : IDisposable
{
    /// <summary>What deflate shrinks a run of bytes to at most: 258 of them to 2 bits.</summary>
    const long DeflateRatio = 1032;

    readonly FileStream file;
    readonly StrictGzipStream? gzip;
    readonly Stream bytes;

    NiftiStream(string path)
    {
        Path = path;
        file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        FileLength = file.Length;
        gzip = IsGzip() ? new(file, path) : null;
        bytes = gzip is null ? file : gzip;
    }

    public string Path { get; }

    /// <summary>The file's length as it lies on the disk.</summary>
    public long FileLength { get; }

    /// <summary>Decompressed bytes read so far.</summary>
    public long Position => bytes.Position;

    public bool IsCompressed => gzip is not null;

    /// <summary>No more decompressed bytes than this can come.</summary>
    public Int128 Capacity => IsCompressed ? (Int128)FileLength * DeflateRatio : FileLength;

    /// <summary>Whether reading failed because compressed data ends too early.</summary>
    public bool IsTruncated => gzip is { IsTruncated: true };

    /// <summary>Bytes behind the compressed data; known at its end.</summary>
    public long TrailingBytes => gzip?.TrailingBytes ?? 0;

    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static NiftiStream Open(string path)
    {
        try
        {
            return new(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException($"{path} does not exist. Check the path.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new DatasetException($"{path} cannot be read: {fault.Message} Check what it is and who may read it.", fault);
        }
    }

    public void Dispose() => bytes.Dispose();

    /// <summary>Reads <paramref name="count"/> bytes, fewer only at the end. Returns how many.</summary>
    public int Fill(byte[] buffer, int offset, int count)
    {
        var filled = 0;
        while (filled < count)
        {
            var read = bytes.Read(buffer, offset + filled, count - filled);
            if (read == 0) break;
            filled += read;
        }
        return filled;
    }

    /// <summary>Reads up to <paramref name="limit"/> bytes; memory is taken as they come.</summary>
    public byte[] ReadUpTo(long limit)
    {
        using var data = new MemoryStream();
        var chunk = new byte[1 << 14];
        for (int read; limit > 0 && (read = Fill(chunk, 0, (int)Math.Min(chunk.Length, limit))) > 0; limit -= read)
            data.Write(chunk, 0, read);
        return data.ToArray();
    }

    /// <summary>
    /// Leaves out <paramref name="count"/> bytes, fewer only at the end. Returns how many; compressed ones are decompressed and checked.
    /// </summary>
    public long Skip(long count)
    {
        if (gzip is null)
        {
            var skipped = Math.Min(count, file.Length - file.Position);
            file.Position += skipped;
            return skipped;
        }
        var chunk = new byte[1 << 16];
        var left = count;
        for (int read; left > 0 && (read = Fill(chunk, 0, (int)Math.Min(chunk.Length, left))) > 0;) left -= read;
        return count - left;
    }

    bool IsGzip()
    {
        Span<byte> magic = stackalloc byte[2];
        var read = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false);
        file.Position = 0;
        return Path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            || (read == 2 && BinaryPrimitives.ReadUInt16BigEndian(magic) == 0x1f8b);
    }
}
