using MedAnomaly.Detectors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// A method that shows what in an image speaks for a class, in any convolutional network: a class activation map. The formulas are those of
/// their papers; what these leave open is as in the package pytorch-grad-cam, which source 001 used: explained is the class score before the
/// softmax, negative values are cut, and a map is stretched from 0 to 1 both before and after it is enlarged to the image.
/// </summary>
/// <remarks>
/// A map says where a network looks, not whether it is right to look there, and methods disagree: show several. A map that is the same
/// everywhere is 0 everywhere.
/// </remarks>
public abstract class ActivationMap
{
    /// <summary>Keeps the division by the greatest value apart from 0, as the package does.</summary>
    const double Tiny = 1e-7;

    private protected ActivationMap(string name) => Name = name;

    /// <summary>Channels, each weighted by the mean of its gradient (Selvaraju et al. 2017, equations 1 and 2).</summary>
    public static ActivationMap GradCam { get; } = new GradientMap("Grad-CAM", GradientMap.ByMean);

    /// <summary>
    /// Channels, each weighted by the positive part of its gradient, places by the share of equation 19 (Chattopadhay et al. 2018).
    /// </summary>
    public static ActivationMap GradCamPlusPlus { get; } = new GradientMap("Grad-CAM++", GradientMap.ByPositivePart);

    /// <summary>
    /// Gradient times activation at each place, summed over the channels: no mean blurs what a place contributes (Draelos and Carin 2020).
    /// </summary>
    public static ActivationMap HiResCam { get; } = new GradientMap("HiResCAM", GradientMap.Elementwise);

    /// <summary>Score-CAM of all channels, see <see cref="Classifiers.ScoreCam"/>.</summary>
    public static ActivationMap ScoreCam { get; } = new ScoreCam();

    /// <summary>The first principal component of the activations (Muhammad and Yeasin 2020); it knows no class.</summary>
    public static ActivationMap EigenCam { get; } = new EigenCam();

    /// <summary>What the input and every bias contribute, over all layers (Srinivas and Fleuret 2019); it takes no target layer.</summary>
    public static ActivationMap FullGrad { get; } = new FullGrad();

    /// <summary>The six, in the order above.</summary>
    public static IReadOnlyList<ActivationMap> All { get; } = [GradCam, GradCamPlusPlus, HiResCam, ScoreCam, EigenCam, FullGrad];

    /// <summary>The method, as its paper writes it.</summary>
    public string Name { get; }

    /// <summary>Maps of images, each for itself; the network is in evaluation mode afterwards, and else as it was.</summary>
    /// <param name="network">From [N, C, H, W] to class scores [N, classes].</param>
    /// <param name="images">[N, C, H, W], on the network's device, as it takes them.</param>
    /// <param name="classNumber">The class that is explained, from 0.</param>
    /// <param name="layer">The target layer, by the name of its module, such as "features.norm5"; usually the last with a height and a width.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>[H, W] in [0, 1], in the order of the images.</returns>
    /// <exception cref="UsageException">There is no such layer or class, or the layer gives no maps.</exception>
    public IReadOnlyList<ScoreMap> Of(Module<Tensor, Tensor> network, Tensor images, int classNumber, string layer,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(images);
        if (images.ndim != 4) throw new ArgumentException($"Images are [N, C, H, W]; got [{string.Join(", ", images.shape)}].", nameof(images));
        network.eval();
        var maps = new List<ScoreMap>();
        for (var i = 0L; i < images.shape[0]; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var image = images.narrow(0, i, 1).detach();
            var map = Stretched(Map(network, image, classNumber, layer).detach().clamp_min(0));
            map = Stretched(Enlarged(map, image));
            maps.Add(new(map.to(ScalarType.Float32).cpu().flatten().data<float>().ToArray(), (int)map.shape[3], (int)map.shape[2]));
        }
        return maps;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The map [1, 1, H', W'] of an image [1, C, H, W], of any height and width and any values; negative ones are cut afterwards.</summary>
    private protected abstract Tensor Map(Module<Tensor, Tensor> network, Tensor image, int classNumber, string layer);

    /// <summary>The score of a class of one image, a scalar.</summary>
    /// <exception cref="UsageException">There is no such class.</exception>
    private protected static Tensor Score(Tensor scores, int classNumber)
    {
        var classes = scores.shape[1];
        return classNumber >= 0 && classNumber < classes ? scores[0, classNumber]
            : throw new UsageException($"There is no class {classNumber}; the network's {classes} outputs are the classes 0 to {classes - 1}.");
    }

    /// <summary>Each channel from 0 to 1; one that is the same everywhere is 0.</summary>
    private protected static Tensor Stretched(Tensor maps)
    {
        var shifted = maps - maps.amin([2, 3], keepdim: true);
        return shifted / (shifted.amax([2, 3], keepdim: true) + Tiny);
    }

    /// <summary>Of the image's height and width, bilinear.</summary>
    private protected static Tensor Enlarged(Tensor maps, Tensor image) => maps.shape.AsSpan(2).SequenceEqual(image.shape.AsSpan(2)) ? maps
        : functional.interpolate(maps, size: [image.shape[2], image.shape[3]], mode: InterpolationMode.Bilinear, align_corners: false);
}
