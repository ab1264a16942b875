namespace MedAnomaly.Training;

/// <summary>What one pass over the training images gave.</summary>
/// <param name="Stage">The part of the training.</param>
/// <param name="Number">From 1, in its stage.</param>
/// <param name="Losses">The terms of the loss by name, each averaged over the images, while the weights moved.</param>
/// <param name="Auroc">Of the validation images after the pass; null where none was measured.</param>
/// <param name="Seconds">What it took, with the validation.</param>
public sealed record TrainingEpoch(string Stage, int Number, IReadOnlyDictionary<string, double> Losses, double? Auroc, double Seconds);
