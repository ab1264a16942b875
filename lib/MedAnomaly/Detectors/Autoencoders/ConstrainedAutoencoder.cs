using System.Runtime.InteropServices;
using MedAnomaly.Progress;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>What a constrained autoencoder says about images, in their order.</summary>
/// <param name="Errors">[N]: the mean squared difference of an image to its reconstruction, background included: source 002's score.</param>
/// <param name="BrainErrors">[N]: the same over the brain's pixels only.</param>
/// <param name="Latents">[N, J]: the mean of an image's latent distribution, for outlier detectors.</param>
/// <param name="Spreads">[N]: the standard deviation of the activation map within the brain: Silva-Rodriguez et al.'s score.</param>
/// <param name="Reconstructions">For each image the pixels, row after row, as they come back from the mean.</param>
/// <param name="Activations">For each image the activation map, a value a pixel; higher is more abnormal.</param>
public sealed record ConstrainedResult(double[] Errors, double[] BrainErrors, double[,] Latents, double[] Spreads, float[][] Reconstructions,
    float[][] Activations);

/// <summary>
/// The constrained variational autoencoder (AMCons: Silva-Rodriguez, Naranjo and Dolz, Medical Image Analysis 2022; source 002, section
/// 2.2). Beside the reconstruction it learns to look at the whole brain evenly: the entropy of an early layer's activation map is made
/// large, so that an anomaly, which was never seen, stands out in it. It is ready to use when it is made: untrained until
/// <see cref="Train"/>.
/// </summary>
public sealed partial class ConstrainedAutoencoder : IDisposable
{
    readonly ConstrainedNetwork network;
    readonly ImageFormat format;

    /// <summary>An autoencoder with random weights.</summary>
    /// <param name="imageSize">Height and width of the images, a multiple of 16: 224 for slices, 32 for patches.</param>
    /// <param name="latentDimension">Numbers that an image becomes; source 002: 128 for slices, 64 for patches; the original: 32.</param>
    /// <param name="loss">How reconstructions are compared.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <exception cref="UsageException">The size is no such multiple, or the dimension is not positive.</exception>
    public ConstrainedAutoencoder(int imageSize = 224, int latentDimension = 128, ReconstructionLoss loss = ReconstructionLoss.SquaredError,
        int seed = 0, Device? device = null)
    {
        ImageFormat.RequireMultiple(imageSize, ConstrainedNetwork.Factor, "A constrained autoencoder");
        if (latentDimension < 1) throw new UsageException($"A constrained autoencoder needs latent dimensions; got {latentDimension}.");
        (ImageSize, LatentDimension, Loss, Device) = (imageSize, latentDimension, loss, device ?? CPU);
        format = new(imageSize, 1, loss == ReconstructionLoss.SquaredError ? (-1, 1) : (0, 1), "Cut slices or patches of that size.",
            $"the range of {loss}. Normalise the volumes with BrainPreparation, or find out what made them.");
        random.manual_seed(seed);
        network = new(imageSize, latentDimension, loss);
        network.to(Device);
        network.eval();
    }

    /// <summary>Height and width of the images.</summary>
    public int ImageSize { get; }

    /// <summary>The numbers that an image becomes.</summary>
    public int LatentDimension { get; }

