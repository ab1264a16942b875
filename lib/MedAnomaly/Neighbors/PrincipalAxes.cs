using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// The directions in which rows differ most. Along a few of them lies most of a distance: of two vectors whose coordinates along these, and
/// whose lengths across them, are known, the distance is at least that of these few numbers (Pythagoras, and the triangle inequality for
/// the rest). Patch features of images are so alike in all other directions that this bound alone settles almost every pair.
/// </summary>
sealed class PrincipalAxes : IDisposable
{
    /// <summary>Rows that tell the axes; more gain nothing.</summary>
    const int MostSampleRows = 4096;

    /// <summary>Fewer tell directions that only the sample has.</summary>
    const int FewestSampleRows = 1024;

    /// <summary>Rows that are projected together, which bounds the memory.</summary>
    const int PartRows = 1024;

    /// <summary>Rounds of subspace iteration. Any orthonormal axes give a bound; better ones a closer one.</summary>
    const int Rounds = 3;

    readonly Tensor axes;
    readonly Tensor mean;

    PrincipalAxes(Tensor axes, Tensor mean) => (this.axes, this.mean) = (axes, mean);

    /// <summary>How many rows can be sampled within so much memory; 0 where too few.</summary>
    static long SampleRows(long width, long bytes)
    {
        // A sample is there twice, in double precision, and beside it the covariance.
        var most = (bytes - width * width * sizeof(double)) / (2 * width * sizeof(double));
        return most < FewestSampleRows ? 0 : Math.Min(most, MostSampleRows);
    }

    /// <summary>Whether the axes of rows of so many components can be found within so much memory.</summary>
    public static bool Fit(long width, long bytes) => SampleRows(width, bytes) > 0;

    /// <summary>The axes of rows [M, D], from a sample of them, most important first, within so much memory.</summary>
    public static PrincipalAxes Of(Tensor rows, int count, long bytes)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var step = Math.Max(1, (rows.shape[0] - 1) / SampleRows(rows.shape[1], bytes) + 1);
        var sample = rows.index_select(0, arange(0, rows.shape[0], step, ScalarType.Int64)).to(ScalarType.Float64);
        var mean = sample.mean([0L]);
        var centered = sample - mean;
        var covariance = centered.t().mm(centered);
        using var generator = new Generator(0);
        var basis = empty([rows.shape[1], count], ScalarType.Float64).uniform_(-1, 1, generator);
        for (var round = 0; round < Rounds; round++) basis = linalg.qr(covariance.mm(basis)).Item1;
        var (_, rotation) = linalg.eigh(basis.t().mm(covariance.mm(basis)));
        var axes = basis.mm(rotation.flip([1L])).contiguous();
        return new(axes.DetachFromDisposeScope(), mean.DetachFromDisposeScope());
    }

    /// <summary>
    /// For each number of axes, ascending, the coordinates of vectors [N, D] along so many and their lengths across these, [N, axes + 1].
    /// </summary>
    public Tensor[] Project(Tensor vectors, params ReadOnlySpan<int> counts)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var results = new Tensor[counts.Length];
        for (var i = 0; i < counts.Length; i++) results[i] = empty([vectors.shape[0], counts[i] + 1]);
        for (var start = 0L; start < vectors.shape[0]; start += PartRows)
        {
            using var step = NewDisposeScope();
            var part = Math.Min(PartRows, vectors.shape[0] - start);
            // Centred before they are projected: of points far from the origin and close together nothing must be lost.
            var centered = vectors.narrow(0, start, part).to(ScalarType.Float64).sub_(mean);
            var along = centered.mm(axes.narrow(1, 0, counts[^1]));
            var squares = centered.square().sum(1);
            for (var i = 0; i < counts.Length; i++)
            {
                var few = along.narrow(1, 0, counts[i]);
                var across = (squares - few.square().sum(1)).clamp_min(0).sqrt();
                var target = results[i].narrow(0, start, part);
                target.narrow(1, 0, counts[i]).copy_(few);
                target.select(1, counts[i]).copy_(across);
            }
        }
        return Array.ConvertAll(results, result => result.MoveToOuterDisposeScope());
    }

    /// <summary>Frees the axes and the mean.</summary>
    public void Dispose()
    {
        axes.Dispose();
        mean.Dispose();
    }
}
