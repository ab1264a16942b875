using static TorchSharp.Tests.Values.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests.Values;

internal static class PointwiseCases
{
    static Tensor[] activations()
    {
        var x = data(50, 7, 19);
        return [F.relu(x), F.gelu(x), F.silu(x), F.elu(x, 0.7), F.softplus(x), F.hardswish(x), F.leaky_relu(x, 0.2),
            F.prelu(x, tensor(new[] { 0.25f })), sigmoid(x), tanh(x),
            F.softmax(x, 1), F.log_softmax(x, 0), F.relu6(x), F.selu(x), F.celu(x, 0.5), F.mish(x), F.softsign(x), F.tanhshrink(x),
                F.logsigmoid(x), F.hardsigmoid(x)];
    }

    static Tensor[] unary()
    {
        var x = data(50, 7, 19);
        var p = x.abs() + 0.01;
        return [x.exp(), p.log(), p.sqrt(), p.rsqrt(), x.sin(), x.cos(), x.erf(), x.floor(), x.round(), x.abs(), x.neg(), x.square(),
            p.log2(), p.log1p(), x.expm1(), x.atan(), p.reciprocal(), x.sign(), p.lgamma()];
    }

    static Tensor[] binary()
    {
        var (x, y) = (data(50, 7, 19), data(51, 7, 19));
        var p = x.abs() + 0.01;
        return [x + y, x - y * 2, x * y, x / y, x.pow(2), p.pow(y / 8), x.fmod(y), x.remainder(y), x.atan2(y), maximum(x, y),
            add(x, y, alpha: 0.3), 1 - x, 2 / y, x % 0.75,
            div(x, y, RoundingMode.floor), lerp(x, y, p), x.clamp((Scalar)(-1), (Scalar)2), addcmul(x, y, p, 0.5), hypot(x, y),
                where(x > y, x, y)];
    }

    static Tensor[] compare()
    {
        var (x, y) = (data(50, 7, 19), data(51, 7, 19));
        return [x > y, x.eq(x), x <= 0.5, (x > 0) & (y > 0), (x > 0) ^ (y > 0), isclose(x, x + 1e-9), isnan(x / 0 * 0)];
    }

    static Tensor[] integers()
    {
        var i = arange(24).reshape(4, 6);
        return [i * 3 - 5, i.floor_divide(4), i % 5, i.bitwise_and(tensor(6L)), i.bitwise_left_shift(tensor(2L)), ~i, i.sum(), i.cumsum(1),
            i.to(float32) / 3];
    }

    static Tensor[] bfloat16()
    {
        var b = data(50, 7, 19).to(torch.bfloat16);
        return [b, b.matmul(b.t()), b.@float().sum(1), (b * b).to(float32)];
    }

    static Tensor[] float16()
    {
        var h = data(50, 7, 19).half();
        return [h.@float(), (h * 2).@double()];
    }

    static Tensor[] losses()
    {
        var (x, y) = (data(90, 6, 10), data(91, 6, 10));
        var (p, q) = (sigmoid(x), sigmoid(y));
        var t = longs(1, 0, 9, 4, 4, 2);
        var w = p[0];
        return [F.mse_loss(x, y), F.l1_loss(x, y, nn.Reduction.Sum), F.smooth_l1_loss(x, y, beta: 0.5), F.huber_loss(x, y, 0.7),
            F.binary_cross_entropy(p, q),
            F.binary_cross_entropy(p, q, q, nn.Reduction.None), F.binary_cross_entropy_with_logits(x, q, pos_weights: w),
                F.cross_entropy(x, t), F.cross_entropy(x, t, w, label_smoothing: 0.1),
            F.nll_loss(F.log_softmax(x, 1), t), F.kl_div(F.log_softmax(x, 1), F.log_softmax(y, 1), true, nn.Reduction.Sum),
                F.cosine_similarity(x, y), F.triplet_margin_loss(x, y, x * 0.5),
            F.pairwise_distance(x, y), F.gaussian_nll_loss(x, y, p, full: true), F.soft_margin_loss(x, y.sign()),
                F.margin_ranking_loss(x, y, y.sign(), 0.1), F.cosine_embedding_loss(x, y, ones(6))];
    }
}
