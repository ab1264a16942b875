using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// A residual block that goes the other way than an encoder's: two convolutions of 3 with batch normalisation, beside a shortcut; where it
/// enlarges, both double height and width by repeating pixels, after the first convolution.
/// </summary>
sealed class DecoderBlock : Module<Tensor, Tensor>
{
    readonly Conv2d conv1;
    readonly BatchNorm2d bn1;
    readonly Conv2d conv2;
    readonly BatchNorm2d bn2;
    readonly Conv2d? shortcut;
    readonly BatchNorm2d? shortcut_norm;

    /// <summary>A block with random weights, from torch's generator.</summary>
    /// <param name="inputs">Its input's channels.</param>
    /// <param name="outputs">Its output's channels; without enlarging, as many.</param>
    /// <param name="enlarges">Whether it doubles height and width.</param>
    public DecoderBlock(long inputs, long outputs, bool enlarges)
        : base(nameof(DecoderBlock))
    {
        conv1 = Conv2d(inputs, outputs, 3, padding: 1);
        bn1 = BatchNorm2d(outputs);
        conv2 = Conv2d(outputs, outputs, 3, padding: 1);
        bn2 = BatchNorm2d(outputs);
        if (enlarges)
        {
            shortcut = Conv2d(inputs, outputs, 1);
            shortcut_norm = BatchNorm2d(outputs);
        }
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var first = bn1.call(Enlarge(conv1.call(input))).relu_();
        var beside = shortcut is null ? input : shortcut_norm!.call(Enlarge(shortcut.call(input)));
        return bn2.call(conv2.call(first)).add_(beside).relu_().MoveToOuterDisposeScope();
    }

    Tensor Enlarge(Tensor values) => shortcut is null ? values : functional.interpolate(values, scale_factor: [2, 2]);
}
