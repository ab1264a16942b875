using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// The network of source 002's simple VAE (section 2.1): four convolutions, each halving the image, a rectifier and batch normalisation
/// after each; two dense layers to the mean and the logarithm of the variance of the latent distribution; a decoder that mirrors them.
/// </summary>
/// <remarks>The source is silent about kernels, strides and channels: 3, 2 and 32 to 256 here.</remarks>
sealed class VariationalNetwork : Module<Tensor, Tensor>
{
    const int Kernel = 3;

    static readonly int[] widths = [32, 64, 128, 256];

    readonly Sequential encoder;
    readonly Linear mean;
    readonly Linear log_variance;
    readonly Linear expansion;
    readonly Sequential decoder;
    readonly long[] deepest;

    /// <summary>A network with random weights, from torch's generator.</summary>
    /// <param name="imageSize">A multiple of <see cref="Factor"/>.</param>
    /// <param name="channels">Of the images.</param>
    /// <param name="latentDimension">J of the source.</param>
    public VariationalNetwork(int imageSize, int channels, int latentDimension)
        : base(nameof(VariationalNetwork))
    {
        deepest = [-1, widths[^1], imageSize / Factor, imageSize / Factor];
        var values = Features(imageSize);
        encoder = Sequential();
        decoder = Sequential();
        int[] steps = [channels, .. widths];
        for (var i = 1; i < steps.Length; i++)
        {
            encoder.append(Conv2d(steps[i - 1], steps[i], Kernel, stride: 2, padding: 1));
            encoder.append(ReLU());
            encoder.append(BatchNorm2d(steps[i]));
        }
        mean = Linear(values, latentDimension);
        log_variance = Linear(values, latentDimension);
        expansion = Linear(latentDimension, values);
        for (var i = steps.Length - 1; i > 0; i--)
        {
            decoder.append(ConvTranspose2d(steps[i], steps[i - 1], Kernel, stride: 2, padding: 1, output_padding: 1));
            if (i == 1) break;
            decoder.append(ReLU());
            decoder.append(BatchNorm2d(steps[i - 1]));
        }
        RegisterComponents();
    }

    /// <summary>By how much the encoder makes an image smaller.</summary>
    public static int Factor => 1 << widths.Length;

    /// <summary>How many values the encoder leaves of an image.</summary>
    public static long Features(long imageSize) => widths[^1] * (imageSize / Factor) * (imageSize / Factor);

    /// <summary>The latent distribution of each image.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <returns>Means and logarithms of variances, each [N, J].</returns>
    public (Tensor Mean, Tensor LogVariance) Encode(Tensor images)
    {
        using var features = encoder.call(images);
        using var flat = features.flatten(1);
        return (mean.call(flat), log_variance.call(flat));
    }

    /// <summary>Images from latent vectors, before the sigmoid.</summary>
    /// <param name="latents">[N, J].</param>
    /// <returns>[N, C, S, S].</returns>
    public Tensor Decode(Tensor latents)
    {
        using var values = expansion.call(latents);
        using var features = values.view(deepest);
        return decoder.call(features);
    }

    /// <summary>The images as they come back from the mean of their latent distribution, in [0, 1].</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Decode(Encode(input).Mean).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The two terms of the loss, summed over images: binary cross-entropy over pixels, and the Kullback-Leibler divergence of the latent
    /// distribution from the standard normal one.
    /// </summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <param name="noise">[N, J], standard normal: where in its distribution each image is decoded from; null for the mean.</param>
    public (Tensor Reconstruction, Tensor Divergence) Losses(Tensor images, Tensor? noise)
    {
        using var scope = NewDisposeScope();
        var (center, logVariance) = Encode(images);
        var decoded = Decode(LatentDistribution.Draw(center, logVariance, noise));
        var reconstruction = functional.binary_cross_entropy_with_logits(decoded, images, reduction: Reduction.Sum);
        return (reconstruction.MoveToOuterDisposeScope(), LatentDistribution.Divergence(center, logVariance).MoveToOuterDisposeScope());
    }
}
