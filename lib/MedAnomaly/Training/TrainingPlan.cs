namespace MedAnomaly.Training;

/// <summary>What every training by gradient descent is told; a method's own plan has its defaults and what else it needs.</summary>
public abstract record TrainingPlan
{
    /// <summary>Passes over the training images, at most.</summary>
    public int Epochs { get; init; }

    /// <summary>Images a step.</summary>
    public int BatchSize { get; init; }

    /// <summary>The learning rate at first.</summary>
    public double LearningRate { get; init; }

    /// <summary>How strongly weights are drawn to zero.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Fixes the order of the images and whatever else is drawn.</summary>
    public int Seed { get; init; }

    /// <summary>What makes no sense, with the name; null where nothing does.</summary>
    internal virtual string? Fault() =>
        Epochs < 1 ? $"{nameof(Epochs)} is {Epochs}; at least one epoch is needed"
        : BatchSize < 1 ? $"{nameof(BatchSize)} is {BatchSize}; at least one image a step is needed"
        : !(LearningRate > 0 && double.IsFinite(LearningRate)) ? FormattableString.Invariant($"{nameof(LearningRate)} is {LearningRate}; it must be positive")
        : NotNegative(WeightDecay, nameof(WeightDecay));

    /// <summary>What is wrong with a weight that is negative or no number; null where nothing is.</summary>
    private protected static string? NotNegative(double value, string name) =>
        value >= 0 && double.IsFinite(value) ? null : FormattableString.Invariant($"{name} is {value}; it must not be negative");

    /// <exception cref="UsageException">Something makes no sense.</exception>
    internal void Check()
    {
        if (Fault() is { } fault) throw new UsageException($"The training plan makes no sense: {fault}.");
    }
}
