using static TorchSharp.Tests.Values.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests.Values;

internal static class LayerCases
{
    static Tensor image => data(1, 2, 3, 17, 16);
    static Tensor z => data(33, 2, 3, 15, 13);

    static Tensor[] conv2d() => [F.conv2d(image, data(2, 8, 3, 3, 3), data(3, 8), [2, 2], [1, 1])];
    static Tensor[] conv2d_groups() =>
        [F.conv2d(data(4, 2, 8, 16, 16), data(5, 8, 2, 3, 3), null, padding: [2, 2], dilation: [2, 2], groups: 4)];
    static Tensor[] conv2d_same() => [F.conv2d_padding(image, data(2, 8, 3, 3, 3), data(3, 8), padding: Padding.Same)];
    static Tensor[] conv1d() => [F.conv1d(data(6, 2, 4, 30), data(7, 6, 4, 5), data(8, 6), stride: 2)];
    static Tensor[] conv3d() => [F.conv3d(data(9, 1, 2, 8, 9, 10), data(10, 4, 2, 3, 3, 3), data(11, 4), padding: [1, 1, 1])];
    static Tensor[] conv_transpose2d() =>
        [F.conv_transpose2d(data(12, 2, 6, 7, 8), data(13, 6, 4, 4, 4), data(14, 4), [2, 2], [1, 1], [1, 1])];
    static Tensor[] conv_transpose1d() => [F.conv_transpose1d(data(15, 2, 6, 9), data(16, 6, 3, 4), null, stride: 3)];
    static Tensor[] conv_transpose3d() => [F.conv_transpose3d(data(17, 1, 3, 4, 5, 6), data(18, 3, 2, 2, 2, 2), null, [2, 2, 2])];
    static Tensor[] linear() => [F.linear(data(19, 5, 33), data(20, 7, 33), data(21, 7))];

    static Tensor[] batch_norm()
    {
        var (mean, var) = (data(22, 8), data(23, 8).abs() + 1);
        return [F.batch_norm(data(24, 4, 8, 6, 5), mean, var, data(25, 8), data(26, 8), training: true), mean, var];
    }

    static Tensor[] batch_norm_eval()
    {
        var trained = batch_norm();
        return [F.batch_norm(data(24, 4, 8, 6, 5), trained[1], trained[2], data(25, 8), data(26, 8), eps: 1e-3)];
    }

    static Tensor[] layer_norm() => [F.layer_norm(data(27, 3, 12, 10), [12, 10], data(28, 12, 10), data(29, 12, 10))];
    static Tensor[] group_norm() => [F.group_norm(data(27, 3, 12, 10), 4, data(30, 12), data(31, 12))];
    static Tensor[] instance_norm() => [F.instance_norm(data(32, 2, 5, 9, 7))];

    static Tensor[] max_pool2d()
    {
        var (values, indices) = F.max_pool2d_with_indices(z, [3, 3], [2, 2], [1, 1]);
        return [values, indices];
    }

    static Tensor[] avg_pool2d() => [F.avg_pool2d(z, 3, 2, 1, ceil_mode: true, count_include_pad: false), F.avg_pool2d(z, 3, 1, 1)];
    static Tensor[] avg_pool3d() => [F.avg_pool3d(data(34, 1, 2, 6, 7, 8), [2, 2, 2])];
    static Tensor[] adaptive_avg_pool2d() => [F.adaptive_avg_pool2d(z, (4, 6)), F.adaptive_avg_pool2d(z, 1)];
    static Tensor[] adaptive_avg_pool1d() => [F.adaptive_avg_pool1d(data(35, 2, 3, 50), 7)];
    static Tensor[] adaptive_max_pool2d() => [F.adaptive_max_pool2d(z, [5, 5])];

    static Tensor[] interpolate() => [
        F.interpolate(z, [20, 9], mode: InterpolationMode.Bilinear, align_corners: false),
            F.interpolate(z, [20, 9], mode: InterpolationMode.Bilinear, align_corners: true),
        F.interpolate(z, scale_factor: [2.0, 1.5]), F.interpolate(z, [7, 30], mode: InterpolationMode.Bicubic, align_corners: false),
            F.interpolate(z, [6, 6], mode: InterpolationMode.Area)];

    static Tensor[] unfold() => [F.unfold(z, 3, dilation: 2, padding: 1, stride: 2)];
    static Tensor[] fold() => [F.fold(data(36, 2, 27, 30), (9, 11), (3, 3), padding: (1, 1), stride: (2, 2))];

    static Tensor[] pad() =>
        [F.pad(z, (1, 2, 3, 0), PaddingModes.Reflect), F.pad(z, (1, 1, 2, 2), PaddingModes.Replicate), F.pad(z, (2, 1), value: 0.5),
            F.pad(z, (2, 1, 0, 3), PaddingModes.Circular)];

    static Tensor[] pixel_shuffle() => [F.pixel_shuffle(data(37, 2, 12, 4, 5), 2), F.pixel_unshuffle(data(38, 1, 2, 6, 8), 2)];

    static Tensor[] grid_sample() => [F.grid_sample(z, data(39, 2, 6, 5, 2) / 10, align_corners: false),
        F.grid_sample(z, data(39, 2, 6, 5, 2) / 8, GridSampleMode.Nearest, GridSamplePaddingMode.Border, true)];

    static Tensor[] affine_grid() => [F.affine_grid(data(40, 2, 2, 3), [2, 3, 5, 6])];
    static Tensor[] normalize() => [F.normalize(z), F.normalize(z, p: 1, dim: 3)];
    static Tensor[] embedding() => [nn.Embedding_from_pretrained(data(41, 6, 5)).call(tensor(new long[] { 1, 2, 4, 0 }, [2, 2]))];
    static Tensor[] local_response_norm() => [F.local_response_norm(z, 2)];
}
