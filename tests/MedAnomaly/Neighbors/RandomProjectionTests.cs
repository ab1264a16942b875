using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Neighbors;

public sealed class RandomProjectionTests
{
    [Fact]
    public void The_dense_entries_are_uniform_within_one_over_the_root_of_the_inputs()
    {
        using var scope = NewDisposeScope();
        var matrix = RandomProjection.Matrix(400, 128, 1);

        Assert.Equal([128L, 400L], matrix.shape);
        Assert.InRange(matrix.abs().max().item<float>(), 0.0499f, 0.05f);
        Assert.InRange(matrix.abs().mean().item<float>(), 0.0245f, 0.0255f);
    }

    [Fact]
    public void The_sparse_entries_are_scikit_learns()
    {
        using var scope = NewDisposeScope();
        var matrix = RandomProjection.Sparse(400, 300, 1);
        var value = (float)Math.Sqrt(20.0 / 300);

        Assert.Equal([300L, 400L], matrix.shape);
        Assert.All(matrix.data<float>().ToArray(), entry => Assert.Contains(entry, new[] { -value, 0, value }));
        Assert.InRange(matrix.ne(0).to(ScalarType.Float32).mean().item<float>(), 0.045f, 0.055f);
        Assert.InRange(matrix.sign().sum().item<float>(), -400, 400);
    }

    [Theory]
    [InlineData(100_000, 0.9, 284)]
    [InlineData(1_000_000, 0.9, 341)]
    [InlineData(1000, 0.5, 331)]
    public void The_dimensions_are_scikit_learns(long points, double distortion, long expected) =>
        Assert.Equal(expected, RandomProjection.JohnsonLindenstrauss(points, distortion));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_distortion_outside_0_to_1_is_refused(double distortion) => Assert.StartsWith("A distortion lies between 0 and 1, both excluded.",
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomProjection.JohnsonLindenstrauss(10, distortion)).Message, StringComparison.Ordinal);
}
