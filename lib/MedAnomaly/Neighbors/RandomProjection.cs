using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// A random linear map to fewer dimensions that keeps distances roughly (Johnson and Lindenstrauss). Its entries are those of a freshly
/// made linear layer without bias, uniform in ±1/√inputs, as patchcore-inspection has it.
/// </summary>
public static class RandomProjection
{
    /// <summary>A matrix [outputs, inputs] on the CPU; the same seed gives the same matrix on every machine.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static Tensor Matrix(long inputs, long outputs, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        var bound = 1 / Math.Sqrt(inputs);
        using var generator = new Generator((ulong)seed);
        return empty([outputs, inputs]).uniform_(-bound, bound, generator);
    }
}
