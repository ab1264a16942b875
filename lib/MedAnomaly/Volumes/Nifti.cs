using System.IO.Compression;
using MedAnomaly.Files;

namespace MedAnomaly.Volumes;

/// <summary>
/// Reads and writes NIfTI files, version 1 and 2: <c>.nii</c>, <c>.nii.gz</c> and pairs of <c>.hdr</c> and <c>.img</c> (either compressed
/// or not), in both byte orders, with voxels of any integer or real type of 8 to 64 bits. Checked against nibabel 5.
/// </summary>
/// <remarks>
/// <para>The affine is the sform where its code is above 0, else the qform where its code is above 0, else made of the voxel sizes (with a
/// warning). A form that is singular, NaN or no unit quaternion is passed over with a warning.</para>
/// <para>A size that the header claims is compared with the file's length before memory is taken; for a compressed file memory grows with
/// what has been decompressed, and its end, CRC-32 and length are checked. Volumes of more than 2147483591 voxels are refused.</para>
/// <para>NaN and infinite voxels are kept, and <see cref="Volume.Warnings"/> says how many there are.</para>
/// </remarks>
public static class Nifti
{
    const int ChunkVoxels = 1 << 16;

    /// <summary>Reads the volume in the file at <paramref name="path"/>.</summary>
    /// <exception cref="DataFormatException">The file is no NIfTI file, is damaged or cut short, or holds a series of volumes.</exception>
    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static Volume Load(string path)
    {
        using var file = NiftiFile.Open(path);
        file.Report.RequireReadable();
        var header = file.Report.Header;
        if (header.Frames > 1)
        {
            throw new DataFormatException($"{path} holds a series of {header.Frames} volumes ({header.Shape}), where one is expected. "
                + $"Name one (Nifti.Load(path, frame), 0 to {header.Frames - 1}) or take all (Nifti.LoadSeries(path)).");
        }
        return file.Read(0, 1)[0];
    }

    /// <summary>Reads volume <paramref name="frame"/> (from 0) of the series in a 4-D file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The series has no such volume.</exception>
    /// <inheritdoc cref="Load(string)"/>
    public static Volume Load(string path, int frame)
    {
        using var file = NiftiFile.Open(path);
        file.Report.RequireReadable();
        if (frame < 0 || frame >= file.Report.Header.Frames)
        {
            throw new ArgumentOutOfRangeException(nameof(frame), frame, $"{path} holds the volumes 0 to {file.Report.Header.Frames - 1}.");
        }
        return file.Read(frame, 1)[0];
    }

    /// <summary>Reads all volumes of a 4-D file, or the one of a 3-D file.</summary>
    /// <exception cref="DataFormatException">The file is no NIfTI file, is damaged or cut short.</exception>
    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static IReadOnlyList<Volume> LoadSeries(string path)
    {
        using var file = NiftiFile.Open(path);
        file.Report.RequireReadable();
        return file.Read(0, checked((int)file.Report.Header.Frames));
    }

    /// <summary>Reads and judges the header only. What is wrong with its fields is in the report, not thrown.</summary>
    /// <exception cref="DataFormatException">There is no header: the file is too short, damaged there, or something else.</exception>
    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static HeaderReport ReadHeader(string path)
    {
        using var file = NiftiFile.Open(path);
        return file.Report;
    }

    /// <summary>
    /// Writes a volume as what <paramref name="path"/> ends in: <c>.nii</c>, <c>.nii.gz</c>, or <c>.hdr</c> or <c>.img</c> for a pair. The
    /// sform carries the affine (code 2, aligned); version 1 as long as every size fits into 16 bits, else version 2; little-endian,
    /// unscaled.
    /// </summary>
    /// <exception cref="UsageException">The path ends in something else.</exception>
    /// <exception cref="ArgumentException">A voxel is no value of <paramref name="datatype"/>, or that type is not written.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Save(Volume volume, string path, NiftiDatatype datatype = NiftiDatatype.Float32)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(path);
        var single = NiftiPair.HasEnding(path, ".nii");
        var compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        var version = Math.Max(volume.Grid.X, Math.Max(volume.Grid.Y, volume.Grid.Z)) <= short.MaxValue ? 1 : 2;
        var header = EncodeHeader(volume, datatype, version, single);
        if (single)
        {
            Write(path, compressed, stream =>
            {
                stream.Write(header);
                WriteVoxels(stream, volume.Voxels, datatype);
            });
        }
        else if (!compressed && (NiftiPair.HasEnding(path, ".hdr") || NiftiPair.HasEnding(path, ".img")))
        {
            // The image first: a header never stands beside voxels that are not its own for longer than it takes to rename it.
            Write(Path.ChangeExtension(path, ".img"), false, stream => WriteVoxels(stream, volume.Voxels, datatype));
            Write(Path.ChangeExtension(path, ".hdr"), false, stream => stream.Write(header));
        }
        else
        {
            throw new UsageException($"{path} names no NIfTI file: its name ends in .nii, .nii.gz, .hdr or .img.");
        }
    }

    static void Write(string path, bool compressed, Action<Stream> write) => AtomicFile.Write(path, file =>
    {
        if (!compressed)
        {
            write(file);
            return;
        }
        using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        write(gzip);
    });

    static void WriteVoxels(Stream stream, ReadOnlySpan<float> voxels, NiftiDatatype datatype)
    {
        var chunk = new byte[ChunkVoxels * Math.Max(1, datatype.Size())];
        while (voxels.Length > 0)
        {
            var count = Math.Min(voxels.Length, ChunkVoxels);
            var raw = chunk.AsSpan(0, count * datatype.Size());
            NiftiVoxels.Encode(voxels[..count], raw, datatype);
            stream.Write(raw);
            voxels = voxels[count..];
        }
    }

    /// <summary>The header, and in a single file the four bytes that say that no extension follows.</summary>
    static byte[] EncodeHeader(Volume volume, NiftiDatatype datatype, int version, bool single)
    {
        var length = NiftiFields.Length(version);
        var bytes = new byte[single ? length + 4 : length];
        var fields = new NiftiFields(bytes, version, bigEndian: false);
        BitConverter.TryWriteBytes(bytes, length);
        fields.Set(NiftiField.Magic, single ? $"n+{version}" : $"ni{version}");
        if (version == 2) "\r\n\x1a\n"u8.CopyTo(bytes.AsSpan(8));
        var (sizes, spacing, affine) = (volume.Size, volume.Spacing, volume.Affine);
        double[] dimensions = [3, sizes.X, sizes.Y, sizes.Z, 1, 1, 1, 1];
        double[] steps = [affine.Determinant < 0 ? -1 : 1, spacing.X, spacing.Y, spacing.Z, 1, 1, 1, 1];
        for (var i = 0; i < 8; i++)
        {
            fields.Set(NiftiField.Dim, dimensions[i], i);
            fields.Set(NiftiField.Pixdim, steps[i], i);
        }
        fields.Set(NiftiField.Datatype, (double)datatype);
        fields.Set(NiftiField.Bitpix, datatype.Size() * 8);
        fields.Set(NiftiField.VoxOffset, single ? bytes.Length : 0);
        fields.Set(NiftiField.Slope, 1);
        // Space in millimetres.
        fields.Set(NiftiField.Units, 2);
        fields.Set(NiftiField.SformCode, 2);
        for (var i = 0; i < 12; i++) fields.Set(NiftiField.Sform, affine[i / 4, i % 4], i);
        return bytes;
    }
}
