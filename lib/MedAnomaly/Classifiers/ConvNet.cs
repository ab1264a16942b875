using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// A plain convolutional classifier: three 3 x 3 convolutions of 32, 64 and 128 channels, each with a rectifier and a 2 x 2 maximum, then
/// two dense layers with dropout between them. The last maximum is averaged to 8 x 8, so that images of any size of at least 8 fit.
/// </summary>
/// <remarks>
/// Source 000 compares itself with the network of Abunajm et al. (2023), whose layers it does not print. This is the plain network that
/// such papers use, not theirs.
/// </remarks>
public sealed class ConvNet : Module<Tensor, Tensor>
{
    const int Grid = 8;

    readonly Sequential layers;

    /// <summary>A network with random weights.</summary>
    /// <param name="classes">Outputs.</param>
    /// <param name="dropout">The share of the dense layer's values that training leaves out.</param>
    public ConvNet(int classes, double dropout = 0.5)
        : base(nameof(ConvNet))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        layers = Sequential(
            Conv2d(3, 32, 3, padding: 1), ReLU(), MaxPool2d(2),
            Conv2d(32, 64, 3, padding: 1), ReLU(), MaxPool2d(2),
            Conv2d(64, 128, 3, padding: 1), ReLU(), MaxPool2d(2),
            AdaptiveAvgPool2d(Grid), Flatten(),
            Linear(128 * Grid * Grid, 128), ReLU(), Dropout(dropout), Linear(128, classes));
        register_module(nameof(layers), layers);
    }

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">[N, 3, H, W].</param>
    /// <returns>[N, classes].</returns>
    public override Tensor forward(Tensor input) => layers.call(input);
}
