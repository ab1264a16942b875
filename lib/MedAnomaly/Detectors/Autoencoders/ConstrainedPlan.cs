using MedAnomaly.Training;

namespace MedAnomaly.Detectors;

/// <summary>How a constrained autoencoder compares an image with its reconstruction; it tells the range of the images.</summary>
public enum ReconstructionLoss
{
    /// <summary>Squared differences of images in [-1, 1]: source 002.</summary>
    SquaredError,
    /// <summary>Binary cross-entropy of images in [0, 1]: Silva-Rodriguez et al.</summary>
    CrossEntropy,
}

/// <summary>
/// How a constrained autoencoder is trained: Adam on the reconstruction loss plus β times the divergence minus the weighted entropy of the
/// activation map, sums over pixels and latent dimensions, means over the images of a batch.
/// </summary>
/// <remarks>Source 002 (section 2.2) is silent about β, the weight of the entropy and the epochs: the first two are the original's.</remarks>
public sealed record ConstrainedPlan : TrainingPlan
{
    ConstrainedPlan(int epochs, int batchSize, double learningRate, double weightDecay) =>
        (Epochs, BatchSize, LearningRate, WeightDecay) = (epochs, batchSize, learningRate, weightDecay);

    /// <summary>Source 002 on slices: learning rate 1e-4, weight decay 1e-5, 64 images a step; fifty epochs are our choice.</summary>
    public static ConstrainedPlan Slices { get; } = new(50, 64, 1e-4, 1e-5);

    /// <summary>Source 002 on patches: learning rate 5e-5, the rest as on slices.</summary>
    public static ConstrainedPlan Patches { get; } = new(50, 64, 5e-5, 1e-5);

    /// <summary>Silva-Rodriguez et al. 2022, by the authors' code: learning rate 1e-4, 8 images a step, 300 epochs, no entropy in the first.</summary>
    public static ConstrainedPlan Original { get; } = new(300, 8, 1e-4, 0) { EpochsWithoutEntropy = 1 };

    /// <summary>β: how much the divergence weighs.</summary>
    public double Beta { get; init; } = 10;

    /// <summary>How much the entropy of the activation map weighs; 0 leaves an ordinary variational autoencoder.</summary>
    public double EntropyWeight { get; init; } = 0.1;

    /// <summary>Epochs at the start in which the entropy does not weigh.</summary>
    public int EpochsWithoutEntropy { get; init; }

    internal override string? Fault() => base.Fault()
        ?? (BatchSize < 2 ? $"{nameof(BatchSize)} is {BatchSize}; batch normalisation needs at least two images a step"
        : NotNegative(Beta, nameof(Beta)) ?? NotNegative(EntropyWeight, nameof(EntropyWeight))
        ?? NotNegative(EpochsWithoutEntropy, nameof(EpochsWithoutEntropy)));
}

/// <summary>The terms of a constrained loss, averaged over images.</summary>
/// <param name="Reconstruction">Squared errors or cross-entropy, summed over pixels.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the latent distribution from the standard normal one, in nats, before it is weighted.</param>
/// <param name="Entropy">Of the activation map within the brain, in nats, before it is weighted.</param>
public sealed record ConstrainedLoss(double Reconstruction, double Divergence, double Entropy);

/// <summary>What one pass over the training images gave.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Training">Of the training images, while the weights moved and latent vectors were drawn.</param>
/// <param name="Validation">Of the validation images after the pass, decoded from the means; null without validation images.</param>
public sealed record ConstrainedEpoch(int Number, ConstrainedLoss Training, ConstrainedLoss? Validation);
