using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>A map made of a layer's activations and the gradient of the class score with respect to them.</summary>
/// <param name="name">Of the method.</param>
/// <param name="combine">From activations and gradients [1, K, H', W'] to [1, 1, H', W'].</param>
sealed class GradientMap(string name, Func<Tensor, Tensor, Tensor> combine) : ActivationMap(name)
{
    private protected override Tensor Map(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer)
    {
        using var probe = new LayerProbe([LayerProbe.Find(network, layer)]);
        var score = Score(network.call(image), classNumber);
        var (activations, zero) = probe.Maps(layer);
        return combine(activations, autograd.grad([score], [zero])[0]);
    }

    public static Tensor ByMean(Tensor activations, Tensor gradients) => Sum(gradients.mean([2, 3], keepdim: true) * activations);

    public static Tensor Elementwise(Tensor activations, Tensor gradients) => Sum(gradients * activations);

    public static Tensor ByPositivePart(Tensor activations, Tensor gradients)
    {
        // The package's guard against a denominator of 0.
        const double tiny = 1e-6;
        var square = gradients * gradients;
        var shares = square / (square * 2 + activations.sum([2, 3], keepdim: true) * square * gradients + tiny);
        return Sum((gradients.relu() * shares).sum([2, 3], keepdim: true) * activations);
    }

    static Tensor Sum(Tensor channels) => channels.sum([1L], keepdim: true);
}
