using System.Globalization;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Training;

/// <summary>Passes over training images in random order, a step of the optimizer for each batch: what all training has in common.</summary>
/// <param name="plan">How; checked before.</param>
/// <param name="optimizer">Moves the weights.</param>
/// <param name="count">Training images.</param>
/// <param name="progress">Told the images passed over.</param>
/// <param name="cancellationToken">Stops between two steps.</param>
sealed class TrainingLoop(TrainingPlan plan, optim.Optimizer optimizer, int count, IProgress<WorkProgress>? progress,
    CancellationToken cancellationToken)
{
    const string Stage = "training";

    int epoch;

    /// <summary>Draws the orders, and whatever else a step draws on the CPU.</summary>
    public SplitMix64 Random { get; } = new((ulong)plan.Seed);

    /// <summary>One epoch.</summary>
    /// <param name="loss">From the numbers of a batch's images to what the step descends, a scalar.</param>
    /// <returns>How many images the steps were made with.</returns>
    /// <exception cref="UsageException">The loss is no number any more; no step was made with it.</exception>
    public int Pass(Func<long[], Tensor> loss)
    {
        var order = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
        Random.Shuffle<long>(order);
        var (seen, used) = (0, 0);
        foreach (var chunk in order.Chunk(plan.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            seen += chunk.Length;
            // One image left over has no spread that batch normalisation could divide by.
            if (chunk.Length > 1 || plan.BatchSize == 1 || count == 1)
            {
                Step(() => loss(chunk));
                used += chunk.Length;
            }
            progress?.Report(new(Stage, epoch * (long)count + seen, plan.Epochs * (long)count));
        }
        epoch++;
        return used;
    }

    void Step(Func<Tensor> loss)
    {
        using var step = NewDisposeScope();
        optimizer.zero_grad();
        var cost = loss();
        var value = cost.item<float>();
        if (!float.IsFinite(value))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The loss became {value} in epoch {epoch + 1} "
                + $"at a learning rate of {plan.LearningRate}. Choose a smaller one."));
        cost.backward();
        optimizer.step();
    }
}
