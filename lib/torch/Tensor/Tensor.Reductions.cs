using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Call("sum", this, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
            Call("sum.dim_IntList", this, dim, keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, dim, keepdim, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Call("sum.dim_IntList", this, dim, keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);
        public Tensor nansum() => Call("nansum", this);
        public Tensor mean() => Call("mean", this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Call("mean.dim", this, dimensions, keepdim, type);
        public Tensor nanmean(int? dim = null, bool keepdim = false, ScalarType? dtype = null) =>
            Call("nanmean", this, dim is { } d ? (Value)new long[] { d } : Value.None, keepdim, dtype);
        public Tensor prod(ScalarType? type = null) => Call("prod", this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Call("prod.dim_int", this, dim, keepdim, type);

        public Tensor std(bool unbiased = true) => Call("std", this, unbiased);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("std.dim", this, new[] { dim }, unbiased, keepdim), type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("std.dim", this, dimensions, unbiased, keepdim), type);
        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("std.dim", this, dimensions, unbiased, keepdim), type);
        public Tensor std((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("std.dim", this, dim, unbiased, keepdim), type);
        public Tensor std((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("std.dim", this, dim, unbiased, keepdim), type);
        public Tensor var(bool unbiased = true) => Call("var", this, unbiased);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("var.dim", this, new[] { dim }, unbiased, keepdim), type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("var.dim", this, dimensions, unbiased, keepdim), type);
        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("var.dim", this, dimensions, unbiased, keepdim), type);
        public Tensor var((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("var.dim", this, dim, unbiased, keepdim), type);
        public Tensor var((long, long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Call("var.dim", this, dim, unbiased, keepdim), type);
        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Pair(CallTuple("std_mean", this, unbiased));
        public (Tensor std, Tensor mean) std_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("std_mean.dim", this, new[] { dim }, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) std_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("std_mean.dim", this, dimensions, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) std_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false,
            ScalarType? type = null) =>
            Cast(Pair(CallTuple("std_mean.dim", this, dimensions, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) std_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("std_mean.dim", this, dim, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) std_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false,
            ScalarType? type = null) =>
            Cast(Pair(CallTuple("std_mean.dim", this, dim, unbiased, keepdim)), type);
        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Pair(CallTuple("var_mean", this, unbiased));
        public (Tensor var, Tensor mean) var_mean(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("var_mean.dim", this, new[] { dim }, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) var_mean(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("var_mean.dim", this, dimensions, unbiased, keepdim)), type);
        public (Tensor std, Tensor mean) var_mean(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false,
            ScalarType? type = null) =>
            Cast(Pair(CallTuple("var_mean.dim", this, dimensions, unbiased, keepdim)), type);
        public (Tensor var, Tensor mean) var_mean((long, long) dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            Cast(Pair(CallTuple("var_mean.dim", this, dim, unbiased, keepdim)), type);
        public (Tensor var, Tensor mean) var_mean((long, long, long) dim, bool unbiased = true, bool keepdim = false,
            ScalarType? type = null) =>
            Cast(Pair(CallTuple("var_mean.dim", this, dim, unbiased, keepdim)), type);

        public Tensor norm(float p = 2) => Call("norm.Scalar", this, (double)p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2) =>
            Call("norm.ScalarOpt_dim", this, (double)p, new long[] { dim }, keepdim);
        public Tensor dist(Tensor other, float p = 2) => Call("dist", this, other, (double)p);
        public Tensor logsumexp(long dim, bool keepdim = false) => Call("logsumexp", this, dim, keepdim);
        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Call("count_nonzero", this) : Call("count_nonzero.dim_IntList", this, dims);
        public Tensor all() => Call("all", this);
        public Tensor all(long dim, bool keepdim = false) => Call("all.dim", this, dim, keepdim);
        public Tensor any() => Call("any", this);
        public Tensor any(long dim, bool keepdim = false) => Call("any.dim", this, dim, keepdim);

        public Tensor max() => Call("max", this);
        public Tensor max(Tensor other) => Call("max.other", this, other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Pair(CallTuple("max.dim", this, dim, keepdim));
        public Tensor min() => Call("min", this);
        public Tensor min(Tensor other) => Call("min.other", this, other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Pair(CallTuple("min.dim", this, dim, keepdim));
        public (Tensor min, Tensor max) aminmax(long? dim = null, bool keepdim = false) => Pair(CallTuple("aminmax", this, dim, keepdim));
        public Tensor amax(params long[] dims) => Call("amax", this, dims);
        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, "amax", "amax.out", dims, keepdim);
        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Into(@out, "amax", "amax.out", dims.ToArray(), keepdim);
        public Tensor amin(params long[] dims) => Call("amin", this, dims);
        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) => Into(@out, "amin", "amin.out", dims, keepdim);
        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null) =>
            Into(@out, "amin", "amin.out", dims.ToArray(), keepdim);
        public Tensor argmax() => Call("argmax", this);
        public Tensor argmax(long dim, bool keepdim = false) => Call("argmax", this, dim, keepdim);
        public Tensor argmin() => Call("argmin", this);
        public Tensor argmin(long dim, bool keepdim = false) => Call("argmin", this, dim, keepdim);
        public Tensor median() => Call("median", this);
        public Tensor nanmedian() => Call("nanmedian", this);
        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Call("quantile", this, q, dim, keepdim);
        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Call("nanquantile", this, q, dim, keepdim);
        public (Tensor values, Tensor indices) mode(long dim = -1, bool keepdim = false) => Pair(CallTuple("mode", this, dim, keepdim));
        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) =>
            Pair(CallTuple("kthvalue", this, k, dim ?? -1, keepdim));

        public Tensor cumsum(long dim, ScalarType? type = null) => Call("cumsum", this, dim, type);
        public Tensor cumprod(long dim, ScalarType? type = null) => Call("cumprod", this, dim, type);
        public (Tensor values, Tensor indexes) cummax(long dim) => Pair(CallTuple("cummax", this, dim));
        public (Tensor values, Tensor indexes) cummin(long dim) => Pair(CallTuple("cummin", this, dim));
        public Tensor logcumsumexp(long dim) => Call("logcumsumexp", this, dim);
        public Tensor diff(long n = 1, long dim = -1, Tensor? prepend = null, Tensor? append = null) =>
            Call("diff", this, n, dim, prepend, append);
        public Tensor trapezoid(double dx = 1, long dim = -1) => Call("trapezoid.dx", this, dx, dim);
        public Tensor trapezoid(Tensor x, long dim = -1) => Call("trapezoid.x", this, x, dim);
        public Tensor bincount(Tensor? weights, long minlength = 0) => Call("bincount", this, weights, minlength);
        public Tensor histc(long bins = 100, long min = 0, long max = 0) => Call("histc", this, bins, min, max);
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) =>
            Call("cov", this, correction, fweights, aweights);
        public Tensor corrcoef() => Call("corrcoef", this);

        static (Tensor, Tensor) Pair(Tensor?[] results) => (results[0]!, results[1]!);

        static (Tensor, Tensor) Cast((Tensor, Tensor) pair, ScalarType? type) => (Cast(pair.Item1, type), Cast(pair.Item2, type));

        static Tensor Cast(Tensor result, ScalarType? type) =>
            type is { } t && t != result.dtype ? result.to_type(t, disposeAfter: true) : result;

        Tensor Into(Tensor? @out, string name, string outName, long[] dims, bool keepdim)
        {
            if (@out is null) return Call(name, this, dims, keepdim);
            using var alias = Call(outName, this, dims, keepdim, @out);
            return @out;
        }
    }
}
