using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Random linear maps to fewer dimensions that keep distances roughly (Johnson and Lindenstrauss).
/// </summary>
public static class RandomProjection
{
    /// <summary>
    /// A matrix [outputs, inputs] on the CPU with the entries of a freshly made linear layer without bias, uniform in ±1/√inputs, as
    /// patchcore-inspection has it; the same seed gives the same matrix on every machine.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static Tensor Matrix(long inputs, long outputs, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        var bound = 1 / Math.Sqrt(inputs);
        using var generator = new Generator((ulong)seed);
        return empty([outputs, inputs]).uniform_(-bound, bound, generator);
    }

    /// <summary>
    /// A matrix [outputs, inputs] on the CPU that is mostly 0, as scikit-learn's and so anomalib's (Li, Hastie and Church 2006): an entry is
    /// ±√(√inputs / outputs) with a probability of 1/√inputs.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is not positive.</exception>
    public static Tensor Sparse(long inputs, long outputs, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(outputs);
        var root = Math.Sqrt(inputs);
        var value = (float)Math.Sqrt(root / outputs);
        using var generator = new Generator((ulong)seed);
        // One number in [-1, 1) an entry: its distance from 0 decides whether there is one, its side the sign.
        using var chance = empty([outputs, inputs]).uniform_(-1, 1, generator);
        using var kept = chance.abs().lt(1 / root);
        return chance.sign().mul_(value).mul_(kept);
    }

    /// <summary>
    /// The dimensions that keep the squared distances of so many points within a factor of 1 ± <paramref name="distortion"/> with high
    /// probability (Dasgupta and Gupta 2003): ⌊4 ln N / (ε²/2 − ε³/3)⌋, as scikit-learn has it; anomalib takes ε = 0.9.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no points, or the distortion is outside (0, 1).</exception>
    public static long JohnsonLindenstrauss(long points, double distortion = 0.9)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(points);
        if (distortion is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(distortion), distortion, "A distortion lies between 0 and 1, both excluded.");
        return (long)(4 * Math.Log(points) / (distortion * distortion / 2 - distortion * distortion * distortion / 3));
    }
}
