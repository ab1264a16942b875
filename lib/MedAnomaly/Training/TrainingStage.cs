using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MedAnomaly.Training;

/// <summary>A part of a method's training: what is done with a batch. Most methods have one, adversarial ones several.</summary>
abstract class TrainingStage(string name, TrainingPlan plan) : IDisposable
{
    /// <summary>A word for progress, curves and files.</summary>
    public string Name => name;

    /// <summary>How it is trained.</summary>
    public TrainingPlan Plan => plan;

    /// <summary>Whether the weights of the epoch with the best validation are kept; else those of the last.</summary>
    public virtual bool IsChosen => true;

    /// <summary>What moves the weights; the first is the main one.</summary>
    public abstract IReadOnlyList<OptimizerHelper> Optimizers { get; }

    /// <summary>Makes the steps of a batch.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1], changed by the augmentation, on the device.</param>
    /// <param name="loop">Makes the steps.</param>
    /// <returns>The terms of the losses, by name.</returns>
    public abstract IReadOnlyList<(string Name, double Value)> Step(Tensor images, TrainingLoop loop);

    /// <summary>Frees the optimizers.</summary>
    public virtual void Dispose()
    {
        foreach (var optimizer in Optimizers) optimizer.Dispose();
    }
}

/// <summary>One optimizer that descends a sum of terms.</summary>
/// <param name="name">Of the stage.</param>
/// <param name="plan">How it is trained.</param>
/// <param name="optimizer">Moves the weights; the stage's from now on.</param>
/// <param name="terms">From images to the terms of the loss, scalars.</param>
sealed class DescentStage(string name, TrainingPlan plan, OptimizerHelper optimizer, Func<Tensor, IReadOnlyList<(string Name, Tensor Value)>> terms)
    : TrainingStage(name, plan)
{
    public override IReadOnlyList<OptimizerHelper> Optimizers { get; } = [optimizer];

    public override IReadOnlyList<(string Name, double Value)> Step(Tensor images, TrainingLoop loop)
    {
        (string, double)[] values = [];
        loop.Step(optimizer, () =>
        {
            var summands = terms(images);
            values = [.. summands.Select(term => (term.Name, (double)term.Value.item<float>()))];
            return summands.Select(term => term.Value).Aggregate((sum, term) => sum + term);
        });
        return values;
    }
}
