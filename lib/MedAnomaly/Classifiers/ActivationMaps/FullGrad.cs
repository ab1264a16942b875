using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// FullGrad (Srinivas and Fleuret 2019): the input times its gradient, and each bias times the gradient of what it is added to, over all layers. Of a
/// network of convolutions, normalisations and rectifiers these add up to the class score, but for the biases of dense layers. The map is the sum of
/// their absolute values, each channel stretched from 0 to 1.
/// </summary>
sealed class FullGrad() : ActivationMap("FullGrad")
{
    private protected override Tensor Map(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer) =>
        Terms(network, image, classNumber).Select(term => Enlarged(Stretched(term.abs()).sum([1L], keepdim: true), image))
            .Aggregate((sum, one) => sum + one);

    /// <summary>What the input and each bias contribute to the score, [1, channels, height, width] of each layer.</summary>
    internal static IReadOnlyList<Tensor> Terms(Module<Tensor, Tensor> network, Tensor image, int classNumber)
    {
        using var probe = new LayerProbe(network.modules().Where(module => BiasOf(module) is not null).Cast<Module<Tensor, Tensor>>());
        var input = image.detach().clone().requires_grad_();
        var score = Score(network.call(input), classNumber);
        var gradients = autograd.grad([score], [input, .. probe.Heard.Select(heard => heard.Zero)]);
        using var untracked = no_grad();
        return [image * gradients[0], .. probe.Heard.Select((heard, i) => BiasOf(heard.Module)!.view(1, -1, 1, 1) * gradients[i + 1])];
    }

    /// <summary>What a layer adds: of a normalisation by running statistics also what these subtract.</summary>
    static Tensor? BiasOf(Module module) => module switch
    {
        Conv2d { bias: { } bias } => bias.detach(),
        BatchNorm2d { bias: { } bias, running_mean: { } mean, running_var: { } variance } norm =>
            (bias - mean * norm.weight / (variance + norm.eps).sqrt()).detach(),
        _ => null,
    };
}
