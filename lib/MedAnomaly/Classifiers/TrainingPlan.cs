namespace MedAnomaly.Classifiers;

/// <summary>How a classifier is trained: stochastic gradient descent with momentum, and a learning rate that falls in steps.</summary>
/// <remarks>The defaults are those of ResNet's original training (He et al. 2016), which source 000 names for what it does not say.</remarks>
public sealed record TrainingPlan
{
    /// <summary>Passes over the training images, at most.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The learning rate at first.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>The learning rate is multiplied by <see cref="DecayFactor"/> each time so many epochs have passed.</summary>
    public int DecayEvery { get; init; } = 20;

    /// <summary>What the learning rate is multiplied by.</summary>
    public double DecayFactor { get; init; } = 0.1;

    /// <summary>How much of the last step goes into the next one.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>How strongly weights are drawn to zero.</summary>
    public double WeightDecay { get; init; } = 1e-4;

    /// <summary>Training stops when the validation loss has not fallen for so many epochs; never where this is null.</summary>
    public int? Patience { get; init; }

    /// <summary>Mirrors each training image left to right every other time.</summary>
    public bool Mirror { get; init; }

    /// <summary>Trains only parameters whose name begins so, such as "fc."; the rest stays as it is. All where this is empty.</summary>
    public string Only { get; init; } = "";

    /// <summary>Fixes the order of the images, dropout and mirroring.</summary>
    public int Seed { get; init; }

    /// <summary>What makes no sense, with the name; null where nothing does.</summary>
    internal string? Fault() =>
        Epochs < 1 ? $"{nameof(Epochs)} is {Epochs}; at least one epoch is needed"
        : BatchSize < 1 ? $"{nameof(BatchSize)} is {BatchSize}; at least one image a step is needed"
        : !(LearningRate > 0 && double.IsFinite(LearningRate)) ? FormattableString.Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be positive")
        : DecayEvery < 1 ? $"{nameof(DecayEvery)} is {DecayEvery}; at least one epoch must pass"
        : Patience < 1 ? $"{nameof(Patience)} is {Patience}; at least one epoch must pass" : null;
}

/// <summary>What one pass over the training images gave.</summary>
/// <param name="Number">From 1.</param>
/// <param name="LearningRate">The rate it was trained with.</param>
/// <param name="TrainingLoss">The mean cross-entropy of the training images, while the weights moved.</param>
/// <param name="TrainingAccuracy">The share of them that were told right, likewise.</param>
/// <param name="ValidationLoss">The mean cross-entropy of the validation images after the pass.</param>
/// <param name="ValidationAccuracy">The share of them that were told right.</param>
public sealed record TrainingEpoch(int Number, double LearningRate, double TrainingLoss, double TrainingAccuracy, double ValidationLoss,
    double ValidationAccuracy);
