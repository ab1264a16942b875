using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Picks a few points that cover all: each pick is the point farthest from those picked before (greedy k-center, Gonzalez 1985; PatchCore's
/// memory reduction, Roth et al. 2022, algorithm 1). Exact, and the same for one seed.
/// </summary>
/// <param name="Ratio">The share of the points that is picked, in (0, 1]; 1 picks all.</param>
/// <param name="Seed">Fixes the random starting points.</param>
/// <param name="Variant">Whose released code is followed in how the first pick is made.</param>
public sealed record GreedyCoreset(double Ratio, int Seed = 0, CoresetVariant Variant = CoresetVariant.PatchCoreInspection)
{
    internal const string Stage = "coreset";

    /// <summary>Large enough for a matrix product to pay, small enough for its rows to stay in the cache.</summary>
    const int PoolSize = 1024;

    /// <summary>
    /// How many of <paramref name="points"/> are picked: ⌊ratio · points⌋, and at least one.
    /// </summary>
    /// <exception cref="ArgumentException">The ratio is outside (0, 1], or there are no points.</exception>
    public long Count(long points)
    {
        if (!(Ratio > 0 && Ratio <= 1))
            throw new ArgumentException(FormattableString.Invariant($"The coreset ratio must lie in (0, 1]; got {Ratio}."));
        if (points < 1) throw new ArgumentException("A coreset needs at least one point.", nameof(points));
        return Math.Max(1, (long)(Ratio * points));
    }

    /// <summary>
    /// Picks as the released code of <see cref="Variant"/> does: at first a point's distance is its mean distance to a few random points,
    /// so the first pick is the farthest from those, and the mean stays an upper bound of the distances.
    /// </summary>
    /// <param name="points">[N, D], 32-bit floats, on any device.</param>
    /// <param name="progress">Told the picks made.</param>
    /// <param name="cancellationToken">Stops between picks.</param>
    /// <returns>Row numbers, in the order of picking; all of them in their own order where the ratio is 1.</returns>
    /// <exception cref="ArgumentException">
    /// The points are no matrix of finite numbers, there are none, or the ratio is outside (0, 1].
    /// </exception>
    public long[] Select(Tensor points, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        using var generator = new Generator((ulong)Seed);
        using var order = randperm(points.shape[0], generator: generator);
        return SelectFrom(points, [.. order.data<long>().Take(Variant.StartingPoints())], PoolSize, progress, cancellationToken);
    }

    internal long[] SelectFrom(Tensor points, long[] starts, int poolSize = PoolSize, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        CheckPoints(points);
        return Pick(points, poolSize, search => search.StartFrom(starts), progress, cancellationToken);
    }

    /// <summary>
    /// Picks as the plain definition has it, beginning with the point <paramref name="first"/>, which is part of the result.
    /// </summary>
    /// <param name="points">[N, D], 32-bit floats, on any device.</param>
    /// <param name="first">The row of the first pick.</param>
    /// <param name="progress">Told the picks made.</param>
    /// <param name="cancellationToken">Stops between picks.</param>
    /// <returns>Row numbers, in the order of picking; all of them in their own order where the ratio is 1.</returns>
    /// <exception cref="ArgumentException">
    /// The points are no matrix of finite numbers, there are none, the first is none of them, or the ratio is outside (0, 1].
    /// </exception>
    public long[] Select(Tensor points, long first, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        CheckPoints(points);
        if (first < 0 || first >= points.shape[0])
            throw new ArgumentException($"The first pick {first} is none of the {points.shape[0]} points.", nameof(first));
        return Pick(points, PoolSize, search => search.Add(first), progress, cancellationToken);
    }

    /// <summary>All rows in their own order where all are picked; else what a search finds that is started so.</summary>
    long[] Pick(Tensor points, int poolSize, Action<IFarthestPoints> start, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var count = Count(points.shape[0]);
        if (count == points.shape[0]) return [.. Enumerable.Range(0, (int)count).Select(row => (long)row)];
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        using var search = Search(points.detach().contiguous(), count, poolSize);
        start(search);
        return search.Run(progress, cancellationToken);
    }

    static IFarthestPoints Search(Tensor points, long picks, int poolSize) =>
        points.device_type != TorchSharp.DeviceType.CPU ? new FarthestPointsOnDevice(points, picks, poolSize)
        : new FarthestPoints(points, picks, poolSize);

    void CheckPoints(Tensor points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.shape.Length != 2)
            throw new ArgumentException($"Points of shape [N, D] were expected; got [{string.Join(", ", points.shape)}].", nameof(points));
        if (points.dtype != ScalarType.Float32)
            throw new ArgumentException($"Points of 32-bit floats were expected; got {points.dtype}.", nameof(points));
        Count(points.shape[0]);
        FiniteRows.Check(points, nameof(points));
    }
}
