using MedAnomaly.Encoders.Weights;
using MedAnomaly.Metrics;
using MedAnomaly.Progress;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>Images with labels, to choose an epoch by.</summary>
/// <param name="Images">[N, C, S, S] in [0, 1].</param>
/// <param name="IsAbnormal">A label each.</param>
public sealed record LabelledStack(Tensor Images, IReadOnlyList<bool> IsAbnormal);

/// <summary>
/// Trains a network to bring back normal images, and scores others by how badly they come back, or whatever the network's method scores by. It
/// is ready to use when it is made: untrained until <see cref="Train"/>.
/// </summary>
public sealed class ReconstructionDetector : IDisposable
{
    readonly ReconstructionNetwork network;
    readonly ImageFormat format;

    /// <summary>A detector around a network.</summary>
    /// <param name="network">The method; belongs to the detector from now on.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    public ReconstructionDetector(ReconstructionNetwork network, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        (this.network, Device, format) = (network, device ?? CPU, network.Format);
        network.to(Device);
        network.eval();
    }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The network; the detector's own.</summary>
    public ReconstructionNetwork Network => network;

    /// <summary>SHA-256 of the weights, as records name them.</summary>
    public string WeightsHash => StateDicts.Hash(StateDicts.Of(network));

    /// <summary>
    /// Trains on normal images, and leaves the weights of the epoch with the best AUROC of the validation images (the first of equal ones).
    /// On one machine the same seeds give the same weights, to the bit, whether it is killed in between or not.
    /// </summary>
    /// <param name="training">Normal images [N, C, S, S] in [0, 1], at least two.</param>
    /// <param name="validation">Images of both labels.</param>
    /// <param name="plan">How; source 001's by default.</param>
    /// <param name="augmentation">Changes the training images each time they are seen; null leaves them as they are.</param>
    /// <param name="checkpoint">Where the training is kept, to go on after it was killed; null nowhere.</param>
    /// <param name="passed">Told each epoch that was trained now, not those of a checkpoint.</param>
    /// <param name="progress">Told the images passed over.</param>
    /// <param name="cancellationToken">Stops after a step; the weights are then the best so far.</param>
    /// <returns>The epochs of all stages, in order.</returns>
    /// <exception cref="UsageException">
    /// The plan makes no sense; the checkpoint is another training's; or the loss is no number any more, the weights then being the best so far.
    /// </exception>
    /// <exception cref="DatasetException">There are too few images, or of another shape, or not in [0, 1]; or a label is missing.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged.</exception>
    /// <exception cref="OutputException">The checkpoint cannot be written; the one before is intact.</exception>
    public IReadOnlyList<TrainingEpoch> Train(Tensor training, LabelledStack validation, ReconstructionPlan? plan = null, Augmentation? augmentation = null,
        Checkpoint? checkpoint = null, Action<TrainingEpoch>? passed = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        plan ??= new();
        plan.Check();
        if (augmentation?.Fault() is { } fault) throw new UsageException($"The augmentation makes no sense: {fault}.");
        format.Check(training, "training");
        ImageFormat.RequireSeveral(training);
        bool[] labels = CheckLabels(validation);
        var data = TrainingIdentity.HashOf(training, validation.Images, tensor(labels));
        using var scope = NewDisposeScope();
        var choice = new ResumableTraining.Validation(plan.ValidateEvery, plan.Patience, () =>
        {
            Settle(training);
            return RankedScores.Of(Score(validation.Images, cancellationToken), labels).Auroc.Value;
        });
        var epochs = new List<TrainingEpoch>();
        var stages = network.Stages(plan).ToList();
        try
        {
            foreach (var stage in stages)
            {
                var run = new ResumableTraining(network, network.Architecture, stage, augmentation, Device);
                epochs.AddRange(run.Run(training, data, stage.IsChosen ? choice : null, stages.Count == 1 ? checkpoint : checkpoint?.Of(stage.Name),
                    passed, progress, cancellationToken));
            }
        }
        finally
        {
            foreach (var stage in stages) stage.Dispose();
        }
        return epochs;
    }

    /// <summary>Scores images, each for itself; higher is more abnormal.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public double[] Score(Tensor images, CancellationToken cancellationToken = default)
    {
        var scores = new double[format.Check(images, "test")];
        foreach (var (start, part) in format.Parts(images, Device, cancellationToken))
            network.Scores(part).CopyTo(scores.AsSpan(start, (int)part.shape[0]));
        return scores;
    }

    /// <summary>The images as they come back.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>[N, C, S, S], on the CPU; the method may leave [0, 1].</returns>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public Tensor Reconstruct(Tensor images, CancellationToken cancellationToken = default) =>
        format.Reconstruct(network, images, Device, cancellationToken);

    /// <summary>The absolute difference of each pixel to how it comes back, averaged over channels: where an image is abnormal.</summary>
    /// <param name="images">[N, C, S, S] in [0, 1].</param>
    /// <exception cref="DatasetException">There are no images, or they are of another shape or not in [0, 1].</exception>
    public IReadOnlyList<ScoreMap> Residuals(Tensor images)
    {
        using var scope = NewDisposeScope();
        var residuals = (Reconstruct(images) - images.cpu()).abs().mean([1L]);
        return [.. Enumerable.Range(0, (int)images.shape[0])
            .Select(i => new ScoreMap(residuals[i].contiguous().data<float>().ToArray(), network.ImageSize, network.ImageSize))];
    }

    void Settle(Tensor training)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        network.Settle(training);
    }

    bool[] CheckLabels(LabelledStack validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        var count = format.Check(validation.Images, "validation");
        if (validation.IsAbnormal.Count != count)
            throw new ArgumentException($"There are {validation.IsAbnormal.Count} labels for {count} validation images; there must be one each.", nameof(validation));
        var abnormal = validation.IsAbnormal.Count(label => label);
        return abnormal > 0 && abnormal < count ? [.. validation.IsAbnormal]
            : throw new DatasetException($"Of {count} validation images {abnormal} are abnormal; the best epoch is chosen by AUROC, which needs both labels. "
                + "Draw another split, or give fewer folds.");
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();
}
