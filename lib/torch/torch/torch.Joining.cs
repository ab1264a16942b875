using static TorchSharp.Dispatch;

namespace TorchSharp;

/// <summary>How <see cref="torch.cdist"/> computes Euclidean distances: by a matrix product (fast, cancels for close points) or
/// directly.</summary>
public enum compute_mode
{
    use_mm_for_euclid_dist_if_necessary = 0,
    use_mm_for_euclid_dist = 1,
    donot_use_mm_for_euclid_dist = 2,
}

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Call("cat", tensors.ToArray(), dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);
    public static Tensor concatenate(IList<Tensor> tensors, long axis = 0) => cat(tensors, axis);
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Call("stack", tensors.ToArray(), dim);
    public static Tensor hstack(params Tensor[] tensors) => Call("hstack", tensors);
    public static Tensor hstack(IList<Tensor> tensors) => hstack([.. tensors]);
    public static Tensor hstack(IEnumerable<Tensor> tensors) => hstack([.. tensors]);
    public static Tensor vstack(IList<Tensor> tensors) => Call("vstack", tensors.ToArray());
    public static Tensor row_stack(params Tensor[] tensors) => vstack(tensors);
    public static Tensor row_stack(IList<Tensor> tensors) => vstack(tensors);
    public static Tensor dstack(params Tensor[] tensors) => Call("dstack", tensors);
    public static Tensor dstack(IList<Tensor> tensors) => dstack([.. tensors]);
    public static Tensor dstack(IEnumerable<Tensor> tensors) => dstack([.. tensors]);
    public static Tensor column_stack(params Tensor[] tensors) => Call("column_stack", tensors);
    public static Tensor column_stack(IList<Tensor> tensors) => column_stack([.. tensors]);
    public static Tensor block_diag(params Tensor[] tensors) => Call("block_diag", tensors);
    public static Tensor cartesian_prod(params Tensor[] tensors) => Call("cartesian_prod", tensors);
    public static Tensor cartesian_prod(IList<Tensor> tensors) => cartesian_prod([.. tensors]);
    public static Tensor combinations(Tensor input, int r = 2, bool with_replacement = false) =>
        Call("combinations", input, (long)r, with_replacement);
    public static IList<Tensor> broadcast_tensors(params Tensor[] tensors) => CallList("broadcast_tensors", tensors);
    public static Tensor[] meshgrid(IEnumerable<Tensor> tensors, string indexing = "ij") =>
        CallList("meshgrid.indexing", tensors.ToArray(), indexing);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Call("where.self", condition, x, y);
    public static Tensor[] where(Tensor condition) => CallList("where", condition);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Call("einsum", equation, tensors);
    public static Tensor chain_matmul(params Tensor[] matrices) => Call("chain_matmul", matrices);

    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2,
        compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary) =>
        // libtorch has no name for the first mode, which is its default: it counts from 1.
        Call("cdist", x1, x2, p, compute_mode == compute_mode.use_mm_for_euclid_dist_if_necessary ? Value.None : (Value)(long)compute_mode);

    public static Tensor searchsorted(Tensor sorted_sequence, Tensor values, bool out_int32 = false, bool right = false,
        Tensor? sorter = null) =>
        Call("searchsorted.Tensor", sorted_sequence, values, out_int32, right, Value.None, sorter);

    public static Tensor searchsorted(Tensor sorted_sequence, Scalar values, bool out_int32, bool right, Tensor sorter) =>
        Call("searchsorted.Scalar", sorted_sequence, values, out_int32, right, Value.None, sorter);

    public static Tensor movedim(Tensor input, long source, long destination) => input.movedim([source], [destination]);
    public static Tensor moveaxis(Tensor input, long source, long destination) => input.moveaxis([source], [destination]);
    public static Tensor trapz(Tensor y, double dx = 1, long dim = -1) => Call("trapz.dx", y, dx, dim);
    public static Tensor trapz(Tensor y, Tensor x, long dim = -1) => Call("trapz.x", y, x, dim);
    public static Tensor multiply_(Tensor left, Tensor right) => left.mul_(right);
    public static Tensor multiply_(Tensor left, Scalar right) => left.mul_(right);
    public static Tensor divide_(Tensor left, Scalar right) => left.div_(right);
    public static Tensor negative_(Tensor input) => input.neg_();
    public static Tensor cholesky(Tensor input) => input.cholesky();
    public static (Tensor res, Tensor logabsdet) slogdet(Tensor A) => linalg.slogdet(A);

    public static Tensor norm(Tensor input) => input.norm();
    public static Tensor norm(Tensor input, float p = 2) => input.norm(p);
    public static Tensor norm(Tensor input, int dimension, bool keepdim = false, float p = 2) => input.norm(dimension, keepdim, p);

    public static bool is_nonzero(Tensor input) => input.is_nonzero();
    public static long numel(Tensor input) => input.numel();
    public static bool is_tensor(object obj) => obj is Tensor;
    public static Tensor clone(Tensor input) => input.clone();
    public static Tensor softmax(Tensor input, int dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);
    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) =>
        input.multinomial(num_samples, replacement, generator);
}
