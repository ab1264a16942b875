using System.Numerics;
using System.Runtime.Intrinsics;

namespace MedAnomaly.Neighbors;

/// <summary>A vector register, so that one kernel serves those of 256 and of 512 bits; the compiler makes a version for each.</summary>
unsafe interface ILanes<TVector>
{
    /// <summary>Floats in a register.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector values, float* target);

    static abstract TVector Broadcast(float value);

    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>A bit for each value that is not at most the bound, and so for NaN too.</summary>
    static abstract uint NotAtMost(TVector values, float bound);
}

/// <summary>Registers of 256 bits: AVX2, and everything narrower in pieces.</summary>
readonly unsafe struct Lanes256 : ILanes<Vector256<float>>
{
    public static int Count => Vector256<float>.Count;

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static void Store(Vector256<float> values, float* target) => values.Store(target);

    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    public static uint NotAtMost(Vector256<float> values, float bound) =>
        ~Vector256.LessThanOrEqual(values, Vector256.Create(bound)).ExtractMostSignificantBits() & 0xFF;
}

/// <summary>Registers of 512 bits: AVX-512.</summary>
readonly unsafe struct Lanes512 : ILanes<Vector512<float>>
{
    public static int Count => Vector512<float>.Count;

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static void Store(Vector512<float> values, float* target) => values.Store(target);

    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) =>
        Vector512.MultiplyAddEstimate(a, b, c);

    public static uint NotAtMost(Vector512<float> values, float bound) =>
        (uint)~Vector512.LessThanOrEqual(values, Vector512.Create(bound)).ExtractMostSignificantBits() & 0xFFFF;
}
