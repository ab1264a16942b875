using System.Runtime.InteropServices;
using MedAnomaly.Progress;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>What a variational autoencoder says about images, in their order.</summary>
/// <param name="Errors">[N]: the mean squared difference of an image to its reconstruction, the anomaly score of source 002.</param>
/// <param name="Latents">[N, J]: the mean of an image's latent distribution, for outlier detectors.</param>
public sealed record VariationalResult(double[] Errors, double[,] Latents);

/// <summary>
/// The simple variational autoencoder of source 002: learns to compress normal images into a few numbers that are normally distributed.
/// What it brings back badly, or puts in an unusual place of the latent space, is abnormal. It is ready to use when it is made: untrained
/// until <see cref="Train"/>.
/// </summary>
public sealed partial class VariationalAutoencoder : IDisposable
{
    readonly VariationalNetwork network;
    readonly ImageFormat format;

    /// <summary>An autoencoder with random weights.</summary>
    /// <param name="imageSize">Height and width of the images, a multiple of 16.</param>
    /// <param name="channels">1 for grey images, 3 for coloured ones.</param>
    /// <param name="latentDimension">Numbers that an image becomes.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <exception cref="UsageException">The size is no such multiple, or a number is not positive.</exception>
    public VariationalAutoencoder(int imageSize = 32, int channels = 1, int latentDimension = 16, int seed = 0, Device? device = null)
    {
        ImageFormat.RequireMultiple(imageSize, VariationalNetwork.Factor, "A variational autoencoder");
        if (channels < 1 || latentDimension < 1)
            throw new UsageException($"A variational autoencoder needs channels and latent dimensions; got {channels} and {latentDimension}.");
        (ImageSize, Channels, LatentDimension, Device) = (imageSize, channels, latentDimension, device ?? CPU);
        format = ImageFormat.UnitRange(imageSize, channels, "which binary cross-entropy has no value for");
        random.manual_seed(seed);
        network = new(imageSize, channels, latentDimension);
        network.to(Device);
        network.eval();
    }

    /// <summary>Height and width of the images.</summary>
    public int ImageSize { get; }

    /// <summary>Channels of the images.</summary>
    public int Channels { get; }

    /// <summary>J of source 002: the numbers that an image becomes.</summary>
    public int LatentDimension { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The network; the autoencoder's own.</summary>
    internal VariationalNetwork Network => network;

    /// <summary>Trains on normal images, further from what it is.</summary>
    /// <param name="training">[N, C, S, S] in [0, 1], at least two.</param>
    /// <param name="validation">Images whose loss the epochs report, and that nothing is chosen by; may be null.</param>
    /// <param name="plan">How; source 002's by default.</param>
    /// <param name="progress">Told the images passed over.</param>
    /// <param name="cancellationToken">Stops after a step; the weights are then those of the last step.</param>
    /// <returns>The epochs, in order.</returns>
    /// <exception cref="UsageException">
    /// The plan makes no sense, or the loss is no number any more; the weights are then those after the last whole epoch.
    /// </exception>
    /// <exception cref="DatasetException">There are fewer than two images, or they are of another shape or not in [0, 1].</exception>
    public IReadOnlyList<VariationalEpoch> Train(Tensor training, Tensor? validation = null, VariationalPlan? plan = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        plan ??= new();
        plan.Check();
        format.Check(training, "training");
        ImageFormat.RequireSeveral(training);
        if (validation is not null) format.Check(validation, "validation");
        using var scope = NewDisposeScope();
        using var optimizer = optim.Adam(network.parameters(), plan.LearningRate, weight_decay: plan.WeightDecay);
        var loop = new TrainingLoop(plan, optimizer, (int)training.shape[0], progress, cancellationToken);
        random.manual_seed(plan.Seed);
        return loop.Epochs(network, number => new VariationalEpoch(number, Pass(loop, training, plan.Beta),
            validation is null ? null : Loss(validation, cancellationToken)));
    }

    /// <summary>Scores images, each for itself.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <param name="progress">Told the images scored.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public VariationalResult Score(Tensor images, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var count = format.Check(images, "test");
        var errors = new double[count];
        var latents = new double[count, LatentDimension];
        foreach (var (start, part) in format.Parts(images, Device, cancellationToken))
        {
            var center = network.Encode(part).Mean;
            var squares = (network.Decode(center).sigmoid() - part).square().mean([1, 2, 3]);
            squares.CopyTo(errors.AsSpan(start, (int)part.shape[0]));
            center.CopyTo(MemoryMarshal.CreateSpan(ref latents[start, 0], (int)center.numel()));
            progress?.Report(new("scores", start + part.shape[0], count));
        }
        return new(errors, latents);
    }

    /// <summary>The images as they come back from the mean of their latent distribution.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>[N, C, S, S] in [0, 1], on the CPU.</returns>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public Tensor Reconstruct(Tensor images, CancellationToken cancellationToken = default) =>
        format.Reconstruct(network, images, Device, cancellationToken);

    VariationalLoss Pass(TrainingLoop loop, Tensor training, double beta)
    {
        var (reconstruction, divergence) = (0.0, 0.0);
        var used = loop.Pass(chunk =>
        {
            var images = training.index_select(0, tensor(chunk)).to(Device);
            var losses = network.Losses(images, randn(chunk.Length, LatentDimension).to(Device));
            reconstruction += losses.Reconstruction.item<float>();
            divergence += losses.Divergence.item<float>();
            return losses.Reconstruction + losses.Divergence * beta;
        });
        return new(reconstruction / used, divergence / used);
    }

    /// <summary>The loss of images that are not trained on.</summary>
    VariationalLoss Loss(Tensor images, CancellationToken cancellationToken)
    {
        network.eval();
        var (reconstruction, divergence) = (0.0, 0.0);
        foreach (var (_, part) in format.Parts(images, Device, cancellationToken))
        {
            var losses = network.Losses(part, noise: null);
            reconstruction += losses.Reconstruction.item<float>();
            divergence += losses.Divergence.item<float>();
        }
        return new(reconstruction / images.shape[0], divergence / images.shape[0]);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();
}
