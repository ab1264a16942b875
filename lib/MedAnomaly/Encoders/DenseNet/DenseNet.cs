using System.Globalization;
using System.Text.RegularExpressions;
using MedAnomaly.Data;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// A densely connected network for images (Huang et al. 2017), with torchvision's component names, so that its state_dict and torchvision's are
/// interchangeable. In a block each layer takes the outputs of all before it.
/// </summary>
public sealed partial class DenseNet : Module<Tensor, Tensor>
{
    /// <summary>The manifest of torchvision's ImageNet weights of DenseNet-121.</summary>
    public const string ImageNetId = "densenet121-torchvision";

    /// <summary>The last feature layer, torchvision's <c>features[-1]</c>: the normalisation before the last rectifier.</summary>
    public const string LastLayer = "features.norm5";

    const string Head = "classifier";

    readonly Sequential features = Sequential();
    readonly Linear classifier;

    /// <summary>A network with random weights, begun as torchvision's: by He et al. (2015) for convolutions, biases of the last layer 0.</summary>
    /// <param name="architecture">Its shape.</param>
    /// <param name="classes">Outputs of the last, fully connected layer.</param>
    public DenseNet(DenseNetArchitecture architecture, int classes = 1000)
        : base((architecture ?? throw new ArgumentNullException(nameof(architecture))).Name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        long channels = architecture.StemChannels;
        features.append("conv0", Conv2d(3, channels, 7, stride: 2, padding: 3, bias: false)).append("norm0", BatchNorm2d(channels))
            .append("relu0", ReLU()).append("pool0", MaxPool2d(3, 2, 1));
        for (var block = 1; block <= architecture.Depths.Count; block++)
        {
            var layers = Sequential();
            for (var layer = 1; layer <= architecture.Depths[block - 1]; layer++, channels += architecture.Growth)
                layers.append(Number("denselayer", layer), new DenseLayer(channels, architecture.Growth));
            features.append(Number("denseblock", block), layers);
            if (block == architecture.Depths.Count) break;
            features.append(Number("transition", block), new DenseTransition(channels, channels / 2));
            channels /= 2;
        }
        features.append("norm5", BatchNorm2d(channels));
        classifier = Linear(channels, classes);
        register_module(nameof(features), features);
        register_module(Head, classifier);
        foreach (var convolution in modules().OfType<Conv2d>()) init.kaiming_normal_(convolution.weight);
        init.zeros_(classifier.bias!);
    }

    /// <summary>
    /// DenseNet-121 with torchvision's ImageNet weights, which are fetched first where they are not on this machine; pixels are to be normalised by
    /// <see cref="ImageNormalisation.Torchvision"/>. The caller disposes of it.
    /// </summary>
    /// <param name="classes">1000 for those of ImageNet; any other number gets a fresh last layer.</param>
    /// <param name="store">Where data lies; by default the store that the environment names.</param>
    /// <param name="progress">Told how far a download has come.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="DatasetException">The weights cannot be fetched; the message says where to get them.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static DenseNet OpenImageNet(int classes = 1000, DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var location = (store ?? DataStore.FromEnvironment()).Get(ImageNetId, progress, cancellationToken);
        return OpenTorchvision(location.File(location.Manifest.Downloads[0].File), DenseNetArchitecture.DenseNet121, classes, ImageNetId);
    }

    /// <summary>
    /// A network with weights of torchvision, as .pth or as safetensors, with the new names of dense layers or the old ones. The caller disposes of it.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">The network that they were trained with.</param>
    /// <param name="classes">As many as the file has; any other number gets a fresh last layer.</param>
    /// <param name="source">Where it comes from, for messages; its path by default.</param>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is damaged, or of another network.</exception>
    public static DenseNet OpenTorchvision(string path, DenseNetArchitecture architecture, int classes, string? source = null)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        // Files of before 2018 say norm.1 where the network says norm1.
        var weights = WeightFile.Open(path).Tensors
            .ToDictionary(entry => OldName().Replace(entry.Key, "$1$2"), entry => entry.Value, StringComparer.Ordinal);
        var network = new DenseNet(architecture, classes);
        try
        {
            if (weights.TryGetValue($"{Head}.bias", out var bias) && bias.Shape is [var count] && count != classes)
                StateDicts.LoadBody(network, weights, source ?? path, $"{Head}.");
            else StateDicts.Load(network, weights, source ?? path);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">Images [N, 3, H, W], normalised as the weights demand.</param>
    /// <returns>[N, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return classifier.call(features.call(input).relu_().mean([2, 3])).MoveToOuterDisposeScope();
    }

    static string Number(string name, int number) => name + number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=\.denselayer\d+\.)(norm|conv)\.([12])(?=\.)")]
    private static partial Regex OldName();
}
