using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// Score-CAM (Wang et al. 2020): each channel of the layer, enlarged to the image and stretched from 0 to 1, covers the image; how high the
/// class then scores is, after a softmax over the channels, the channel's weight. No gradient is needed, but a pass for every channel.
/// </summary>
/// <param name="mostChannels">
/// So many channels with the greatest variance over the image are taken, the others left out: a network with 2,048 of them is slow on a CPU.
/// All where this is null, as in the paper.
/// </param>
public sealed class ScoreCam(int? mostChannels = null) : ActivationMap("Score-CAM")
{
    const int Batch = 16;
    const double Tiny = 1e-8;

    readonly int? mostChannels = mostChannels is null or > 0 ? mostChannels
        : throw new ArgumentOutOfRangeException(nameof(mostChannels), mostChannels, "At least one channel is needed.");

    private protected override Tensor Map(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer)
    {
        using var untracked = no_grad();
        var maps = Activations(network, image, classNumber, layer);
        if (mostChannels < maps.shape[1])
            maps = maps.index_select(1, maps.flatten(2).@var(2).flatten().topk(mostChannels.Value).indexes);
        var covers = functional.interpolate(maps, size: [image.shape[2], image.shape[3]], mode: InterpolationMode.Bilinear, align_corners: true)
            .transpose(0, 1);
        var least = covers.amin([2, 3], keepdim: true);
        covers = (covers - least) / (covers.amax([2, 3], keepdim: true) - least + Tiny);
        var scores = new List<Tensor>();
        for (var start = 0L; start < covers.shape[0]; start += Batch)
        {
            using var step = NewDisposeScope();
            var part = covers.narrow(0, start, Math.Min(Batch, covers.shape[0] - start));
            scores.Add(network.call(image * part).select(1, classNumber).MoveToOuterDisposeScope());
        }
        return (maps * cat(scores).softmax(0).view(1, -1, 1, 1)).sum([1L], keepdim: true);
    }

    static Tensor Activations(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer)
    {
        using var probe = new LayerProbe([LayerProbe.Find(network, layer)]);
        Score(network.call(image), classNumber);
        return probe.Maps(layer).Output.alias();
    }
}
