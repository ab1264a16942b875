using System.Numerics;

namespace MedAnomaly.Data.Simulation;

/// <summary>
/// Random numbers that are the same on every machine, framework and thread: xoshiro256** (Blackman and Vigna 2021), its state filled from
/// the key by SplitMix64. Streams of different keys are unrelated, so that each subject, and each part of it, has its own.
/// </summary>
sealed class RandomStream
{
    ulong s0, s1, s2, s3;
    double? spare;

    public RandomStream(params ReadOnlySpan<long> key)
    {
        var state = 0UL;
        foreach (var part in key)
        {
            state ^= (ulong)part;
            state = Mix(ref state);
        }
        (s0, s1, s2, s3) = (Mix(ref state), Mix(ref state), Mix(ref state), Mix(ref state));
    }

    /// <summary>Uniform in [0, 1).</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [<paramref name="low"/>, <paramref name="high"/>).</summary>
    public double Uniform(double low, double high) => low + (high - low) * Uniform();

    /// <summary>Uniform in 0 to <paramref name="count"/> - 1.</summary>
    public int Index(int count) => (int)(Uniform() * count);

    /// <summary>Normal with mean 0 and standard deviation 1, by Marsaglia's polar method.</summary>
    public double Normal()
    {
        if (spare is { } kept)
        {
            spare = null;
            return kept;
        }
        while (true)
        {
            var (x, y) = (Uniform(-1, 1), Uniform(-1, 1));
            var square = x * x + y * y;
            if (square is >= 1 or 0) continue;
            var scale = Math.Sqrt(-2 * Math.Log(square) / square);
            spare = y * scale;
            return x * scale;
        }
    }

    ulong Next()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    static ulong Mix(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return mixed ^ (mixed >> 31);
    }
}
