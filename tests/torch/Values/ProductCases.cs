using static TorchSharp.Tests.Values.Data;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Values;

internal static class ProductCases
{
    static Tensor[] products()
    {
        var (a, b) = (data(70, 24, 40), data(71, 40, 18));
        return [a.mm(b), data(72, 18).addmm(a, b, 0.5f, 2), bmm(data(73, 3, 5, 6), data(74, 3, 6, 7)), einsum("ij,kj->ik", a, a),
            a.mv(data(75, 40)), dot(data(75, 40), data(76, 40)),
            a.tensordot(b, 1), outer(data(77, 4), data(78, 5)), matmul(data(73, 3, 5, 6), data(79, 6, 4))];
    }

    static Tensor[] cdist()
    {
        var (a, b) = (data(80, 30, 17), data(81, 40, 17));
        return [torch.cdist(a, b), torch.cdist(a, b, compute_mode: compute_mode.use_mm_for_euclid_dist), torch.cdist(a, b, 1)];
    }

    static Tensor[] linalg()
    {
        var m = data(82, 7, 7).@double();
        var s = m.mm(m.t()) + eye(7, dtype: float64) * 3;
        var (sign, logabsdet) = torch.linalg.slogdet(m);
        return [torch.linalg.inv(s), torch.linalg.cholesky(s), torch.linalg.eigh(s).Item1, torch.linalg.svd(m).S, torch.linalg.det(m), sign,
            logabsdet, torch.linalg.solve(s, m), torch.linalg.pinv(m),
            torch.linalg.matrix_norm(m), torch.linalg.norm(m, 1), torch.linalg.qr(m).R.abs(), torch.linalg.vector_norm(m, 3, [1]),
                torch.linalg.eigvalsh(s), m.trace(), torch.linalg.matrix_rank(s)];
    }

    static Tensor[] covariance() => [data(83, 4, 20).cov(), data(83, 4, 20).corrcoef()];
}
