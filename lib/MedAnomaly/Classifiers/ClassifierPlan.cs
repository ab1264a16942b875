using MedAnomaly.Training;

namespace MedAnomaly.Classifiers;

/// <summary>How a classifier is trained: stochastic gradient descent with momentum, and a learning rate that falls in steps.</summary>
/// <remarks>The defaults are those of ResNet's original training (He et al. 2016), which source 000 names for what it does not say.</remarks>
public sealed record ClassifierPlan : TrainingPlan
{
    /// <summary>Twenty epochs.</summary>
    public ClassifierPlan() => (Epochs, BatchSize, LearningRate, WeightDecay) = (20, 32, 0.01, 1e-4);

    /// <summary>The learning rate is multiplied by <see cref="DecayFactor"/> each time so many epochs have passed.</summary>
    public int DecayEvery { get; init; } = 20;

    /// <summary>What the learning rate is multiplied by.</summary>
    public double DecayFactor { get; init; } = 0.1;

    /// <summary>How much of the last step goes into the next one.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Training stops when the validation loss has not fallen for so many epochs; never where this is null.</summary>
    public int? Patience { get; init; }

    /// <summary>Changes the training images each time they are seen; null leaves them as they are.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>
    /// Weighs the cross-entropy of each class by the inverse of its share of the training images, that of validation likewise: a rare class
    /// then counts as much as a frequent one.
    /// </summary>
    public bool Balanced { get; init; }

    /// <summary>Trains only parameters whose name begins so, such as "fc."; the rest stays as it is. All where this is empty.</summary>
    public string Only { get; init; } = "";

    internal override string? Fault() => base.Fault()
        ?? (DecayEvery < 1 ? $"{nameof(DecayEvery)} is {DecayEvery}; at least one epoch must pass"
        : Augmentation?.Fault() is { } fault ? fault
        : Patience < 1 ? $"{nameof(Patience)} is {Patience}; at least one epoch must pass" : null);
}

/// <summary>What one pass over the training images gave.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LearningRate">The rate it was trained with.</param>
/// <param name="TrainingLoss">The mean cross-entropy of the training images, weighted as the plan says, while the weights moved.</param>
/// <param name="TrainingAccuracy">The share of them that were told right, likewise.</param>
/// <param name="ValidationLoss">The mean cross-entropy of the validation images, weighted likewise, after the pass.</param>
/// <param name="ValidationAccuracy">The share of them that were told right.</param>
/// <param name="Seconds">What it took, with the validation.</param>
public sealed record ClassifierEpoch(int Number, double LearningRate, double TrainingLoss, double TrainingAccuracy, double ValidationLoss,
    double ValidationAccuracy, double Seconds);
