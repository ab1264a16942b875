using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor select(long dim, long index) => Call("select.int", this, dim, index);
        public Tensor narrow(long dim, long start, long length) => Call("narrow", this, dim, start, length);
        public Tensor slice(long dim, long start, long finish, long step) => Call("slice.Tensor", this, dim, start, finish, step);
        public Tensor index_select(long dim, Tensor index) => Call("index_select", this, dim, index);
        public Tensor masked_select(Tensor mask) => Call("masked_select", this, mask);
        public Tensor take(Tensor index) => Call("take", this, index);
        public Tensor take_along_dim(Tensor indices) => Call("take_along_dim", this, indices);
        public Tensor take_along_dim(Tensor indices, long dim) => Call("take_along_dim", this, indices, dim);
        public Tensor gather(long dim, Tensor index) => Call("gather", this, dim, index);
        public Tensor nonzero() => Call("nonzero", this);
        public IList<Tensor> nonzero_as_list() => CallList("nonzero_numpy", this);
        public Tensor argwhere() => Call("argwhere", this);
        public Tensor where(Tensor condition, Tensor y) => Call("where.self", condition, this, y);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Call("scatter.src", this, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Call("scatter_add", this, dim, index, src);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Call("index_add", this, dim, index, source, alpha);
        public Tensor index_copy(long dim, Tensor index, Tensor source) => Call("index_copy", this, dim, index, source);
        public Tensor index_fill(long dim, Tensor index, Scalar value) => Call("index_fill.int_Scalar", this, dim, index, value);
        public Tensor masked_fill(Tensor mask, Scalar value) => Call("masked_fill.Scalar", this, mask, value);
        public Tensor masked_scatter(Tensor mask, Tensor value) => Call("masked_scatter", this, mask, value);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace("scatter_.src", this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => InPlace("scatter_add_", this, dim, index, src);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            InPlace("index_add_", this, dim, index, source, alpha);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => InPlace("index_copy_", this, dim, index, source);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => InPlace("index_fill_.int_Scalar", this, dim, index, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => InPlace("masked_fill_.Scalar", this, mask, value);
        public Tensor masked_scatter_(Tensor mask, Tensor value) => InPlace("masked_scatter_", this, mask, value);
        public Tensor select_scatter(Tensor src, long dim, long index) => Call("select_scatter", this, src, dim, index);
        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Call("slice_scatter", this, src, dim, start, end, step);
        public Tensor diagonal_scatter(Tensor src, long offset = 0, long dim1 = 0, long dim2 = 1) =>
            Call("diagonal_scatter", this, src, offset, dim1, dim2);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Pair(CallTuple("topk", this, (long)k, (long)dim, largest, sorted));

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Pair(CallTuple("sort.stable", this, stable, dim, descending));

        public Tensor msort() => Call("msort", this);
        public Tensor argsort(long dim = -1, bool descending = false) => Call("argsort", this, dim, descending);
        public Tensor bucketize(Tensor boundaries, bool outInt32 = false, bool right = false) =>
            Call("bucketize.Tensor", this, boundaries, outInt32, right);

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique(bool sorted = true, bool return_inverse = false,
            bool return_counts = false, int? dim = null)
        {
            var results = dim is { } d
                ? CallTuple("unique_dim", this, (long)d, sorted, return_inverse, return_counts)
                : CallTuple("_unique2", this, sorted, return_inverse, return_counts);
            return Asked(results, return_inverse, return_counts);
        }

        public (Tensor output, Tensor? inverse_indices, Tensor? counts) unique_consecutive(bool return_inverse = false,
            bool return_counts = false, int? dim = null) =>
            Asked(CallTuple("unique_consecutive", this, return_inverse, return_counts, (long?)dim), return_inverse, return_counts);

        /// <summary>libtorch fills all three places; those that were not asked for hold empty tensors.</summary>
        static (Tensor, Tensor?, Tensor?) Asked(Tensor?[] results, bool inverse, bool counts)
        {
            if (!inverse) results[1]?.Dispose();
            if (!counts) results[2]?.Dispose();
            return (results[0]!, inverse ? results[1] : null, counts ? results[2] : null);
        }
    }
}
