using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor fill_(Scalar value) => InPlace("fill_.Scalar", this, value);
        public Tensor zero_() => InPlace("zero_", this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace("copy_", this, source, nonBlocking);
        public Tensor set_(Tensor source) => InPlace("set_.source_Tensor", this, source);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            InPlace("normal_", this, mean, std, generator);
        public Tensor uniform_(double from, double to, Generator? generator = null) => InPlace("uniform_", this, from, to, generator);
        public Tensor random_(double from, double to, Generator? generator = null) =>
            InPlace("random_.from", this, (long)from, (long)to, generator);
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => InPlace("exponential_", this, lambda, generator);
        public Tensor cauchy_(double median = 0, double sigma = 1, Generator? generator = null) =>
            InPlace("cauchy_", this, median, sigma, generator);
        public Tensor log_normal_(double mean = 0, double std = 1, Generator? generator = null) =>
            InPlace("log_normal_", this, mean, std, generator);
        public Tensor geometric_(double p, Generator? generator = null) => InPlace("geometric_", this, p, generator);
        public Tensor bernoulli(Generator? generator = null) => Call("bernoulli", this, generator);
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => InPlace("bernoulli_.float", this, p, generator);
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => InPlace("bernoulli_.Tensor", this, p, generator);
        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
            Call("multinomial", this, num_samples, replacement, generator);
        public Tensor poisson(Generator? generator = null) => Call("poisson", this, generator);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("empty_like", this, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("zeros_like", this, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("ones_like", this, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("rand_like", this, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("randn_like", this, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("full_like", this, value, dtype, Value.None, device).Requiring(requires_grad);

        public Tensor randint_like(long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("randint_like.low_dtype", this, low, high, dtype, Value.None, device).Requiring(requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_empty", this, size, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_empty", this, size, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_empty", this, new[] { size }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_empty", this, new[] { rows, columns }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_empty", this, new[] { dim0, dim1, dim2 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_empty", this, new[] { dim0, dim1, dim2, dim3 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_zeros", this, size, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_zeros", this, size, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_zeros", this, new[] { size }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_zeros", this, new[] { rows, columns }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_zeros", this, new[] { dim0, dim1, dim2 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_zeros", this, new[] { dim0, dim1, dim2, dim3 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_ones", this, new[] { size }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_ones", this, new[] { rows, columns }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_ones", this, new[] { dim0, dim1, dim2 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_ones", this, new[] { dim0, dim1, dim2, dim3 }, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Call("new_full", this, size, value, dtype, Value.None, device).Requiring(requires_grad);
        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            Call("new_full", this, size, value, dtype, Value.None, device).Requiring(requires_grad);
    }
}
