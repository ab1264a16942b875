using System.Numerics;
using System.Runtime.InteropServices;

namespace MedAnomaly.Metrics;

/// <summary>
/// Sorts scores by the bits of their floating-point form: linear time, on all cores, with one array of scratch. The outcome depends on
/// the keys alone, so it is the same for any number of threads.
/// </summary>
static class RadixSort
{
    const int DigitBits = 11;
    const int Digits = 1 << DigitBits;
    const int Small = 1 << 14;

    /// <summary>Sorts finite values ascending, in place; -0 becomes 0.</summary>
    public static void Sort(Span<float> values)
    {
        var keys = MemoryMarshal.Cast<float, uint>(values);
        for (var i = 0; i < keys.Length; i++) keys[i] = Key(values[i]);
        Sort(keys, 0);
        for (var i = 0; i < keys.Length; i++) values[i] = Value(keys[i]);
    }

    /// <summary>Sorts finite values ascending, in place; -0 becomes 0.</summary>
    public static void Sort(Span<double> values)
    {
        var keys = MemoryMarshal.Cast<double, ulong>(values);
        for (var i = 0; i < keys.Length; i++)
        {
            var bits = BitConverter.DoubleToUInt64Bits(values[i] + 0.0);
            keys[i] = bits ^ ((ulong)((long)bits >> 63) | 1ul << 63);
        }
        Sort(keys, 0);
        for (var i = 0; i < keys.Length; i++)
        {
            var key = keys[i];
            values[i] = BitConverter.UInt64BitsToDouble(key ^ (~(ulong)((long)key >> 63) | 1ul << 63));
        }
    }

    /// <summary>Bits that order as the values do: negative numbers are flipped whole, the others get the top bit.</summary>
    public static uint Key(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return bits ^ ((uint)((int)bits >> 31) | 1u << 31);
    }

    /// <summary>The value of <see cref="Key"/>.</summary>
    public static float Value(uint key) => BitConverter.UInt32BitsToSingle(key ^ (~(uint)((int)key >> 31) | 1u << 31));

    /// <summary>Sorts keys ascending by the bits from <paramref name="lowBit"/> up, in place; lower bits are payload, whose order is kept.</summary>
    public static void Sort<TKey>(Span<TKey> keys, int lowBit) where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey> =>
        Sort(keys, lowBit, keys.Length < Small ? 1 : Environment.ProcessorCount);

    /// <summary>As above, on so many threads.</summary>
    internal static unsafe void Sort<TKey>(Span<TKey> keys, int lowBit, int threads) where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
    {
        if (threads == 1 && keys.Length < Small && lowBit == 0)
        {
            keys.Sort();
            return;
        }
        var scratch = GC.AllocateUninitializedArray<TKey>(keys.Length);
        fixed (TKey* first = keys, second = scratch)
        {
            var swapped = false;
            for (var shift = lowBit; shift < sizeof(TKey) * 8; shift += DigitBits)
            {
                swapped ^= swapped ? Pass(second, first, keys.Length, shift, threads) : Pass(first, second, keys.Length, shift, threads);
            }
            if (swapped) scratch.CopyTo(keys);
        }
    }

    /// <summary>Moves the keys into the order of one digit; false where all share it and nothing was moved.</summary>
    static unsafe bool Pass<TKey>(TKey* source, TKey* target, int length, int shift, int parts) where TKey : unmanaged, IBinaryInteger<TKey>
    {
        var counts = new int[parts][];
        Parallel.For(0, parts, part =>
        {
            var count = new int[Digits];
            var (from, to) = Bounds(part);
            for (var i = from; i < to; i++) count[int.CreateTruncating(source[i] >> shift) & (Digits - 1)]++;
            counts[part] = count;
        });

        // Digit by digit and within a digit part by part: where each part's keys of each digit begin.
        var start = 0;
        for (var digit = 0; digit < Digits; digit++)
        {
            var digitStart = start;
            for (var part = 0; part < parts; part++) (counts[part][digit], start) = (start, start + counts[part][digit]);
            if (start - digitStart == length) return false;
        }

        Parallel.For(0, parts, part =>
        {
            var next = counts[part];
            var (from, to) = Bounds(part);
            for (var i = from; i < to; i++)
            {
                var key = source[i];
                target[next[int.CreateTruncating(key >> shift) & (Digits - 1)]++] = key;
            }
        });
        return true;

        (int From, int To) Bounds(int part) => ((int)((long)length * part / parts), (int)((long)length * (part + 1) / parts));
    }
}
