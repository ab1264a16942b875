using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// Eigen-CAM (Muhammad and Yeasin 2020): the activations at each place, projected on the first right singular vector of all places. As in the
/// package, each channel's mean is subtracted before. A singular vector has no sign of its own: the map is high where the layer is active,
/// while the package takes whichever sign comes out.
/// </summary>
sealed class EigenCam() : ActivationMap("Eigen-CAM")
{
    private protected override Tensor Map(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer)
    {
        using var untracked = no_grad();
        using var probe = new LayerProbe([LayerProbe.Find(network, layer)]);
        Score(network.call(image), classNumber);
        var activations = probe.Maps(layer).Output;
        var places = activations[0].flatten(1).transpose(0, 1).to(ScalarType.Float64);
        places = places - places.mean([0L], keepdim: true);
        var (_, _, directions) = linalg.svd(places, fullMatrices: false);
        var projection = places.matmul(directions[0]);
        var sign = (projection * places.sum(1)).sum().item<double>() < 0 ? -1 : 1;
        return (projection * sign).view(1, 1, activations.shape[2], activations.shape[3]).to(ScalarType.Float32);
    }
}
