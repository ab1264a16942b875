using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            // An empty stride is libtorch's way to say: as the kernel.
            static readonly long[] asKernel = [];

            public static Tensor max_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null,
                long? dilation = null, bool ceil_mode = false) =>
                Call("max_pool1d", input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);

            public static Tensor max_pool2d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) =>
                Call("max_pool2d", input, kernel_size, strides ?? asKernel, padding ?? none, dilation ?? one, ceil_mode);

            public static Tensor max_pool2d(Tensor input, long kernel_size, long? stride = null, long? padding = null,
                long? dilation = null, bool ceil_mode = false) =>
                Call("max_pool2d", input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1, ceil_mode);

            public static Tensor max_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null,
                (long, long)? padding = null, (long, long)? dilation = null, bool ceil_mode = false) =>
                Call("max_pool2d", input, kernel_size, stride ?? kernel_size, padding ?? (0, 0), dilation ?? (1, 1), ceil_mode);

            public static Tensor max_pool3d(Tensor input, long[] kernel_size, long[]? strides = null, long[]? padding = null,
                long[]? dilation = null, bool ceil_mode = false) =>
                Call("max_pool3d", input, kernel_size, strides ?? asKernel, padding ?? none, dilation ?? one, ceil_mode);

            public static (Tensor output, Tensor indices) max_pool1d_with_indices(Tensor input, long kernel_size, long? stride = null,
                long? padding = null, long? dilation = null, bool ceil_mode = false) =>
                Pair(CallTuple("max_pool1d_with_indices", input, kernel_size, stride ?? kernel_size, padding ?? 0, dilation ?? 1,
                    ceil_mode));

            public static (Tensor output, Tensor indices) max_pool2d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null,
                long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pair(CallTuple("max_pool2d_with_indices", input, kernel_size, strides ?? asKernel, padding ?? none, dilation ?? one,
                    ceil_mode));

            public static (Tensor output, Tensor indices) max_pool3d_with_indices(Tensor input, long[] kernel_size, long[]? strides = null,
                long[]? padding = null, long[]? dilation = null, bool ceil_mode = false) =>
                Pair(CallTuple("max_pool3d_with_indices", input, kernel_size, strides ?? asKernel, padding ?? none, dilation ?? one,
                    ceil_mode));

            public static Tensor max_unpool2d(Tensor input, Tensor indices, long[] kernel_size, long[]? stride = null,
                long[]? padding = null, long[]? output_size = null)
            {
                if (output_size is null)
                {
                    var (size, step, pad) = (input.shape, stride ?? kernel_size, padding ?? [0, 0]);
                    output_size = [.. Enumerable.Range(0, 2).Select(d => (size[size.Length - 2 + d] - 1) * step[d] - 2 * pad[d]
                        + kernel_size[d])];
                }
                return Call("max_unpool2d", input, indices, output_size);
            }

            public static Tensor avg_pool1d(Tensor input, long kernel_size, long? stride = null, long? padding = null,
                bool ceil_mode = false, bool count_include_pad = true) =>
                Call("avg_pool1d", input, kernel_size, stride ?? kernel_size, padding ?? 0, ceil_mode, count_include_pad);

            public static Tensor avg_pool2d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Call("avg_pool2d", input, kernel_size, stride ?? asKernel, padding ?? none, ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(Tensor input, long kernel_size, long? stride = null, long padding = 0, bool ceil_mode = false,
                bool count_include_pad = true, long? divisor_override = null) =>
                Call("avg_pool2d", input, kernel_size, stride ?? kernel_size, padding, ceil_mode, count_include_pad, divisor_override);

            public static Tensor avg_pool2d(Tensor input, (long, long) kernel_size, (long, long)? stride = null,
                (long, long)? padding = null, bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Call("avg_pool2d", input, kernel_size, stride ?? kernel_size, padding ?? (0, 0), ceil_mode, count_include_pad,
                    divisor_override);

            public static Tensor avg_pool3d(Tensor input, long[] kernel_size, long[]? stride = null, long[]? padding = null,
                bool ceil_mode = false, bool count_include_pad = true, long? divisor_override = null) =>
                Call("avg_pool3d", input, kernel_size, stride ?? asKernel, padding ?? none, ceil_mode, count_include_pad, divisor_override);

            public static Tensor lp_pool2d(Tensor input, double norm_type, long kernel_size, long? stride = null, bool ceil_mode = false) =>
                lp_pool2d(input, norm_type, [kernel_size, kernel_size], stride is { } s ? [s, s] : null, ceil_mode);

            public static Tensor lp_pool2d(Tensor input, double norm_type, long[] kernel_size, long[]? stride = null,
                bool ceil_mode = false)
            {
                using var scope = NewDisposeScope();
                var mean = avg_pool2d(input.pow(norm_type), kernel_size, stride, null, ceil_mode);
                return (mean.sign() * mean.abs().relu()).mul(kernel_size.TotalSize()).pow(1 / norm_type).MoveToOuterDisposeScope();
            }

            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) => Call("adaptive_avg_pool1d", input, output_size);
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) => Call("adaptive_avg_pool2d", input, output_size);
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) => Call("adaptive_avg_pool2d", input, output_size);
            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                Call("adaptive_avg_pool2d", input, output_size);
            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) => Call("adaptive_avg_pool3d", input, output_size);
            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) => Call("adaptive_avg_pool3d", input, output_size);
            public static Tensor adaptive_avg_pool3d(Tensor input, (long, long, long) output_size) =>
                Call("adaptive_avg_pool3d", input, output_size);

            public static (Tensor Values, Tensor Indices) adaptive_max_pool1d_with_indices(Tensor input, long output_size) =>
                Pair(CallTuple("adaptive_max_pool1d", input, output_size));
            public static (Tensor Values, Tensor Indices) adaptive_max_pool2d_with_indices(Tensor input, long[] output_size) =>
                Pair(CallTuple("adaptive_max_pool2d", input, output_size));
            public static (Tensor Values, Tensor Indices) adaptive_max_pool3d_with_indices(Tensor input, long[] output_size) =>
                Pair(CallTuple("adaptive_max_pool3d", input, output_size));
            public static Tensor adaptive_max_pool1d(Tensor input, long output_size) =>
                First(adaptive_max_pool1d_with_indices(input, output_size));
            public static Tensor adaptive_max_pool2d(Tensor input, long[] output_size) =>
                First(adaptive_max_pool2d_with_indices(input, output_size));
            public static Tensor adaptive_max_pool3d(Tensor input, long[] output_size) =>
                First(adaptive_max_pool3d_with_indices(input, output_size));

            static (Tensor, Tensor) Pair(Tensor?[] results) => (results[0]!, results[1]!);

            static Tensor First((Tensor, Tensor) pair)
            {
                pair.Item2.Dispose();
                return pair.Item1;
            }
        }
    }
}
