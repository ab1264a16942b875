using MedAnomaly.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// A network that learns to bring back normal images: what <see cref="ReconstructionDetector"/> trains, and scores with. A method is a class
/// that derives from this one.
/// </summary>
public abstract class ReconstructionNetwork : Module<Tensor, Tensor>
{
    /// <summary>The deriving constructor makes its layers after this one, which seeds torch's generator.</summary>
    private protected ReconstructionNetwork(string method, int imageSize, int channels, int factor, int seed)
        : base(method)
    {
        ImageFormat.RequireMultiple(imageSize, factor, method);
        if (channels < 1) throw new UsageException($"{method} needs channels; got {channels}.");
        (ImageSize, Channels) = (imageSize, channels);
        Format = ImageFormat.UnitRange(imageSize, channels, "which these networks are not made for");
        random.manual_seed(seed);
    }

    /// <summary>Height and width of the images.</summary>
    public int ImageSize { get; }

    /// <summary>1 for grey images, 3 for coloured ones.</summary>
    public int Channels { get; }

    /// <summary>The method and its sizes, in words: what a checkpoint must agree with.</summary>
    public abstract string Architecture { get; }

    /// <summary>What images it takes.</summary>
    internal ImageFormat Format { get; }

    /// <summary>How abnormal images are, [N].</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    internal virtual Tensor Scores(Tensor images) => (call(images) - images).square().mean([1, 2, 3]);

    /// <summary>The terms of the loss of images, whose sum is descended.</summary>
    internal abstract IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor images);

    /// <summary>The parts of the training, in order; most methods have one, in which Adam moves all weights.</summary>
    internal virtual IEnumerable<TrainingStage> Stages(ReconstructionPlan plan) => [Descent("training", this, plan)];

    /// <summary>Takes up what a score needs of the training images as a whole; called in evaluation, before images are scored.</summary>
    internal virtual void Settle(Tensor training)
    {
    }

    /// <summary>A stage in which Adam moves the weights of a part of the network, or of all.</summary>
    private protected TrainingStage Descent(string name, Module moved, ReconstructionPlan plan) =>
        new DescentStage(name, plan, optim.Adam(moved.parameters(), plan.LearningRate, weight_decay: plan.WeightDecay), Losses);

    /// <summary>Refuses a share of dropped values that is none.</summary>
    private protected static void CheckDropout(double dropout)
    {
        if (!(dropout is >= 0 and < 1)) throw new UsageException(FormattableString.Invariant($"Dropout is {dropout}; it lies between 0 and 1, and is less than 1."));
    }
}

/// <summary>
/// The blocks of source 001 (section 3.3), each of which halves or doubles an image: a convolution, batch normalisation, leaky rectifier, dropout.
/// </summary>
static class ConvolutionalBlocks
{
    const double Slope = 0.2;
    const int Kernel = 4;

    /// <summary>Appends a block for each step of channels, from those of the image to the most.</summary>
    public static void Halve(Sequential layers, int[] channels, double dropout)
    {
        for (var i = 1; i < channels.Length; i++)
            Finish(layers.append(Conv2d(channels[i - 1], channels[i], Kernel, stride: 2, padding: 1)), channels[i], dropout);
    }

    /// <summary>Appends the way back, with transposed convolutions; the last one stands alone.</summary>
    public static void Double(Sequential layers, int[] channels, double dropout)
    {
        for (var i = channels.Length - 1; i > 1; i--) Finish(Doubling(layers, channels[i], channels[i - 1]), channels[i - 1], dropout);
        Doubling(layers, channels[1], channels[0]);
    }

    static Sequential Doubling(Sequential layers, int from, int to) => layers.append(ConvTranspose2d(from, to, Kernel, stride: 2, padding: 1));

    static void Finish(Sequential layers, int channels, double dropout)
    {
        layers.append(BatchNorm2d(channels));
        layers.append(LeakyReLU(Slope));
        layers.append(Dropout(dropout));
    }
}
