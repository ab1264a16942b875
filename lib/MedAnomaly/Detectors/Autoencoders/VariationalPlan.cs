using MedAnomaly.Training;

namespace MedAnomaly.Detectors;

/// <summary>How a variational autoencoder is trained: Adam on binary cross-entropy and β times the divergence, both summed.</summary>
/// <remarks>The defaults are those of source 002 (sections 2.1 and 3.1.1), which is silent about β: 1 here, the bound of the likelihood.</remarks>
public sealed record VariationalPlan : TrainingPlan
{
    /// <summary>Fifty epochs.</summary>
    public VariationalPlan() => (Epochs, BatchSize, LearningRate, WeightDecay) = (50, 64, 1e-4, 1e-5);

    /// <summary>β: how much the divergence weighs.</summary>
    public double Beta { get; init; } = 1;

    internal override string? Fault() => base.Fault()
        ?? (BatchSize < 2 ? $"{nameof(BatchSize)} is {BatchSize}; batch normalisation needs at least two images a step"
        : NotNegative(Beta, nameof(Beta)));
}

/// <summary>The two terms of a variational loss, summed over the values of an image, averaged over images; in nats.</summary>
/// <param name="Reconstruction">Binary cross-entropy of the pixels.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the latent distribution from the standard normal one, before it is weighted.</param>
public sealed record VariationalLoss(double Reconstruction, double Divergence);

/// <summary>What one pass over the training images gave.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Training">Of the training images, while the weights moved and latent vectors were drawn.</param>
/// <param name="Validation">Of the validation images after the pass, decoded from the means; null without validation images.</param>
public sealed record VariationalEpoch(int Number, VariationalLoss Training, VariationalLoss? Validation);
