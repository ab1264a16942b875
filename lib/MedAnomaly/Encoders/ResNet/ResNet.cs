using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// A residual network for images, with torchvision's component names, so that its state_dict and torchvision's are interchangeable.
/// </summary>
public sealed class ResNet : Module<Tensor, Tensor>
{
    /// <summary>The layers whose outputs <see cref="Features"/> gives, from the first (stride 4) to the last (stride 32).</summary>
    public static IReadOnlyList<string> LayerNames { get; } = ["layer1", "layer2", "layer3", "layer4"];

    readonly ConvNorm stem;
    readonly Sequential[] layers;
    readonly Linear fc;

    /// <summary>A network with random weights.</summary>
    /// <param name="architecture">Its shape.</param>
    /// <param name="stridePosition">Which convolution of a bottleneck halves the resolution.</param>
    /// <param name="batchNormEpsilon">What batch normalisation adds to the variance.</param>
    /// <param name="classes">Outputs of the last, fully connected layer.</param>
    public ResNet(ResNetArchitecture architecture, StridePosition stridePosition = StridePosition.Conv3x3, double batchNormEpsilon = 1e-5,
        int classes = 1000)
        : base((architecture ?? throw new ArgumentNullException(nameof(architecture))).Name)
    {
        Architecture = architecture;
        stem = new ConvNorm(3, 64, 7, 2, batchNormEpsilon);
        register_module("conv1", stem.Conv);
        register_module("bn1", stem.Norm);
        layers = new Sequential[LayerNames.Count];
        var inputs = 64L;
        for (var i = 0; i < layers.Length; i++)
        {
            layers[i] = Sequential();
            for (var block = 0; block < architecture.Depths[i]; block++)
            {
                var stride = i > 0 && block == 0 ? 2 : 1;
                layers[i].append(new ResidualBlock(architecture, inputs, 64 << i, stride, stridePosition, batchNormEpsilon));
                inputs = architecture.Channels(i + 1);
            }
            register_module(LayerNames[i], layers[i]);
        }
        fc = Linear(inputs, classes);
        register_module("fc", fc);
    }

    /// <summary>The network's shape.</summary>
    public ResNetArchitecture Architecture { get; }

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">Images [N, 3, H, W], normalised as the weights demand.</param>
    /// <returns>[N, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var last = Features(input, LayerNames[^1])[LayerNames[^1]];
        return fc.call(last.mean([2, 3]).to(fc.weight!.dtype)).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs of the named layers; layers after the last of them are not computed.</summary>
    /// <param name="input">Images [N, 3, H, W], normalised as the weights demand.</param>
    /// <param name="layerNames">Some of <see cref="LayerNames"/>.</param>
    /// <returns>By layer name, [N, C, ceil(H / s), ceil(W / s)] with s = 4, 8, 16, 32.</returns>
    /// <exception cref="ArgumentException">No layer is named, or one that the network does not have.</exception>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor input, params IReadOnlyCollection<string> layerNames)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(layerNames);
        CheckLayers(layerNames);
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var output = Stem(input);
        for (var i = 0; features.Count < layerNames.Count; i++)
        {
            var next = layers[i].call(output);
            if (i == 0 || !features.ContainsKey(LayerNames[i - 1])) output.Dispose();
            output = next;
            if (layerNames.Contains(LayerNames[i])) features.Add(LayerNames[i], output);
        }
        foreach (var feature in features.Values) feature.MoveToOuterDisposeScope();
        return features;
    }

    Tensor Stem(Tensor input)
    {
        using var convolved = stem.call(input).relu_();
        return functional.max_pool2d(convolved, 3, 2, 1);
    }

    /// <summary>Refuses layer names that <see cref="Features"/> could not give.</summary>
    internal static void CheckLayers(IReadOnlyCollection<string> layerNames)
    {
        if (layerNames.Count == 0 || layerNames.Any(name => !LayerNames.Contains(name))
            || layerNames.Distinct().Count() != layerNames.Count)
            throw new ArgumentException($"The layers [{string.Join(", ", layerNames)}] are not one or more of "
                + $"{string.Join(", ", LayerNames)}, each once.", nameof(layerNames));
    }

    /// <summary>
    /// Turns the network into one that only infers: batch normalisation folded into the convolutions, computed in <paramref name="type"/>,
    /// channels last. Its images must be of the same type, channels last.
    /// </summary>
    internal void Freeze(ScalarType type)
    {
        eval();
        stem.Freeze(type);
        foreach (var block in layers.SelectMany(layer => layer.children()).Cast<ResidualBlock>()) block.Freeze(type);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) stem.Dispose();
        base.Dispose(disposing);
    }
}
