using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// A residual block: two 3x3 convolutions, or for a bottleneck a 1x1, a 3x3 and a 1x1 convolution, beside a shortcut that is a 1x1
/// convolution where the shape changes. The components have torchvision's names.
/// </summary>
sealed class ResidualBlock : Module<Tensor, Tensor>
{
    readonly ConvNorm[] path;
    readonly ConvNorm? shortcut;

    public ResidualBlock(ResNetArchitecture architecture, long inputs, long width, long stride, StridePosition stridePosition,
        double epsilon)
        : base(nameof(ResidualBlock))
    {
        var outputs = width * architecture.Expansion;
        var inner = width * architecture.WidthFactor;
        var (first, second) = stridePosition == StridePosition.Conv1x1 ? (stride, 1L) : (1L, stride);
        path = architecture.Expansion == 1
            ? [new ConvNorm(inputs, width, 3, stride, epsilon), new ConvNorm(width, width, 3, 1, epsilon)]
            :
            [
                new ConvNorm(inputs, inner, 1, first, epsilon), new ConvNorm(inner, inner, 3, second, epsilon),
                new ConvNorm(inner, outputs, 1, 1, epsilon),
            ];
        for (var i = 0; i < path.Length; i++)
        {
            register_module($"conv{i + 1}", path[i].Conv);
            register_module($"bn{i + 1}", path[i].Norm);
        }
        if (stride == 1 && inputs == outputs) return;
        shortcut = new ConvNorm(inputs, outputs, 1, stride, epsilon);
        register_module("downsample", Sequential(shortcut.Conv, shortcut.Norm));
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var output = input;
        foreach (var unit in path[..^1]) output = unit.call(output).relu_();
        output = path[^1].call(output).add_(shortcut is null ? input : shortcut.call(input)).relu_();
        return output.MoveToOuterDisposeScope();
    }

    public void Freeze(ScalarType type)
    {
        foreach (var unit in path) unit.Freeze(type);
        shortcut?.Freeze(type);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var unit in path) unit.Dispose();
            shortcut?.Dispose();
        }
        base.Dispose(disposing);
    }
}
