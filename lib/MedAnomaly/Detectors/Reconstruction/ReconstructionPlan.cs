using MedAnomaly.Training;

namespace MedAnomaly.Detectors;

/// <summary>How a reconstruction method is trained: Adam, and the epoch with the best AUROC of the validation images is kept.</summary>
/// <remarks>Batch size and optimizer are those of source 001 (section 3.3), which is silent about epochs and learning rate.</remarks>
public sealed record ReconstructionPlan : TrainingPlan
{
    /// <summary>Two hundred epochs.</summary>
    public ReconstructionPlan() => (Epochs, BatchSize, LearningRate) = (200, 30, 1e-3);

    /// <summary>Epochs between two validations; the last epoch is validated too.</summary>
    public int ValidateEvery { get; init; } = 1;

    /// <summary>Training ends when so many validations in a row were no better; never where this is null.</summary>
    public int? Patience { get; init; }

    internal override string? Fault() => base.Fault()
        ?? (BatchSize < 2 ? $"{nameof(BatchSize)} is {BatchSize}; batch normalisation needs at least two images a step"
        : ValidateEvery < 1 ? $"{nameof(ValidateEvery)} is {ValidateEvery}; at least one epoch must pass"
        : Patience < 1 ? $"{nameof(Patience)} is {Patience}; at least one validation must pass" : null);
}
