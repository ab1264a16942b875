using static TorchSharp.Tests.Values.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.TensorIndex;

namespace TorchSharp.Tests.Values;

internal static class ReductionCases
{
    static Tensor x => data(60, 9, 31);

    static Tensor[] reductions() =>
        [x.sum(), x.sum(1), x.mean([0]), x.std(), x.std(1), x.var(0, unbiased: false), x.norm(), x.norm(1, false), x.amax(1), x.amin(0),
            x.prod(1) * 1e-9, x.logsumexp(1),
        x.cumsum(0), x.max(), x.argmax(), x.argmin(1), x.median(), x.quantile(tensor(new[] { 0.1f, 0.5f, 0.95f }), 1), (x > 3).any(1),
            (x > -10).all(), x.@double().mean(), x.nansum(), x.std_mean(1).mean];

    static Tensor[] max_dim() => [.. Both(x.max(1)), .. Both(x.min(0)), .. Both(x.kthvalue(4, 1)), .. Both(x.cummax(1))];

    static Tensor[] topk() => [.. Both(x.topk(5, 1)), .. Both(x.topk(3, 0, largest: false))];

    static Tensor[] sort() => [.. Both(x.sort(1, stable: true)), .. Both(x.sort(0, descending: true, stable: true)), x.argsort(1)];

    static Tensor[] select()
    {
        var index = tensor(new long[] { 3, 1, 4, 1, 5, 8 }, [2, 3]);
        return [x.gather(1, index), x.index_select(1, longs(30, 0, 7)), x.masked_select(x > 6), x.take(index), x.nonzero()[..3],
            x[Slice(1, 7, 2), Slice(-4)], x[Colon, None, 5], x[TensorIndex.Ellipsis, 2],
            x[longs(2, 0), longs(1, 30)], x.take_along_dim(x.argsort(1), 1), x.narrow(1, 3, 4), x.unfold(1, 6, 5), x.roll(4, 1), x.flip(0),
                x.tril(3), x.diagonal(1)];
    }

    static Tensor[] scatter()
    {
        var index = tensor(new long[] { 3, 1, 4, 1, 5, 8 }, [2, 3]);
        return [x.scatter(1, index, data(61, 2, 3)), x.scatter_add(1, index, data(61, 2, 3)),
            x.index_add(0, longs(0, 2, 0), data(62, 3, 31), 1), x.masked_fill(x > 0, 1.5)];
    }

    static Tensor[] unique()
    {
        var (values, inverse, counts) = (x[0] * 2).round().unique(return_inverse: true, return_counts: true);
        var (runs, _, lengths) = longs(1, 1, 2, 2, 2, 1).unique_consecutive(return_counts: true);
        return [values, inverse!, counts!, runs, lengths!];
    }

    static Tensor[] search()
    {
        var sorted = x[0].sort().Values;
        return [searchsorted(sorted, x[1]), bucketize(x[1], sorted, right: true), x.histc(8, -8, 8), bincount(longs(1, 4, 4, 2))];
    }

    static Tensor[] joining() =>
        [cat([x, x * 2], 1), stack([x, x + 1], 2), vstack([x, x]), .. meshgrid([arange(3.0), arange(2.0)]), x.repeat(2, 1),
            x.repeat_interleave(2, 0), x.chunk(3, 1)[1], x.split([4L, 5L], 0)[1]];

    static Tensor[] Both((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];
}
