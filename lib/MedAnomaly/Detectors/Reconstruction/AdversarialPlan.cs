using MedAnomaly.Training;

namespace MedAnomaly.Detectors;

/// <summary>
/// How the generator and the critic of f-AnoGAN are trained: by Adam on the Wasserstein distance with a gradient penalty (WGAN-GP). An epoch
/// passes over the training images with critic steps.
/// </summary>
public sealed record AdversarialPlan : TrainingPlan
{
    /// <summary>The authors' settings (64 x 64), with batches of source 001.</summary>
    public AdversarialPlan() => (Epochs, BatchSize, LearningRate) = (1000, 30, 1e-4);

    /// <summary>How much of the last step's direction Adam keeps.</summary>
    public double Beta1 { get; init; }

    /// <summary>How much of the gradient's squares Adam keeps.</summary>
    public double Beta2 { get; init; } = 0.9;

    /// <summary>Critic steps for one of the generator.</summary>
    public int CriticSteps { get; init; } = 5;

    /// <summary>λ: how much the gradient penalty weighs.</summary>
    public double Penalty { get; init; } = 10;

    internal override string? Fault() => base.Fault()
        ?? (BatchSize < 2 ? $"{nameof(BatchSize)} is {BatchSize}; batch normalisation needs at least two images a step"
        : CriticSteps < 1 ? $"{nameof(CriticSteps)} is {CriticSteps}; at least one is needed"
        : !(Beta1 is >= 0 and < 1 && Beta2 is >= 0 and < 1)
            ? FormattableString.Invariant($"{nameof(Beta1)} and {nameof(Beta2)} are {Beta1} and {Beta2}; they lie between 0 and 1")
        : !(Penalty >= 0 && double.IsFinite(Penalty)) ? FormattableString.Invariant($"{nameof(Penalty)} is {Penalty}; it must not be negative") : null);
}
