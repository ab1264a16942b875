using System.Buffers.Binary;
using System.Text;

namespace MedAnomaly.Volumes;

/// <summary>An open NIfTI file or pair: the header is read and judged, the voxels are still to come.</summary>
sealed class NiftiFile : IDisposable
{
    const int ChunkLength = 1 << 18;

    /// <summary>More bytes than this of extensions, or behind the voxels, are nobody's scan.</summary>
    const int SurplusLimit = 1 << 26;

    NiftiStream stream;

    NiftiFile(NiftiStream stream) => this.stream = stream;

    public required HeaderReport Report { get; init; }

    NiftiHeader Header => Report.Header;

    long FrameBytes => Header.Grid.Count * Header.Datatype.Size();

    long Needed => Header.VoxelOffset + Header.Frames * FrameBytes;

    /// <summary>Opens the file at <paramref name="path"/>, or the pair that it is a part of, and reads the header.</summary>
    public static NiftiFile Open(string path)
    {
        var stream = NiftiStream.Open(NiftiPair.Header(path));
        try
        {
            var fields = ReadFields(stream);
            var parser = new NiftiHeaderParser(fields);
            var header = parser.Parse();
            if (header.IsSingleFile) CheckLength(stream, header, parser);
            if (!HasError(parser)) header = header with { Extensions = ReadExtensions(stream, header, parser) };
            if (!HasError(parser) && !header.IsSingleFile)
            {
                stream = OpenImage(stream, parser);
                CheckLength(stream, header, parser);
            }
            return new(stream) { Report = new(path, header, parser.Findings) };
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>
    /// Reads <paramref name="count"/> volumes of the file's series from <paramref name="first"/> on, and checks what follows them.
    /// </summary>
    public List<Volume> Read(int first, int count)
    {
        Report.RequireReadable();
        try
        {
            var warnings = Report.Findings.Where(finding => finding.Severity == Severity.Warning).Select(finding => $"{finding}").ToList();
            Skip(Header.VoxelOffset + first * FrameBytes - stream.Position);
            var frames = Enumerable.Range(first, count).Select(frame => ReadFrame(frame, warnings)).ToList();
            CheckEnd((Header.Frames - first - count) * FrameBytes, warnings);
            return frames.ConvertAll(voxels => new Volume(Header.Grid, voxels) { Source = Report.Path, Warnings = warnings });
        }
        catch (DataFormatException fault) when (stream.IsTruncated)
        {
            throw Short(fault);
        }
    }

    float[] ReadFrame(int frame, List<string> warnings)
    {
        var count = (int)Header.Grid.Count;
        var size = Header.Datatype.Size();
        // A plain file was found long enough. What a compressed one holds shows only as it comes: the array grows with it, in a few steps.
        var likely = stream.IsCompressed ? Math.Max(ChunkLength, 8 * stream.FileLength / size) : count;
        var voxels = GC.AllocateUninitializedArray<float>((int)Math.Min(count, likely));
        var chunk = new byte[ChunkLength];
        var (done, rounded, odd) = (0, 0L, 0L);
        while (done < count)
        {
            if (done == voxels.Length) Array.Resize(ref voxels, (int)Math.Min(count, 2L * done));
            var wanted = Math.Min(ChunkLength / size, voxels.Length - done);
            if (stream.Fill(chunk, 0, wanted * size) < wanted * size) throw Short();
            var target = voxels.AsSpan(done, wanted);
            rounded += NiftiVoxels.Decode(chunk.AsSpan(0, wanted * size), target, Header);
            odd += NiftiVoxels.CountNonFinite(target);
            done += wanted;
        }
        var which = Header.Frames > 1 ? $" of volume {frame}" : "";
        if (odd > 0)
            warnings.Add($"{odd} of {count} voxels{which} are NaN or infinite; they are kept as they are (RequireFinite refuses them, "
                + "ReplaceNonFinite replaces them).");
        if (rounded > 0)
            warnings.Add($"{rounded} of {count} voxels{which} are integers of type {Header.Datatype} that a float holds only rounded.");
        return voxels;
    }

    void Skip(long count)
    {
        if (stream.Skip(count) < count) throw Short();
    }

    /// <summary>Decompresses the rest of a compressed file: only its end tells whether it is whole.</summary>
    void CheckEnd(long unread, List<string> warnings)
    {
        if (!stream.IsCompressed) return;
        Skip(unread);
        var surplus = stream.Skip(SurplusLimit);
        if (surplus == SurplusLimit)
        {
            throw new DataFormatException($"{stream.Path}: more than {SurplusLimit} decompressed bytes follow the {Needed} that its "
                + $"header describes ({Header.Shape} voxels of {Header.Datatype}). The header is not this file's, or the file is no scan.");
        }
        if (surplus > 0) warnings.Add($"{surplus} decompressed bytes follow the {Needed} that the header describes; they are not read.");
        if (stream.TrailingBytes > 0)
            warnings.Add($"{stream.TrailingBytes} bytes that are no gzip follow the compressed data; they are not read.");
    }

    DataFormatException Short(Exception? cause = null) =>
        new($"{stream.Path} is cut short: its header describes {Needed} bytes ({Header.Shape} voxels of {Header.Datatype} from byte "
        + $"{Header.VoxelOffset} on), {(stream.IsCompressed ? "decompression gave" : "the file has")} {stream.Position}. Get the file "
        + $"again.{(cause is null ? "" : $" ({cause.Message})")}", cause);

    static bool HasError(NiftiHeaderParser parser) => parser.Findings.Any(finding => finding.Severity == Severity.Error);

    static NiftiFields ReadFields(NiftiStream stream)
    {
        var bytes = new byte[NiftiFields.Length2];
        var got = stream.Fill(bytes, 0, NiftiFields.Length1);
        if (got < 4)
            throw new DataFormatException($"{stream.Path} has {got} bytes; a NIfTI header has {NiftiFields.Length1} or "
                + $"{NiftiFields.Length2}. Get the file again.");
        var (version, bigEndian) = (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes)) switch
        {
            (NiftiFields.Length1, _) => (1, false),
            (NiftiFields.Length2, _) => (2, false),
            (_, NiftiFields.Length1) => (1, true),
            (_, NiftiFields.Length2) => (2, true),
            var (size, _) => throw new DataFormatException($"{stream.Path} is no NIfTI file: sizeof_hdr (byte 0) is {size}, expected "
                + $"{NiftiFields.Length1} or {NiftiFields.Length2} in either byte order. "
                + $"The file starts with {Quote(bytes.AsSpan(0, Math.Min(got, 16)))}."),
        };
        var length = NiftiFields.Length(version);
        if (got == NiftiFields.Length1) got += stream.Fill(bytes, got, length - got);
        if (got < length)
            throw new DataFormatException($"{stream.Path} ends inside its header: it has {got} of {length} bytes. Get the file again.");
        return new(bytes[..length], version, bigEndian);
    }

    static string Quote(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        return text.All(letter => letter is >= ' ' and <= '~' or '\n' or '\r' or '\t')
            ? $"the text '{text.ReplaceLineEndings(" ")}'"
            : $"the bytes {Convert.ToHexStringLower(bytes)}";
    }

    static List<NiftiExtension> ReadExtensions(NiftiStream stream, NiftiHeader header, NiftiHeaderParser parser)
    {
        var start = stream.Position;
        var data = stream.ReadUpTo(header.IsSingleFile ? Math.Min(header.VoxelOffset - start, SurplusLimit) : SurplusLimit);
        var extensions = new List<NiftiExtension>();
        if (data.Length < 4 || data[0] == 0) return extensions;
        for (var at = 4; at < data.Length;)
        {
            var left = data.AsSpan(at);
            var size = left.Length < 8 ? 0 : Int32(left);
            if (size < 8 || size > left.Length)
            {
                parser.Add(Severity.Warning, NiftiField.VoxOffset, $"the extension at byte {start + at} has the size {size}, "
                    + $"with {left.Length} bytes left before the voxels; it and what follows it are left out.");
                break;
            }
            extensions.Add(new(Int32(left[4..]), left[8..size].ToArray()));
            at += size;
        }
        return extensions;

        int Int32(ReadOnlySpan<byte> at) =>
            header.IsBigEndian ? BinaryPrimitives.ReadInt32BigEndian(at) : BinaryPrimitives.ReadInt32LittleEndian(at);
    }

    /// <summary>Goes on with the second file of a pair.</summary>
    static NiftiStream OpenImage(NiftiStream header, NiftiHeaderParser parser)
    {
        if (NiftiPair.Image(header.Path) is not { } image)
        {
            parser.Add(Severity.Error, NiftiField.Magic, $"the voxels lie in a second file, {NiftiPair.ImageName(header.Path)} (or "
                + ".img.gz), which does not exist. Put it beside the header.");
            return header;
        }
        var stream = NiftiStream.Open(image);
        header.Dispose();
        return stream;
    }

    /// <summary>Compares what the header claims with what the file can hold, before memory is taken for it.</summary>
    static void CheckLength(NiftiStream stream, NiftiHeader header, NiftiHeaderParser parser)
    {
        if (HasError(parser)) return;
        var needed = header.VoxelOffset + (Int128)header.Grid.Count * header.Frames * header.Datatype.Size();
        var claim = $"{header.Shape} voxels of {header.Datatype} from byte {header.VoxelOffset} on need {needed} bytes, {stream.Path} "
            + $"has {stream.FileLength}";
        if (needed > stream.Capacity)
        {
            parser.Add(Severity.Error, NiftiField.Dim, stream.IsCompressed
                ? $"{claim} compressed ones, which cannot hold more than {stream.Capacity}."
                : $"{claim}: {needed - stream.Capacity} are missing. Get the file again.");
        }
        else if (!stream.IsCompressed && needed < stream.FileLength)
        {
            parser.Add(Severity.Note, NiftiField.Dim, $"{claim}; the rest is not read.");
        }
    }
}
