using MedAnomaly.Encoders;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>What a network makes of images.</summary>
/// <param name="Mean">[N, J]: of the latent distribution.</param>
/// <param name="LogVariance">[N, J]: the logarithm of its variance.</param>
/// <param name="Activation">[N, S, S]: the activation map, the mean of the first residual layer's channels, enlarged.</param>
readonly record struct Encoding(Tensor Mean, Tensor LogVariance, Tensor Activation);

/// <summary>The terms of a constrained loss, each summed over the images.</summary>
/// <param name="Reconstruction">Over pixels.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the latent distribution from the standard normal one.</param>
/// <param name="Entropy">Of the activation map within the brain.</param>
readonly record struct ConstrainedTerms(Tensor Reconstruction, Tensor Divergence, Tensor Entropy);

/// <summary>
/// The network of the constrained autoencoder (Silva-Rodriguez et al. 2022; source 002, section 2.2): a convolution of 7 and the four
/// residual layers of a ResNet-18, with neither rectifier nor pooling between; two dense layers to the latent distribution; a residual
/// decoder of four doublings.
/// </summary>
sealed class ConstrainedNetwork : Module<Tensor, Tensor>
{
    /// <summary>By how much the encoder makes an image smaller.</summary>
    public const int Factor = 16;

    const int StemWidth = 64, Layers = 4, EncoderWidth = 512, DecoderWidth = 256;

    readonly ReconstructionLoss loss;
    readonly int imageSize;
    readonly Conv2d input;
    readonly ModuleList<Sequential> layers = new();
    readonly Linear mean;
    readonly Linear log_variance;
    readonly Linear expansion;
    readonly Sequential decoder = Sequential();

    /// <summary>A network with random weights, from torch's generator.</summary>
    /// <param name="imageSize">A multiple of <see cref="Factor"/>.</param>
    /// <param name="latentDimension">J.</param>
    /// <param name="loss">Which tells what the output is.</param>
    public ConstrainedNetwork(int imageSize, int latentDimension, ReconstructionLoss loss)
        : base(nameof(ConstrainedNetwork))
    {
        (this.imageSize, this.loss) = (imageSize, loss);
        input = Conv2d(1, StemWidth, 7, stride: 2, padding: 3, bias: false);
        var channels = (long)StemWidth;
        for (var i = 0; i < Layers; i++)
        {
            var width = StemWidth << i;
            layers.Add(Sequential(Residual(channels, width, i == 0 ? 1 : 2), Residual(width, width, 1)));
            channels = width;
        }
        mean = Linear(Features(imageSize), latentDimension);
        log_variance = Linear(Features(imageSize), latentDimension);
        expansion = Linear(latentDimension, DecoderWidth * Cells(imageSize));
        for (var width = DecoderWidth; width > DecoderWidth >> Layers; width /= 2)
        {
            decoder.append(new DecoderBlock(width, width / 2, enlarges: true));
            decoder.append(new DecoderBlock(width / 2, width / 2, enlarges: false));
        }
        decoder.append(Conv2d(DecoderWidth >> Layers, 1, 3, padding: 1));
        RegisterComponents();
    }

    /// <summary>How many values the encoder leaves of an image.</summary>
    public static long Features(long imageSize) => EncoderWidth * Cells(imageSize);

    static long Cells(long imageSize) => imageSize / Factor * (imageSize / Factor);

    // As torchvision makes the layers of an untrained ResNet.
    static ResidualBlock Residual(long inputs, long width, long stride)
    {
        var block = new ResidualBlock(ResNetArchitecture.ResNet18, inputs, width, stride, StridePosition.Conv3x3, 1e-5);
        foreach (var kernel in block.parameters().Where(parameter => parameter.ndim == 4))
            init.kaiming_normal_(kernel, mode: init.FanInOut.FanOut, nonlinearity: init.NonlinearityType.ReLU);
        return block;
    }

    /// <summary>The latent distribution and the activation map of each image.</summary>
    /// <param name="images">[N, 1, S, S].</param>
    public Encoding Encode(Tensor images)
    {
        using var scope = NewDisposeScope();
        var features = input.call(images);
        Tensor? first = null;
        foreach (var layer in layers)
        {
            features = layer.call(features);
            first ??= features;
        }
        var activation = functional.interpolate(first!.mean([1], keepdim: true), size: [imageSize, imageSize],
            mode: InterpolationMode.Bilinear, align_corners: true).squeeze(1);
        var flat = features.flatten(1);
        return new(mean.call(flat).MoveToOuterDisposeScope(), log_variance.call(flat).MoveToOuterDisposeScope(), activation.MoveToOuterDisposeScope());
    }

    /// <summary>Images from latent vectors, before the function that brings them into their range.</summary>
    /// <param name="latents">[N, J].</param>
    /// <returns>[N, 1, S, S].</returns>
    public Tensor Decode(Tensor latents)
    {
        using var values = expansion.call(latents);
        using var features = values.view(-1, DecoderWidth, imageSize / Factor, imageSize / Factor);
        return decoder.call(features);
    }

    /// <summary>The decoder's output in the range of images: the hyperbolic tangent for [-1, 1], the sigmoid for [0, 1].</summary>
    public Tensor Output(Tensor decoded) => loss == ReconstructionLoss.SquaredError ? decoded.tanh() : decoded.sigmoid();

    /// <summary>The images as they come back from the mean of their latent distribution.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Output(Decode(Encode(input).Mean)).MoveToOuterDisposeScope();
    }

    /// <summary>The terms of the loss.</summary>
    /// <param name="images">[N, 1, S, S].</param>
    /// <param name="masks">[N, 1, S, S]: above 0 within the brain.</param>
    /// <param name="noise">[N, J], standard normal: where in its distribution each image is decoded from; null for the mean.</param>
    public ConstrainedTerms Losses(Tensor images, Tensor masks, Tensor? noise)
    {
        using var scope = NewDisposeScope();
        var (center, logVariance, activation) = Encode(images);
        var decoded = Decode(LatentDistribution.Draw(center, logVariance, noise));
        var reconstruction = loss == ReconstructionLoss.SquaredError
            ? functional.mse_loss(Output(decoded), images, Reduction.Sum)
            : functional.binary_cross_entropy_with_logits(decoded, images, reduction: Reduction.Sum);
        return new(reconstruction.MoveToOuterDisposeScope(), LatentDistribution.Divergence(center, logVariance).MoveToOuterDisposeScope(),
            Entropy(activation, masks).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The entropy of each activation map as a distribution over pixels, its softmax, summed over the images. The pixels are those that
    /// are brain in any image of the batch, as in the authors' code.
    /// </summary>
    static Tensor Entropy(Tensor activation, Tensor masks)
    {
        using var scope = NewDisposeScope();
        var brain = masks.amax([0, 1]).flatten().nonzero().squeeze(1);
        var logarithms = activation.flatten(1).index_select(1, brain).log_softmax(1);
        return (logarithms.exp() * logarithms).sum().neg().MoveToOuterDisposeScope();
    }
}
