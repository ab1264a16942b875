namespace TorchSharp.Utils;

/// <summary>Whole numbers in seven bits a byte, least significant first, the eighth bit meaning "more follows": how TorchSharp's files hold
/// counts.</summary>
internal static class LEB128Codec
{
    internal static void Encode(this BinaryWriter writer, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        for (; value > 0x7f; value >>= 7) writer.Write((byte)(value & 0x7f | 0x80));
        writer.Write((byte)value);
    }

    /// <exception cref="InvalidDataException">The number does not end within 64 bits.</exception>
    internal static long Decode(this BinaryReader reader)
    {
        long result = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = reader.ReadByte();
            result |= (long)(part & 0x7f) << shift;
            if ((part & 0x80) == 0) return result;
        }
        throw new InvalidDataException("A number in the file is longer than 63 bits: it is damaged or not in TorchSharp's format.");
    }
}
