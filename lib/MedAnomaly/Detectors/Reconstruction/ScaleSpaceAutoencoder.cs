using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// SSAE, the scale-space autoencoder of source 001 (section 2.2; Baur et al., MICCAI 2020): an image is parted into a coarse image and bands of
/// detail, a Laplacian pyramid; each band has an autoencoder of its own, and the image is put together again from coarse to fine. The loss adds
/// the mean squared residuals of all levels; the score is that of the finest.
/// </summary>
/// <remarks>
/// Three bands; their autoencoders halve 5, 4 and 3 times, with 32 to 512 channels, and the one of the coarsest image twice. The one public
/// port (unofficial) copies the coarsest image instead, which <c>modelsCoarsest: false</c> repeats: low frequencies then come back as they
/// are, abnormal or not.
/// </remarks>
public sealed class ScaleSpaceAutoencoder : ReconstructionNetwork
{
    const int Factor = 32, Bands = 3, FirstWidth = 32;

    readonly ModuleList<Sequential> levels = new();
    readonly bool modelsCoarsest;
    readonly string sizes;

    /// <summary>An autoencoder with random weights.</summary>
    /// <param name="imageSize">Height and width of the images, a multiple of 32.</param>
    /// <param name="channels">1 for grey images, 3 for coloured ones.</param>
    /// <param name="dropout">The share of values that training leaves out after each block.</param>
    /// <param name="modelsCoarsest">Whether the coarsest image has an autoencoder too, or is copied.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <exception cref="UsageException">A size makes no sense.</exception>
    public ScaleSpaceAutoencoder(int imageSize = 64, int channels = 1, double dropout = 0.1, bool modelsCoarsest = true, int seed = 0)
        : base("SSAE", imageSize, channels, Factor, seed)
    {
        CheckDropout(dropout);
        this.modelsCoarsest = modelsCoarsest;
        sizes = FormattableString.Invariant($"{channels} x {imageSize} x {imageSize}, dropout {dropout}, the coarsest image {(modelsCoarsest ? "modelled" : "copied")}");
        for (var level = 0; level < (modelsCoarsest ? Bands + 1 : Bands); level++) levels.Add(Level(channels, halvings: 5 - level, dropout));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override string Architecture => $"SSAE of {sizes}";

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Reconstructions(Pyramid(input))[0].MoveToOuterDisposeScope();
    }

    /// <summary>The image, and three times its half, smoothed.</summary>
    internal static IReadOnlyList<Tensor> Pyramid(Tensor images)
    {
        var pyramid = new List<Tensor> { images };
        for (var band = 0; band < Bands; band++) pyramid.Add(Halved(pyramid[^1]));
        return pyramid;
    }

    internal override IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor images)
    {
        var pyramid = Pyramid(images);
        return [.. Reconstructions(pyramid).Select((image, level) => ($"level {level}", functional.mse_loss(image, pyramid[level])))];
    }

    /// <summary>What comes back of each level that has an autoencoder, the finest first.</summary>
    Tensor[] Reconstructions(IReadOnlyList<Tensor> pyramid)
    {
        var results = new Tensor[levels.Count];
        var coarser = pyramid[Bands];
        if (modelsCoarsest) results[Bands] = coarser = levels[Bands].call(coarser);
        for (var level = Bands - 1; level >= 0; level--)
            results[level] = coarser = levels[level].call(pyramid[level] - Doubled(pyramid[level + 1])) + Doubled(coarser);
        return results;
    }

    static Sequential Level(int channels, int halvings, double dropout)
    {
        var layers = Sequential();
        int[] steps = [channels, .. Enumerable.Range(0, halvings).Select(i => FirstWidth << i)];
        ConvolutionalBlocks.Halve(layers, steps, dropout);
        ConvolutionalBlocks.Double(layers, steps, dropout);
        return layers;
    }

    static Tensor Halved(Tensor images)
    {
        var channels = images.shape[1];
        // The binomial kernel of five, in both directions.
        using var row = tensor(new[] { 1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f }, device: images.device);
        using var kernel = outer(row, row).expand(channels, 1, 5, 5).contiguous();
        using var padded = functional.pad(images, [2, 2, 2, 2], PaddingModes.Reflect);
        using var smooth = functional.conv2d(padded, kernel, groups: channels);
        return functional.interpolate(smooth, size: [images.shape[2] / 2, images.shape[3] / 2], mode: InterpolationMode.Bilinear, align_corners: false);
    }

    static Tensor Doubled(Tensor images) =>
        functional.interpolate(images, size: [images.shape[2] * 2, images.shape[3] * 2], mode: InterpolationMode.Bilinear, align_corners: false);
}
