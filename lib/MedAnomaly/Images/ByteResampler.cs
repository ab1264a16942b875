using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MedAnomaly.Images;

/// <summary>
/// Resizes interleaved 8-bit channels in fixed point: rows first, rounded to 8 bits, then columns. A direction whose size stays is
/// left alone.
/// </summary>
static class ByteResampler
{
    const int Half = 1 << (ResampleWeights.FractionBits - 1);

    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, int channels, Span<byte> target, int newWidth, int newHeight, IResampler sampler)
    {
        if (newWidth != width)
        {
            var narrowed = newHeight == height ? target : new byte[newWidth * height * channels];
            Horizontal(source, width, channels, narrowed, new ResampleWeights(width, newWidth, sampler));
            source = narrowed;
        }
        if (newHeight != height)
            Vertical(source, newWidth * channels, target, new ResampleWeights(height, newHeight, sampler));
    }

    static void Horizontal(ReadOnlySpan<byte> source, int width, int channels, Span<byte> target, ResampleWeights weights)
    {
        // Colours are loaded and stored four bytes at a time, so both lines have room for what a last pixel of fewer
        // channels does not fill.
        Span<byte> row = new byte[width * channels + 4], line = new byte[weights.Size * channels + 4];
        for (int from = 0, to = 0; from < source.Length; from += width * channels, to += weights.Size * channels)
        {
            source.Slice(from, width * channels).CopyTo(row);
            if (channels == 1)
                Grey(row, line, weights);
            else
                Colour(row, channels, line, weights);
            line[..(weights.Size * channels)].CopyTo(target[to..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Grey(ReadOnlySpan<byte> row, Span<byte> target, ResampleWeights weights)
    {
        for (var x = 0; x < weights.Size; x++)
        {
            var factors = weights.Fixed(x);
            var pixels = row.Slice(weights.Start(x), factors.Length);
            var sum = Half;
            for (var i = 0; i < factors.Length; i++)
                sum += pixels[i] * factors[i];
            target[x] = Clip(sum);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Colour(ReadOnlySpan<byte> row, int channels, Span<byte> target, ResampleWeights weights)
    {
        for (var x = 0; x < weights.Size; x++)
        {
            var factors = weights.Fixed(x);
            var pixels = row.Slice(weights.Start(x) * channels, factors.Length * channels + 4 - channels);
            ref var pixel = ref MemoryMarshal.GetReference(pixels);
            var sum = Vector128.Create(Half);
            for (var i = 0; i < factors.Length; i++)
            {
                var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref pixel, i * channels))).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * Vector128.Create(factors[i]);
            }
            var words = Vector128.Narrow(Clip(sum), Vector128<uint>.Zero);
            MemoryMarshal.Write(target[(x * channels)..], Vector128.Narrow(words, words).AsUInt32().ToScalar());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Vertical(ReadOnlySpan<byte> source, int stride, Span<byte> target, ResampleWeights weights)
    {
        for (var y = 0; y < weights.Size; y++)
        {
            var factors = weights.Fixed(y);
            var rows = source.Slice(weights.Start(y) * stride, factors.Length * stride);
            var line = target.Slice(y * stride, stride);
            var x = 0;
            for (; x <= stride - Vector256<byte>.Count; x += Vector256<byte>.Count)
                Block(rows[x..], stride, factors).CopyTo(line[x..]);
            for (; x < stride; x++)
            {
                var sum = Half;
                for (var i = 0; i < factors.Length; i++)
                    sum += rows[i * stride + x] * factors[i];
                line[x] = Clip(sum);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<byte> Block(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> factors)
    {
        var (a, b, c, d) = (Vector256.Create(Half), Vector256.Create(Half), Vector256.Create(Half), Vector256.Create(Half));
        ref var row = ref MemoryMarshal.GetReference(rows);
        for (var i = 0; i < factors.Length; i++)
        {
            var factor = Vector256.Create(factors[i]);
            var (low, high) = Vector256.Widen(Vector256.LoadUnsafe(ref row, (nuint)i * (nuint)stride));
            a += Vector256.WidenLower(low).AsInt32() * factor;
            b += Vector256.WidenUpper(low).AsInt32() * factor;
            c += Vector256.WidenLower(high).AsInt32() * factor;
            d += Vector256.WidenUpper(high).AsInt32() * factor;
        }
        return Vector256.Narrow(Vector256.Narrow(Clip(a), Clip(b)), Vector256.Narrow(Clip(c), Clip(d)));
    }

    static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);

    static Vector128<uint> Clip(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255)).AsUInt32();

    static Vector256<uint> Clip(Vector256<int> sum) =>
        Vector256.Min(Vector256.Max(sum >> ResampleWeights.FractionBits, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
}
