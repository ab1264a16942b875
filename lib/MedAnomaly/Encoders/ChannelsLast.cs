using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>The memory layout that convolutions on the CPU and on tensor cores prefer: the channels of a pixel side by side.</summary>
static class ChannelsLast
{
    /// <summary>
    /// The same four-dimensional tensor, laid out channels last; TorchSharp has no name for PyTorch's memory_format argument.
    /// </summary>
    public static Tensor Of(Tensor tensor) => tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
