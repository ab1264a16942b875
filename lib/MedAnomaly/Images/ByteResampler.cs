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
            Horizontal(source, width, channels, narrowed, new ResampleWeights(width, newWidth, sampler).ToFixed());
            source = narrowed;
        }
        if (newHeight != height)
            Vertical(source, newWidth * channels, target, new ResampleWeights(height, newHeight, sampler).ToFixed());
    }

    static void Horizontal(ReadOnlySpan<byte> source, int width, int channels, Span<byte> target, FixedWeights weights)
    {
        // Pixels are loaded four bytes at a time, so the row has room for what a last pixel of fewer channels does not fill.
        Span<byte> row = new byte[width * channels + 4];
        var targetStride = weights.Size * channels;
        for (int from = 0, to = 0; from < source.Length; from += width * channels, to += targetStride)
        {
            source.Slice(from, width * channels).CopyTo(row);
            var line = target.Slice(to, targetStride);
            if (channels == 1)
                Grey(row, line, weights);
            else
                Colour(row, channels, line, weights);
        }
    }

    static void Grey(ReadOnlySpan<byte> row, Span<byte> target, FixedWeights weights)
    {
        for (var x = 0; x < target.Length; x++)
        {
            var factors = weights[x];
            var pixels = row.Slice(weights.Start(x), factors.Length);
            var sum = Half;
            for (var i = 0; i < factors.Length; i++)
                sum += pixels[i] * factors[i];
            target[x] = Clip(sum);
        }
    }

    static void Colour(ReadOnlySpan<byte> row, int channels, Span<byte> target, FixedWeights weights)
    {
        for (var x = 0; x < weights.Size; x++)
        {
            var factors = weights[x];
            var sum = Vector128.Create(Half);
            ref var pixel = ref Unsafe.Add(ref MemoryMarshal.GetReference(row), weights.Start(x) * channels);
            for (var i = 0; i < factors.Length; i++)
            {
                var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref pixel)).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * factors[i];
                pixel = ref Unsafe.Add(ref pixel, channels);
            }
            for (var c = 0; c < channels; c++)
                target[x * channels + c] = Clip(sum.GetElement(c));
        }
    }

    static void Vertical(ReadOnlySpan<byte> source, int stride, Span<byte> target, FixedWeights weights)
    {
        for (var y = 0; y < weights.Size; y++)
        {
            var factors = weights[y];
            var rows = source.Slice(weights.Start(y) * stride, factors.Length * stride);
            var line = target.Slice(y * stride, stride);
            var x = 0;
            for (; x <= stride - Vector128<byte>.Count; x += Vector128<byte>.Count)
                Sixteen(rows[x..], stride, factors).CopyTo(line[x..]);
            for (; x < stride; x++)
            {
                var sum = Half;
                for (var i = 0; i < factors.Length; i++)
                    sum += rows[i * stride + x] * factors[i];
                line[x] = Clip(sum);
            }
        }
    }

    static Vector128<byte> Sixteen(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<int> factors)
    {
        var (a, b, c, d) = (Vector128.Create(Half), Vector128.Create(Half), Vector128.Create(Half), Vector128.Create(Half));
        ref var row = ref MemoryMarshal.GetReference(rows);
        for (var i = 0; i < factors.Length; i++)
        {
            var (low, high) = Vector128.Widen(Vector128.LoadUnsafe(ref row, (nuint)(i * stride)));
            a += Vector128.WidenLower(low).AsInt32() * factors[i];
            b += Vector128.WidenUpper(low).AsInt32() * factors[i];
            c += Vector128.WidenLower(high).AsInt32() * factors[i];
            d += Vector128.WidenUpper(high).AsInt32() * factors[i];
        }
        return Vector128.Narrow(Vector128.Narrow(Clip(a), Clip(b)), Vector128.Narrow(Clip(c), Clip(d)));
    }

    static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.FractionBits, 0, 255);

    static Vector128<uint> Clip(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleWeights.FractionBits, Vector128<int>.Zero), Vector128.Create(255)).AsUInt32();
}
