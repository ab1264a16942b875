using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>Whose f-AnoGAN: they differ in the networks.</summary>
public enum FAnoGanVariant
{
    /// <summary>The authors' (Schlegl et al. 2019): the residual networks of WGAN-GP, a critic with layer normalisation, an encoder without bounds.</summary>
    Original,
    /// <summary>
    /// The popular port to PyTorch (A03ki/f-AnoGAN): plain convolutions; a critic with batch normalisation and dropout, for which the gradient
    /// penalty is not made, since an image's output then depends on the others; and an encoder that ends in a hyperbolic tangent, although the
    /// generator's latent numbers are normally distributed.
    /// </summary>
    Port,
}

/// <summary>From images to values: the critic's features, or the encoder's. The last layer is its own, so that features can be had.</summary>
sealed class Analysis : Module<Tensor, Tensor>
{
    readonly Sequential layers;
    readonly Linear head;
    readonly bool bounded;

    /// <param name="layers">From images to features.</param>
    /// <param name="features">How many there are of an image.</param>
    /// <param name="outputs">Numbers that an image becomes.</param>
    /// <param name="bounded">Whether a hyperbolic tangent keeps them within 1.</param>
    public Analysis(Sequential layers, long features, long outputs, bool bounded = false)
        : base(nameof(Analysis))
    {
        (this.layers, head, this.bounded) = (layers, Linear(features, outputs), bounded);
        RegisterComponents();
    }

    /// <summary>The last convolution's output, [N, features].</summary>
    public Tensor Features(Tensor images) => layers.call(images).flatten(1);

    public override Tensor forward(Tensor input)
    {
        var values = head.call(Features(input));
        return bounded ? values.tanh() : values;
    }
}

/// <summary>From latent vectors to images in [-1, 1].</summary>
sealed class Synthesis : Module<Tensor, Tensor>
{
    readonly Linear expansion;
    readonly Sequential layers;
    readonly long[] deepest;

    /// <param name="latents">Numbers of a vector.</param>
    /// <param name="layers">From maps to images.</param>
    /// <param name="channels">Of the maps.</param>
    /// <param name="size">Of the maps.</param>
    public Synthesis(long latents, Sequential layers, long channels, long size)
        : base(nameof(Synthesis))
    {
        (expansion, this.layers, deepest) = (Linear(latents, channels * size * size), layers, [-1, channels, size, size]);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => layers.call(expansion.call(input).view(deepest));
}

/// <summary>
/// Two convolutions of 3 x 3, each after normalisation and rectifier, beside a convolution of 1 x 1, on an image that is doubled before or
/// halved afterwards: the block of WGAN-GP (Gulrajani et al. 2017, appendix F).
/// </summary>
sealed class ResidualScaling : Module<Tensor, Tensor>
{
    readonly Module<Tensor, Tensor> norm1, norm2;
    readonly Conv2d conv1, conv2, shortcut;
    readonly bool doubles;

    /// <param name="from">Channels that come in.</param>
    /// <param name="to">Channels that go out.</param>
    /// <param name="doubles">Whether images are doubled; else they are halved.</param>
    /// <param name="normalisation">Of so many channels.</param>
    public ResidualScaling(int from, int to, bool doubles, Func<int, Module<Tensor, Tensor>> normalisation)
        : base(nameof(ResidualScaling))
    {
        this.doubles = doubles;
        var between = doubles ? to : from;
        (norm1, norm2) = (normalisation(from), normalisation(between));
        conv1 = Conv2d(from, between, 3, padding: 1, bias: false);
        conv2 = Conv2d(between, to, 3, padding: 1);
        shortcut = Conv2d(from, to, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        var first = norm1.call(input).relu();
        if (doubles) return conv2.call(norm2.call(conv1.call(Doubled(first))).relu()) + shortcut.call(Doubled(input));
        return Halved(conv2.call(norm2.call(conv1.call(first)).relu())) + Halved(shortcut.call(input));
    }

    static Tensor Doubled(Tensor images) => functional.interpolate(images, scale_factor: [2, 2]);

    static Tensor Halved(Tensor images) => functional.avg_pool2d(images, 2);
}

/// <summary>The three networks of f-AnoGAN.</summary>
sealed record FAnoGanParts(Synthesis Generator, Analysis Critic, Analysis Encoder)
{
    const int Deepest = 4, MostWidths = 8;

