using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// A convolution without bias and the batch normalisation after it. Once frozen it is one convolution with a bias: normalising by running
/// statistics is a factor and a shift a channel, which the kernel can carry.
/// </summary>
sealed class ConvNorm : IDisposable
{
    readonly long[] strides;
    readonly long[] padding;
    Tensor? foldedWeight;
    Tensor? foldedBias;

    public ConvNorm(long inputs, long outputs, long kernelSize, long stride, double epsilon)
    {
        strides = [stride, stride];
        padding = [kernelSize / 2, kernelSize / 2];
        Conv = Conv2d(inputs, outputs, kernelSize, stride, kernelSize / 2, bias: false);
        Norm = BatchNorm2d(outputs, epsilon);
        Epsilon = epsilon;
    }

    public Conv2d Conv { get; }

    public BatchNorm2d Norm { get; }

    double Epsilon { get; }

    public Tensor call(Tensor input)
    {
        if (foldedWeight is not null) return functional.conv2d(input, foldedWeight, foldedBias, strides, padding);
        using var convolved = Conv.call(input);
        return Norm.call(convolved);
    }

    /// <summary>
    /// Folds the normalisation into the kernel and stores it in <paramref name="type"/>, channels last. The modules stay as they are.
    /// </summary>
    public void Freeze(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var scale = Norm.weight!.to(ScalarType.Float64) / (Norm.running_var!.to(ScalarType.Float64) + Epsilon).sqrt();
        var weight = Conv.weight!.to(ScalarType.Float64) * scale.view(-1, 1, 1, 1);
        var bias = Norm.bias!.to(ScalarType.Float64) - Norm.running_mean!.to(ScalarType.Float64) * scale;
        foldedWeight?.Dispose();
        foldedBias?.Dispose();
        foldedWeight = ChannelsLast.Of(weight.to(type)).DetachFromDisposeScope();
        foldedBias = bias.to(type).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foldedWeight?.Dispose();
        foldedBias?.Dispose();
    }
}
