using System.Buffers.Binary;
using System.IO.Compression;

namespace MedAnomaly.Tests.Volumes;

/// <summary>
/// The bytes of a small NIfTI-1 file, put together field by field without the library: 4 x 3 x 2 voxels of Int16 with the values 0 to 23, an
/// sform and an equal qform of 2 mm voxels.
/// </summary>
static class SmallNifti
{
    public const int Offset = 352;
    public const int Length = Offset + 24 * 2;

    public static byte[] Bytes(Action<byte[]>? damage = null)
    {
        var bytes = new byte[Length];
        Int32(bytes, 0, 348);
        short[] dimensions = [3, 4, 3, 2, 1, 1, 1, 1];
        for (var i = 0; i < 8; i++) Int16(bytes, 40 + 2 * i, dimensions[i]);
        Int16(bytes, 70, 4);
        Int16(bytes, 72, 16);
        float[] sizes = [1, 2, 2, 2, 1, 1, 1, 1];
        for (var i = 0; i < 8; i++) Single(bytes, 76 + 4 * i, sizes[i]);
        Single(bytes, 108, Offset);
        Single(bytes, 112, 1);
        bytes[123] = 2;
        Int16(bytes, 252, 1);
        Int16(bytes, 254, 1);
        for (var row = 0; row < 3; row++) Single(bytes, 280 + 20 * row, 2);
        "n+1\0"u8.CopyTo(bytes.AsSpan(344));
        for (short i = 0; i < 24; i++) Int16(bytes, Offset + 2 * i, i);
        damage?.Invoke(bytes);
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(bytes);
        return stream.ToArray();
    }

    public static void Int16(byte[] bytes, int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(at), value);

    public static void Int32(byte[] bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);

    public static void Int64(byte[] bytes, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), value);

    public static void Single(byte[] bytes, int at, float value) => BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(at), value);
}