    /// <summary>The networks of a variant, with random weights.</summary>
    /// <param name="variant">Whose.</param>
    /// <param name="size">Of the images: 4 times a power of two.</param>
    /// <param name="channels">Of the images.</param>
    /// <param name="width">Channels at full size; the port has its own.</param>
    /// <param name="latents">Numbers of a latent vector.</param>
    public static FAnoGanParts Of(FAnoGanVariant variant, int size, int channels, int width, int latents) =>
        variant == FAnoGanVariant.Original ? Original(size, channels, width, latents) : Port(size, channels, latents);

    static FAnoGanParts Original(int size, int channels, int width, int latents)
    {
        // Widths from full size to 4 x 4: 1, 2, 4, 8, 8 times the first at 64 pixels.
        int[] widths = [.. Enumerable.Range(0, int.Log2(size / Deepest) + 1).Select(level => width * Math.Min(1 << level, MostWidths))];
        long features = widths[^1] * Deepest * Deepest;
        // Layer normalisation over all values of an image, with a factor and an offset a channel: one group of all channels.
        Module<Tensor, Tensor> Layer(int count) => GroupNorm(1, count);
        Module<Tensor, Tensor> Batch(int count) => BatchNorm2d(count);

        Sequential Down(Func<int, Module<Tensor, Tensor>> normalisation)
        {
            var layers = Sequential().append(Conv2d(channels, width, 3, padding: 1));
            for (var level = 1; level < widths.Length; level++) layers.append(new ResidualScaling(widths[level - 1], widths[level], doubles: false, normalisation));
            return layers;
        }
        var up = Sequential();
        for (var level = widths.Length - 1; level > 0; level--) up.append(new ResidualScaling(widths[level], widths[level - 1], doubles: true, Batch));
        up.append(BatchNorm2d(width)).append(ReLU()).append(Conv2d(width, channels, 3, padding: 1)).append(Tanh());
        return new(new(latents, up, widths[^1], Deepest), new(Down(Layer), features, 1), new(Down(Batch), features, latents));
    }

    static FAnoGanParts Port(int size, int channels, int latents)
    {
        const int factor = 16, wide = 128;
        const double slope = 0.2, dropout = 0.25;
        // The port passes 0.8 where the epsilon belongs; all that copy its blocks do.
        const double epsilon = 0.8;
        var up = Sequential(BatchNorm2d(wide), Upsample(scale_factor: [2, 2]), Conv2d(wide, wide, 3, padding: 1), BatchNorm2d(wide, epsilon), LeakyReLU(slope),
            Upsample(scale_factor: [2, 2]), Conv2d(wide, 64, 3, padding: 1), BatchNorm2d(64, epsilon), LeakyReLU(slope), Conv2d(64, channels, 3, padding: 1), Tanh());
        Sequential Down()
        {
            var layers = Sequential();
            int[] steps = [channels, 16, 32, 64, wide];
            for (var i = 1; i < steps.Length; i++)
            {
                layers.append(Conv2d(steps[i - 1], steps[i], 3, stride: 2, padding: 1)).append(LeakyReLU(slope)).append(Dropout2d(dropout));
                if (i > 1) layers.append(BatchNorm2d(steps[i], epsilon));
            }
            return layers;
        }
        long features = wide * (size / factor) * (size / factor);
        return new(new(latents, up, wide, size / 4), new(Down(), features, 1), new(Down(), features, latents, bounded: true));
    }
}
