using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>
/// MedViT (Manzari et al. 2023), a hybrid of convolutions and a vision transformer. The components have the names of the authors' code, so
/// that its state_dict and theirs are interchangeable.
/// </summary>
public sealed class MedViT : Module<Tensor, Tensor>
{
    /// <summary>Channels of an attention head.</summary>
    internal const int HeadDimension = 32;

    const double InitialSpread = 0.02;

    /// <summary>The stages whose outputs <see cref="Features"/> gives, from the first (stride 4) to the last (stride 32).</summary>
    public static IReadOnlyList<string> LayerNames { get; } = ["stage1", "stage2", "stage3", "stage4"];

    readonly Sequential stem;
    readonly (int Stage, Module<Tensor, Tensor> Block)[] blocks;
    readonly BatchNorm2d norm;
    readonly Sequential proj_head;

    /// <summary>A network with random weights, drawn as the authors do.</summary>
    /// <param name="architecture">Its shape.</param>
    /// <param name="classes">Outputs of the last, fully connected layer.</param>
    public MedViT(MedViTArchitecture architecture, int classes = 1000)
        : base((architecture ?? throw new ArgumentNullException(nameof(architecture))).Name)
    {
        Architecture = architecture;
        stem = Sequential(Stem(3, 64, 2), Stem(64, 32, 1), Stem(32, 64, 1), Stem(64, 64, 2));
        var (inputs, count, made) = (64, architecture.Depths.Sum(), new List<(int, Module<Tensor, Tensor>)>());
        foreach (var (stage, channels, transformer, stride, reduction) in architecture.Blocks())
        {
            var drop = architecture.PathDropout * made.Count / (count - 1);
            made.Add((stage, transformer ? new MedViTTransformerBlock(inputs, channels, stride, reduction, drop) : new MedViTConvolutionBlock(inputs, channels, stride, drop)));
            inputs = channels;
        }
        blocks = [.. made];
        norm = BatchNorm2d(inputs);
        proj_head = Sequential(Linear(inputs, classes));
        register_module(nameof(stem), stem);
        register_module("features", Sequential(blocks.Select(block => block.Block)));
        register_module(nameof(norm), norm);
        register_module(nameof(proj_head), proj_head);
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.ndim >= 2) init.trunc_normal_(parameter, std: InitialSpread);
            else if (name.EndsWith("bias", StringComparison.Ordinal)) init.zeros_(parameter);
        }
    }

    /// <summary>The network's shape.</summary>
    public MedViTArchitecture Architecture { get; }

    /// <summary>Class scores before the softmax.</summary>
    /// <param name="input">Images [N, 3, H, W], normalised as the weights demand.</param>
    /// <returns>[N, classes].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var last = Features(input, LayerNames[^1])[LayerNames[^1]];
        return proj_head.call(norm.call(last).mean([2, 3])).MoveToOuterDisposeScope();
    }

    /// <summary>The outputs of the named stages; stages after the last of them are not computed.</summary>
    /// <param name="input">Images [N, 3, H, W], normalised as the weights demand.</param>
    /// <param name="layerNames">Some of <see cref="LayerNames"/>.</param>
    /// <returns>By stage, [N, C, H / s, W / s] with s = 4, 8, 16, 32 and C = 96, 256, 512, 1024.</returns>
    /// <exception cref="ArgumentException">No stage is named, or one that the network does not have.</exception>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor input, params IReadOnlyCollection<string> layerNames)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(layerNames);
        if (layerNames.Count == 0 || layerNames.Any(name => !LayerNames.Contains(name)) || layerNames.Distinct().Count() != layerNames.Count)
            throw new ArgumentException($"The layers [{string.Join(", ", layerNames)}] are not one or more of {string.Join(", ", LayerNames)}, each once.", nameof(layerNames));
        var features = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        using var scope = NewDisposeScope();
        var output = stem.call(input);
        for (var i = 0; i < blocks.Length && features.Count < layerNames.Count; i++)
        {
            using var previous = output;
            output = blocks[i].Block.call(previous);
            var name = LayerNames[blocks[i].Stage];
            var isLast = i + 1 == blocks.Length || blocks[i + 1].Stage != blocks[i].Stage;
            // The next block disposes of its input.
            if (isLast && layerNames.Contains(name)) features.Add(name, output.alias());
        }
        foreach (var feature in features.Values) feature.MoveToOuterDisposeScope();
        return features;
    }

    static Sequential Stem(long inputs, long outputs, long stride) => Sequential(
        ("conv", Conv2d(inputs, outputs, 3, stride, 1, bias: false)), ("norm", BatchNorm2d(outputs)), ("act", ReLU()));
}
