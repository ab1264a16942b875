using System.Diagnostics;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Training;

/// <summary>
/// A stage's training in epochs that may be killed at any time and goes on from its checkpoint, to the same bits; that chooses the epoch with
/// the best validation, and stops where that has not got better for long.
/// </summary>
/// <param name="module">The whole network; a checkpoint holds all of it.</param>
/// <param name="architecture">The network and its sizes, in words.</param>
/// <param name="stage">What is done with a batch.</param>
/// <param name="augmentation">Changes the images; null leaves them as they are.</param>
/// <param name="device">Where it computes.</param>
sealed class ResumableTraining(Module module, string architecture, TrainingStage stage, Augmentation? augmentation, Device device)
{
    /// <summary>What tells when an epoch is validated, and when the training ends early.</summary>
    /// <param name="Every">Epochs between two validations.</param>
    /// <param name="Patience">It ends where so many validations in a row were no better; never where this is null.</param>
    /// <param name="Auroc">Measures.</param>
    internal sealed record Validation(int Every, int? Patience, Func<double> Auroc);

    /// <summary>Trains to the end, and leaves the weights of the chosen epoch.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1], on the CPU.</param>
    /// <param name="data">SHA-256 of all images that it depends on.</param>
    /// <param name="validation">Chooses the epoch; null keeps the last.</param>
    /// <param name="checkpoint">Where it is kept; null nowhere.</param>
    /// <param name="passed">Told each epoch that was trained now.</param>
    /// <param name="progress">Told the images passed over.</param>
    /// <param name="cancellationToken">Stops after a step, with the best weights so far.</param>
    /// <returns>All epochs, those before it was killed too.</returns>
    public IReadOnlyList<TrainingEpoch> Run(Tensor images, string data, Validation? validation, Checkpoint? checkpoint, Action<TrainingEpoch>? passed,
        IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        var file = checkpoint is null ? null : new CheckpointFile<TrainingEpoch>(checkpoint,
            new(architecture, TrainingIdentity.PlanOf(stage.Plan, augmentation), StateDicts.Hash(StateDicts.Of(module)), data));
        var loop = new TrainingLoop(stage.Plan, stage.Optimizers[0], (int)images.shape[0], progress, cancellationToken) { Stage = stage.Name };
        var best = new Snapshot(module);
        try
        {
            List<TrainingEpoch> epochs = [.. file?.Load(module, best, stage.Optimizers, stage.Plan.Epochs) ?? []];
            while (epochs.Count < stage.Plan.Epochs && !IsPatienceLost(epochs, validation?.Patience))
            {
                loop.LastGood = file?.LastGood ?? "";
                var clock = Stopwatch.StartNew();
                var losses = Pass(loop, images, epochs.Count);
                // A last step can break weights that no loss was computed from: these must not become a checkpoint.
                if (!AreFinite())
                    throw new UsageException($"The weights are no numbers any more after epoch {epochs.Count + 1}. Choose a smaller learning rate.{loop.LastGood}");
                var isLast = epochs.Count + 1 == stage.Plan.Epochs;
                double? auroc = validation is not null && ((epochs.Count + 1) % validation.Every == 0 || isLast) ? validation.Auroc() : null;
                var isBest = validation is null || (auroc is { } value && !epochs.Exists(epoch => epoch.Auroc >= value));
                epochs.Add(new(stage.Name, epochs.Count + 1, losses, auroc, clock.Elapsed.TotalSeconds));
                if (isBest)
                {
                    best.Dispose();
                    best = new(module);
                }
                file?.Keep(module, best, stage.Optimizers, epochs, isEnd: false);
                passed?.Invoke(epochs[^1]);
            }
            file?.Keep(module, best, stage.Optimizers, epochs, isEnd: true);
            return epochs;
        }
        finally
        {
            best.Restore(module);
            best.Dispose();
            module.eval();
        }
    }

    Dictionary<string, double> Pass(TrainingLoop loop, Tensor images, int number)
    {
        module.train();
        loop.Begin(number);
        var sums = new Dictionary<string, (double Sum, int Count)>(StringComparer.Ordinal);
        loop.Each(chunk =>
        {
            using var scope = NewDisposeScope();
            var batch = images.index_select(0, tensor(chunk));
            if (augmentation is not null) batch = augmentation.Apply(batch, chunk, number, stage.Plan.Seed);
            foreach (var (name, value) in stage.Step(batch.to(device), loop))
            {
                var (sum, count) = sums.GetValueOrDefault(name);
                sums[name] = (sum + value * chunk.Length, count + chunk.Length);
            }
        });
        module.eval();
        return sums.ToDictionary(entry => entry.Key, entry => entry.Value.Sum / entry.Value.Count, StringComparer.Ordinal);
    }

    bool AreFinite()
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        return module.parameters().All(parameter => parameter.isfinite().all().item<bool>());
    }

    static bool IsPatienceLost(List<TrainingEpoch> epochs, int? patience)
    {
        var measured = epochs.FindAll(epoch => epoch.Auroc is not null);
        if (patience is null || measured.Count == 0) return false;
        var best = measured.MaxBy(epoch => epoch.Auroc)!;
        return measured.Count - 1 - measured.IndexOf(best) >= patience;
    }
}
