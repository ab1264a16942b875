using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MedAnomaly.Volumes;

/// <summary>Turns stored voxels into floats and back.</summary>
static class NiftiVoxels
{
    /// <summary>
    /// Decodes <paramref name="raw"/> (its bytes may be reordered in place) to <c>stored * slope + intercept</c>, in double precision, then
    /// rounded to float. Returns how many integers a float cannot hold exactly.
    /// </summary>
    public static long Decode(Span<byte> raw, Span<float> voxels, NiftiHeader header)
    {
        if (header.IsBigEndian) Reverse(raw, header.Datatype.Size());
        switch (header.Datatype)
        {
            case NiftiDatatype.UInt8: Convert<byte>(raw, voxels, header); return 0;
            case NiftiDatatype.Int8: Convert<sbyte>(raw, voxels, header); return 0;
            case NiftiDatatype.Int16: Convert<short>(raw, voxels, header); return 0;
            case NiftiDatatype.UInt16: Convert<ushort>(raw, voxels, header); return 0;
            case NiftiDatatype.Int32: return ConvertCounting<int>(raw, voxels, header);
            case NiftiDatatype.UInt32: return ConvertCounting<uint>(raw, voxels, header);
            case NiftiDatatype.Int64: return ConvertCounting<long>(raw, voxels, header);
            case NiftiDatatype.UInt64: return ConvertCounting<ulong>(raw, voxels, header);
            case NiftiDatatype.Float32: Convert<float>(raw, voxels, header); return 0;
            case NiftiDatatype.Float64: Convert<double>(raw, voxels, header); return 0;
            default: throw new ArgumentException($"Voxels of type {header.Datatype} are not read.", nameof(header));
        }
    }

    /// <summary>Encodes voxels little-endian as <paramref name="type"/>.</summary>
    /// <exception cref="ArgumentException">A voxel is no value of the type, or the type is not written.</exception>
    public static void Encode(ReadOnlySpan<float> voxels, Span<byte> raw, NiftiDatatype type)
    {
        switch (type)
        {
            case NiftiDatatype.UInt8: Store<byte>(voxels, raw, type); break;
            case NiftiDatatype.Int8: Store<sbyte>(voxels, raw, type); break;
            case NiftiDatatype.Int16: Store<short>(voxels, raw, type); break;
            case NiftiDatatype.UInt16: Store<ushort>(voxels, raw, type); break;
            case NiftiDatatype.Int32: Store<int>(voxels, raw, type); break;
            case NiftiDatatype.UInt32: Store<uint>(voxels, raw, type); break;
            case NiftiDatatype.Int64: Store<long>(voxels, raw, type); break;
            case NiftiDatatype.UInt64: Store<ulong>(voxels, raw, type); break;
            case NiftiDatatype.Float32: voxels.CopyTo(MemoryMarshal.Cast<byte, float>(raw)); break;
            case NiftiDatatype.Float64: Store<double>(voxels, raw, type); break;
            default:
                throw new ArgumentException($"Voxels of type {type} are not written: choose an integer or real type of 8 to 64 bits.");
        }
    }

    /// <summary>How many of <paramref name="voxels"/> are NaN or infinite: those whose exponent bits are all set.</summary>
    public static long CountNonFinite(ReadOnlySpan<float> voxels)
    {
        const int Exponent = 0x7f800000;
        var bits = MemoryMarshal.Cast<float, int>(voxels);
        var blocks = MemoryMarshal.Cast<int, Vector<int>>(bits);
        var mask = new Vector<int>(Exponent);
        var count = 0L;
        foreach (var block in blocks)
        {
            // Each lane that is equal is -1; almost no block has one.
            var equal = Vector.Equals(block & mask, mask);
            if (equal != Vector<int>.Zero) count -= Vector.Sum(equal);
        }
        foreach (var value in bits[(blocks.Length * Vector<int>.Count)..])
        {
            if ((value & Exponent) == Exponent) count++;
        }
        return count;
    }

    static void Convert<T>(ReadOnlySpan<byte> raw, Span<float> voxels, NiftiHeader header)
        where T : unmanaged, INumberBase<T>
    {
        var stored = MemoryMarshal.Cast<byte, T>(raw)[..voxels.Length];
        if (header.IsScaled)
        {
            var (slope, intercept) = (header.Slope, header.Intercept);
            for (var i = 0; i < stored.Length; i++) voxels[i] = (float)(double.CreateTruncating(stored[i]) * slope + intercept);
        }
        else if (header.Datatype.Size() < sizeof(double))
        {
            for (var i = 0; i < stored.Length; i++) voxels[i] = float.CreateTruncating(stored[i]);
        }
        else
        {
            // By way of double, as numpy does it; for a few 64-bit integers that rounds to another float than the direct way.
            for (var i = 0; i < stored.Length; i++) voxels[i] = (float)double.CreateTruncating(stored[i]);
        }
    }

    static long ConvertCounting<T>(ReadOnlySpan<byte> raw, Span<float> voxels, NiftiHeader header)
        where T : unmanaged, INumberBase<T>
    {
        Convert<T>(raw, voxels, header);
        if (header.IsScaled) return 0;
        var rounded = 0L;
        var stored = MemoryMarshal.Cast<byte, T>(raw);
        for (var i = 0; i < voxels.Length; i++)
        {
            if (T.CreateSaturating(voxels[i]) != stored[i]) rounded++;
        }
        return rounded;
    }

    static void Store<T>(ReadOnlySpan<float> voxels, Span<byte> raw, NiftiDatatype type)
        where T : unmanaged, INumberBase<T>
    {
        var stored = MemoryMarshal.Cast<byte, T>(raw);
        for (var i = 0; i < voxels.Length; i++)
        {
            stored[i] = T.CreateSaturating(voxels[i]);
            var back = double.CreateTruncating(stored[i]);
            if (back != voxels[i] && !(double.IsNaN(back) && float.IsNaN(voxels[i])))
            {
                throw new ArgumentException(FormattableString.Invariant($"{voxels[i]} is no value of {type}; write it as Float32."));
            }
        }
    }

    static void Reverse(Span<byte> raw, int size)
    {
        switch (size)
        {
            case 2: Swap<short>(raw, BinaryPrimitives.ReverseEndianness); break;
            case 4: Swap<int>(raw, BinaryPrimitives.ReverseEndianness); break;
            case 8: Swap<long>(raw, BinaryPrimitives.ReverseEndianness); break;
        }
    }

    static void Swap<T>(Span<byte> raw, ReverseSpan<T> reverse)
        where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(raw);
        reverse(values, values);
    }

    delegate void ReverseSpan<T>(ReadOnlySpan<T> source, Span<T> destination);
}
