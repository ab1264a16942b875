using MedAnomaly.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// f-AnoGAN of source 001 (section 2.3; Schlegl et al. 2019). First a generator learns to make images like the training images out of noise,
/// against a critic (WGAN-GP); the last weights of it are kept. Then, with both as they are, an encoder learns to find the noise of an image
/// (izi_f): it descends the mean squared difference of the image to what the generator makes of it, and κ times that of the critic's features
/// of both. The score is that same sum.
/// </summary>
public sealed class FAnoGan : ReconstructionNetwork
{
    const int Factor = 16;

    readonly Synthesis generator;
    readonly Analysis critic, encoder;
    readonly int latentDimension;
    readonly string sizes;

    /// <summary>Networks with random weights.</summary>
    /// <param name="imageSize">Height and width of the images; the authors' networks take 16, 32, 64, ..., the port's any multiple of 16.</param>
    /// <param name="channels">1 for grey images, 3 for coloured ones.</param>
    /// <param name="variant">Whose networks.</param>
    /// <param name="width">Channels of the authors' networks at full size; theirs have 64. The port has its own.</param>
    /// <param name="latentDimension">Numbers of a latent vector; the authors' 128, the port's 100.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <exception cref="UsageException">A size makes no sense.</exception>
    public FAnoGan(int imageSize = 64, int channels = 1, FAnoGanVariant variant = FAnoGanVariant.Original, int width = 64, int latentDimension = 128, int seed = 0)
        : base("f-AnoGAN", imageSize, channels, Factor, seed)
    {
        if (variant == FAnoGanVariant.Original && !int.IsPow2(imageSize))
            throw new UsageException($"The authors' f-AnoGAN takes images whose size is a power of two; got {imageSize}. "
                + $"Resize them to {1 << (int.Log2(imageSize) + 1)}.");
        if (width < 1 || latentDimension < 1) throw new UsageException($"f-AnoGAN needs channels and latent dimensions; got {width} and {latentDimension}.");
        this.latentDimension = latentDimension;
        (generator, critic, encoder) = FAnoGanParts.Of(variant, imageSize, channels, width, latentDimension);
        var whose = variant == FAnoGanVariant.Original ? FormattableString.Invariant($"its authors', width {width}") : "the port";
        sizes = FormattableString.Invariant($"({whose}) of {channels} x {imageSize} x {imageSize}, {latentDimension} latent numbers");
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override string Architecture => FormattableString.Invariant($"f-AnoGAN {sizes}, κ = {Kappa}");

    /// <summary>How generator and critic are trained. Its batches and seed are its own.</summary>
    public AdversarialPlan Adversarial { get; init; } = new();

    /// <summary>κ: how much the critic's features weigh.</summary>
    public double Kappa { get; init; } = 1;

    /// <summary>Images that the generator makes of noise.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the noise; torch's generator starts anew from it.</param>
    /// <returns>[N, C, S, S] in [0, 1], on the CPU.</returns>
    public Tensor Generate(int count, int seed = 0)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        random.manual_seed(seed);
        return Unit(generator.call(Noise(count, encoder.parameters().First().device))).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>The images that the generator makes of what the encoder finds.</summary>
    public override Tensor forward(Tensor input) => Unit(generator.call(encoder.call(Signed(input))));

    internal override Tensor Scores(Tensor images)
    {
        var signed = Signed(images);
        var back = generator.call(encoder.call(signed));
        return (back - signed).square().mean([1, 2, 3]) + (critic.Features(back) - critic.Features(signed)).square().mean([1L]) * Kappa;
    }

    internal override IEnumerable<TrainingStage> Stages(ReconstructionPlan plan)
    {
        Adversarial.Check();
        return
        [
            new AdversarialStage(Adversarial, generator, critic, Noise),
            Descent("encoder", encoder, plan),
        ];
    }

    /// <summary>The terms of the encoder's loss, izi_f.</summary>
    internal override IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor images)
    {
        // Generator and critic stay as they are: weights, statistics, and what the port's would drop.
        foreach (var part in new Module[] { generator, critic })
        {
            part.eval();
            AdversarialStage.Freeze(part, frozen: true);
        }
        var signed = Signed(images);
        var back = generator.call(encoder.call(signed));
        return
        [
            ("residual", functional.mse_loss(back, signed)),
            ("features", functional.mse_loss(critic.Features(back), critic.Features(signed)) * Kappa),
        ];
    }

    Tensor Noise(long count, Device device) => randn(count, latentDimension).to(device);

    static Tensor Signed(Tensor images) => images * 2 - 1;

    static Tensor Unit(Tensor images) => (images + 1) / 2;
}
