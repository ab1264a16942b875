using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// The directions in which rows differ most. Along a few of them lies most of a distance: of two vectors whose coordinates along these, and
/// whose lengths across them, are known, the distance is at least that of these few numbers (Pythagoras, and the triangle inequality for
/// the rest). Patch features of images are so alike in all other directions that this bound alone settles almost every pair.
/// </summary>
sealed unsafe class PrincipalAxes : IDisposable
{
    const int SampleRows = 4096;

    /// <summary>Rounds of subspace iteration. Any orthonormal axes give a bound; better ones a closer one.</summary>
    const int Rounds = 3;

    readonly Tensor axes;
    readonly Tensor offsets;
    readonly float[] mean;

    PrincipalAxes(Tensor axes, Tensor offsets, float[] mean) => (this.axes, this.offsets, this.mean) = (axes, offsets, mean);

    /// <summary>The axes of rows [M, D], from a sample of them, most important first.</summary>
    public static PrincipalAxes Of(Tensor rows, int count)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var step = Math.Max(1, rows.shape[0] / SampleRows);
        var sample = rows.index_select(0, arange(0, rows.shape[0], step, ScalarType.Int64)).to(ScalarType.Float64);
        var mean = sample.mean([0L]).to(ScalarType.Float32);
        var centered = sample - mean;
        var covariance = centered.t().mm(centered);
        using var generator = new Generator(0);
        var basis = empty([rows.shape[1], count], ScalarType.Float64).uniform_(-1, 1, generator);
        for (var round = 0; round < Rounds; round++) basis = linalg.qr(covariance.mm(basis)).Item1;
        var (_, rotation) = linalg.eigh(basis.t().mm(covariance.mm(basis)));
        var axes = basis.mm(rotation.flip([1L])).contiguous();
        var offsets = mean.to(ScalarType.Float64).unsqueeze(0).mm(axes);
        return new(axes.DetachFromDisposeScope(), offsets.DetachFromDisposeScope(), mean.data<float>().ToArray());
    }

    /// <summary>The coordinates of vectors [N, D] along the first axes and their lengths across these, [N, axes + 1].</summary>
    public Tensor Project(Tensor vectors, int count)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var along = vectors.to(ScalarType.Float64).mm(axes.narrow(1, 0, count)) - offsets.narrow(1, 0, count);
        var lengths = new double[vectors.shape[0]];
        var rows = new Rows(vectors);
        Parallel.For(0, lengths.Length, row =>
        {
            fixed (float* origin = mean) lengths[row] = Rows.SquaredDistance(rows[row], origin, rows.Width);
        });
        rows.KeepAlive();
        var across = (tensor(lengths) - along.square().sum(1)).clamp_min(0).sqrt().unsqueeze(1);
        return cat([along, across], 1).to(ScalarType.Float32).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>Frees the axes.</summary>
    public void Dispose()
    {
        axes.Dispose();
        offsets.Dispose();
    }
}
