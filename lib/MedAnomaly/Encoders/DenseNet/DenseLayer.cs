using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// Takes all channels so far, and adds a few: a 1x1 convolution, then a 3x3 one, each after normalisation and rectifier. The components have
/// torchvision's names.
/// </summary>
sealed class DenseLayer : Module<Tensor, Tensor>
{
    // In the order of torchvision's state_dict.
    readonly BatchNorm2d norm1;
    readonly Conv2d conv1;
    readonly BatchNorm2d norm2;
    readonly Conv2d conv2;

    public DenseLayer(long inputs, long growth)
        : base(nameof(DenseLayer))
    {
        var between = DenseNetArchitecture.BottleneckFactor * growth;
        norm1 = BatchNorm2d(inputs);
        conv1 = Conv2d(inputs, between, 1, bias: false);
        norm2 = BatchNorm2d(between);
        conv2 = Conv2d(between, growth, 3, padding: 1, bias: false);
        RegisterComponents();
    }

    /// <summary>From [N, inputs, H, W] to [N, inputs + growth, H, W].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var between = conv1.call(norm1.call(input).relu_());
        return cat([input, conv2.call(norm2.call(between).relu_())], 1).MoveToOuterDisposeScope();
    }
}

/// <summary>Between two blocks: half the channels, and half the height and width.</summary>
sealed class DenseTransition : Module<Tensor, Tensor>
{
    readonly BatchNorm2d norm;
    readonly Conv2d conv;

    public DenseTransition(long inputs, long outputs)
        : base(nameof(DenseTransition))
    {
        norm = BatchNorm2d(inputs);
        conv = Conv2d(inputs, outputs, 1, bias: false);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return functional.avg_pool2d(conv.call(norm.call(input).relu_()), 2).MoveToOuterDisposeScope();
    }
}
