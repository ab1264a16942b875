using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public enum InterpolationMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
        Area = 5,
    }

    public enum UpsampleMode
    {
        Nearest = 0,
        Linear = 1,
        Bilinear = 2,
        Bicubic = 3,
        Trilinear = 4,
    }

    public enum GridSampleMode
    {
        Nearest = 0,
        Bilinear = 2,
    }

    public enum GridSamplePaddingMode
    {
        Zeros = 0,
        Reflection = 1,
        Border = 2,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Resizes the spatial dimensions (all but the first two) to a size or by a factor.</summary>
            public static Tensor interpolate(Tensor x, long[]? size = null, double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null, bool recompute_scale_factor = false)
            {
                var spatial = x.shape.AsSpan(2);
                if ((size is null) == (scale_factor is null))
                    throw new ArgumentException("exactly one of size and scale_factor must be given");
                if ((size?.Length ?? scale_factor!.Length) != spatial.Length)
                    throw new ArgumentException($"{(size is null ? "scale_factor" : "size")} must have one entry for each of the {spatial.Length} spatial dimensions, but has {size?.Length ?? scale_factor!.Length}");
                if (align_corners is not null && mode is InterpolationMode.Nearest or InterpolationMode.Area)
                    throw new ArgumentException("align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear");
                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                {
                    size = new long[spatial.Length];
                    for (var d = 0; d < size.Length; d++) size[d] = (long)Math.Floor(spatial[d] * scale_factor[d]);
                    scale_factor = null;
                }
                var align = align_corners ?? false;
                return (mode, spatial.Length) switch
                {
                    (InterpolationMode.Nearest, 1) => Call("upsample_nearest1d.vec", x, size, scale_factor),
                    (InterpolationMode.Nearest, 2) => Call("upsample_nearest2d.vec", x, size, scale_factor),
                    (InterpolationMode.Nearest, 3) => Call("upsample_nearest3d.vec", x, size, scale_factor),
                    (InterpolationMode.Area, 1) => Call("adaptive_avg_pool1d", x, size),
                    (InterpolationMode.Area, 2) => Call("adaptive_avg_pool2d", x, size),
                    (InterpolationMode.Area, 3) => Call("adaptive_avg_pool3d", x, size),
                    (InterpolationMode.Linear, 1) => Call("upsample_linear1d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Bilinear, 2) => Call("upsample_bilinear2d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Bicubic, 2) => Call("upsample_bicubic2d.vec", x, size, align, scale_factor),
                    (InterpolationMode.Trilinear, 3) => Call("upsample_trilinear3d.vec", x, size, align, scale_factor),
                    _ => throw new ArgumentException($"{mode} does not interpolate a tensor of {spatial.Length + 2} dimensions"),
                };
            }

            public static Tensor upsample(Tensor input, long[]? size = null, double[]? scale_factor = null,
                UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false) =>
                interpolate(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners);

            public static Tensor grid_sample(Tensor input, Tensor grid, GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros, bool? align_corners = null) =>
                // libtorch numbers the modes: bilinear 0, nearest 1; zeros 0, border 1, reflection 2.
                Call("grid_sampler", input, grid, mode == GridSampleMode.Bilinear ? 0L : 1L,
                    padding_mode switch { GridSamplePaddingMode.Zeros => 0L, GridSamplePaddingMode.Border => 1L, _ => 2L },
                        align_corners ?? false);

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                Call("affine_grid_generator", theta, size ?? throw new ArgumentNullException(nameof(size)), align_corners);

            public static Tensor pixel_shuffle(Tensor input, long upscale_factor) => Call("pixel_shuffle", input, upscale_factor);
            public static Tensor pixel_unshuffle(Tensor input, long downscale_factor) => Call("pixel_unshuffle", input, downscale_factor);

            /// <summary>Pads from the last dimension on: (left, right, top, bottom, front, back).</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                mode is PaddingModes.Constant or PaddingModes.Zeros
                    ? Call("constant_pad_nd", input, pad, value)
                    : Call("pad", input, pad, mode switch
                    {
                        PaddingModes.Reflect => "reflect",
                        PaddingModes.Replicate => "replicate",
                        PaddingModes.Circular => "circular",
                        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "unknown padding mode"),
                    });

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [.. Enumerable.Repeat(pad, 2 * (int)input.ndim)], mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant,
                double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Call("one_hot", x, num_classes);
        }
    }
}
