using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// CAE, the convolutional autoencoder of source 001 (section 2.1): four blocks halve an image, a dense layer leaves a few numbers of it, and
/// the mirror image of that brings it back. Loss and score are the mean squared residual.
/// </summary>
/// <remarks>The slides draw the blocks, and print neither channels (32 to 256 here), nor the size of the bottleneck, nor the dropout.</remarks>
public sealed class ConvolutionalAutoencoder : ReconstructionNetwork
{
    const int Factor = 16;

    static readonly int[] widths = [32, 64, 128, 256];

    readonly Sequential encoder, decoder;
    readonly Linear bottleneck, expansion;
    readonly long[] deepest;
    readonly string sizes;

    /// <summary>An autoencoder with random weights.</summary>
    /// <param name="imageSize">Height and width of the images, a multiple of 16.</param>
    /// <param name="channels">1 for grey images, 3 for coloured ones.</param>
    /// <param name="latentDimension">Numbers that an image becomes.</param>
    /// <param name="dropout">The share of values that training leaves out after each block.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <exception cref="UsageException">A size makes no sense.</exception>
    public ConvolutionalAutoencoder(int imageSize = 64, int channels = 1, int latentDimension = 128, double dropout = 0.1, int seed = 0)
        : base("CAE", imageSize, channels, Factor, seed)
    {
        if (latentDimension < 1) throw new UsageException($"CAE needs latent dimensions; got {latentDimension}.");
        CheckDropout(dropout);
        sizes = FormattableString.Invariant($"{channels} x {imageSize} x {imageSize}, {latentDimension} latent numbers, dropout {dropout}");
        deepest = [-1, widths[^1], imageSize / Factor, imageSize / Factor];
        var values = widths[^1] * (imageSize / Factor) * (imageSize / Factor);
        encoder = Sequential();
        decoder = Sequential();
        int[] steps = [channels, .. widths];
        ConvolutionalBlocks.Halve(encoder, steps, dropout);
        bottleneck = Linear(values, latentDimension);
        expansion = Linear(latentDimension, values);
        ConvolutionalBlocks.Double(decoder, steps, dropout);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override string Architecture => $"CAE of {sizes}";

    /// <summary>The numbers that images become, [N, J].</summary>
    internal Tensor Encode(Tensor images) => bottleneck.call(encoder.call(images).flatten(1));

    /// <summary>Images from such numbers, in [0, 1].</summary>
    internal Tensor Decode(Tensor latents) => decoder.call(expansion.call(latents).view(deepest)).sigmoid();

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Decode(Encode(input));

    internal override IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor images) => [("residual", functional.mse_loss(call(images), images))];
}