    /// <summary>How reconstructions are compared.</summary>
    public ReconstructionLoss Loss { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The network; the autoencoder's own.</summary>
    internal ConstrainedNetwork Network => network;

    /// <summary>Trains on images of healthy brains, further from what it is.</summary>
    /// <param name="training">At least two, with brain in each.</param>
    /// <param name="plan">How.</param>
    /// <param name="validation">Images whose loss the epochs report, and that nothing is chosen by; may be null.</param>
    /// <param name="progress">Told the images passed over.</param>
    /// <param name="cancellationToken">Stops after a step; the weights are then those of the last step.</param>
    /// <returns>The epochs, in order.</returns>
    /// <exception cref="UsageException">
    /// The plan makes no sense, or the loss is no number any more; the weights are then those after the last whole epoch.
    /// </exception>
    /// <exception cref="DatasetException">There are fewer than two images, they are of another shape or range, or one shows no brain.</exception>
    public IReadOnlyList<ConstrainedEpoch> Train(MaskedImages training, ConstrainedPlan plan, MaskedImages? validation = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        plan.Check();
        Check(training, "training");
        ImageFormat.RequireSeveral(training.Images);
        if (validation is not null) Check(validation, "validation");
        using var scope = NewDisposeScope();
        using var optimizer = optim.Adam(network.parameters(), plan.LearningRate, weight_decay: plan.WeightDecay);
        var loop = new TrainingLoop(plan, optimizer, training.Count, progress, cancellationToken);
        random.manual_seed(plan.Seed);
        return loop.Epochs(network, number => new ConstrainedEpoch(number,
            Pass(loop, training, plan.Beta, number > plan.EpochsWithoutEntropy ? plan.EntropyWeight : 0),
            validation is null ? null : LossOf(validation, cancellationToken)));
    }

    /// <summary>Scores images, each for itself.</summary>
    /// <param name="images">With brain in each.</param>
    /// <param name="progress">Told the images scored.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">There are no images, they are of another shape or range, or one shows no brain.</exception>
    public ConstrainedResult Score(MaskedImages images, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var count = Check(images, "test");
        double[] errors = new double[count], brainErrors = new double[count], spreads = new double[count];
        var latents = new double[count, LatentDimension];
        float[][] reconstructions = new float[count][], activations = new float[count][];
        foreach (var (start, part) in format.Parts(images.Images, Device, cancellationToken))
        {
            var size = (int)part.shape[0];
            var brain = images.Masks.narrow(0, start, size).to(Device);
            var (center, _, activation) = network.Encode(part);
            var back = network.Output(network.Decode(center));
            var squares = (back - part).square();
            var pixels = brain.sum([1, 2, 3]);
            squares.mean([1, 2, 3]).CopyTo(errors.AsSpan(start, size));
            ((squares * brain).sum([1, 2, 3]) / pixels).CopyTo(brainErrors.AsSpan(start, size));
            Spread(activation.unsqueeze(1), brain, pixels).CopyTo(spreads.AsSpan(start, size));
            center.CopyTo(MemoryMarshal.CreateSpan(ref latents[start, 0], (int)center.numel()));
            Separate(back).CopyTo(reconstructions, start);
            Separate(activation).CopyTo(activations, start);
            progress?.Report(new("scores", start + size, count));
        }
        return new(errors, brainErrors, latents, spreads, reconstructions, activations);
    }

    ConstrainedLoss Pass(TrainingLoop loop, MaskedImages training, double beta, double entropyWeight)
    {
        var sums = new double[3];
        var used = loop.Pass(chunk =>
        {
            using var numbers = tensor(chunk);
            var images = training.Images.index_select(0, numbers).to(Device);
            var terms = network.Losses(images, training.Masks.index_select(0, numbers).to(Device), randn(chunk.Length, LatentDimension).to(Device));
            Add(sums, terms);
            return (terms.Reconstruction + terms.Divergence * beta - terms.Entropy * entropyWeight) / chunk.Length;
        });
        return new(sums[0] / used, sums[1] / used, sums[2] / used);
    }

    /// <summary>The loss of images that are not trained on.</summary>
    ConstrainedLoss LossOf(MaskedImages images, CancellationToken cancellationToken)
    {
        network.eval();
        var sums = new double[3];
        foreach (var (start, part) in format.Parts(images.Images, Device, cancellationToken))
            Add(sums, network.Losses(part, images.Masks.narrow(0, start, part.shape[0]).to(Device), noise: null));
        return new(sums[0] / images.Count, sums[1] / images.Count, sums[2] / images.Count);
    }

    static void Add(double[] sums, ConstrainedTerms terms)
    {
        sums[0] += terms.Reconstruction.item<float>();
        sums[1] += terms.Divergence.item<float>();
        sums[2] += terms.Entropy.item<float>();
    }

    /// <summary>The standard deviation, over all brain pixels as numpy has it, of each map [N, 1, S, S].</summary>
    static Tensor Spread(Tensor maps, Tensor brain, Tensor pixels)
    {
        var means = ((maps * brain).sum([1, 2, 3]) / pixels).view(-1, 1, 1, 1);
        return (((maps - means).square() * brain).sum([1, 2, 3]) / pixels).sqrt();
    }

    float[][] Separate(Tensor maps)
    {
        using var flat = maps.cpu().contiguous();
        return [.. flat.data<float>().ToArray().Chunk(ImageSize * ImageSize)];
    }

    int Check(MaskedImages images, string which)
    {
        ArgumentNullException.ThrowIfNull(images);
        var count = format.Check(images.Images, which);
        if (!images.Masks.shape.SequenceEqual(images.Images.shape))
            throw new DatasetException($"The brain masks of the {which} images are [{string.Join(", ", images.Masks.shape)}], "
                + $"the images [{string.Join(", ", images.Images.shape)}]; they must be the same.");
        using var scope = NewDisposeScope();
        var shown = (images.Masks > 0).flatten(1).any(1);
        if (!shown.all().item<bool>())
            throw new DatasetException($"The {which} image {shown.to(ScalarType.Int64).argmin().item<long>()} (from 0) shows no brain: its mask is empty. "
                + "Leave it out; there is no activation map within nothing.");
        return count;
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();
}
