namespace MedAnomaly;

/// <summary>
/// The random numbers of splits, resamples and simulations: the same for one seed on every machine and every version of .NET, which
/// <see cref="Random"/> does not promise. A counter and a mixing function (Steele, Lea and Flood 2014), so that every stream of one seed
/// starts at a place of its own.
/// </summary>
/// <param name="seed">What a result's record names.</param>
/// <param name="stream">One of the independent sequences of the seed.</param>
public sealed class SplitMix64(ulong seed, ulong stream = 0)
{
    const ulong Step = 0x9E3779B97F4A7C15;

    ulong state = Mix(Mix(seed) + stream);

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64() => Mix(state += Step);

    /// <summary>An integer in [0, <paramref name="bound"/>).</summary>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        return (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Puts <paramref name="items"/> into random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
