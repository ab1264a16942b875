using System.Diagnostics;
using System.Runtime.InteropServices;
using MedAnomaly.Detectors;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using MedAnomaly.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// A supervised classifier of images: trains a network on labelled images, keeps the weights of the epoch with the least validation loss,
/// and tells classes and their probabilities.
/// </summary>
public sealed class ImageClassifier : IDisposable
{
    readonly Module<Tensor, Tensor> network;

    /// <summary>A classifier around a network with as many outputs as classes.</summary>
    /// <param name="network">From [N, 3, S, S] to [N, classes]; belongs to the classifier from now on.</param>
    /// <param name="classes">The names of the classes, in the order of the outputs.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    public ImageClassifier(Module<Tensor, Tensor> network, IReadOnlyList<string> classes, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes.Count, 2, nameof(classes));
        (this.network, Classes, Device) = (network, classes, device ?? CPU);
        network.to(Device);
    }

    /// <summary>The names of the classes, in the order of the outputs.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The network; the classifier's own.</summary>
    public Module<Tensor, Tensor> Network => network;

    /// <summary>SHA-256 of the weights, as records name them.</summary>
    public string WeightsHash => StateDicts.Hash(StateDicts.Of(network));

    /// <summary>
    /// What the network expects of pixels. Images then come with <see cref="ImageNormalisation.UnitRange"/>, and are normalised after their
    /// augmentation, so that what an affine transformation leaves empty is black. By default images are taken as they come.
    /// </summary>
    public ImageNormalisation Normalisation { get; init; } = ImageNormalisation.UnitRange;

    /// <summary>
    /// Trains by cross-entropy, and leaves the network with the weights of the epoch with the least validation loss. On one machine the same
    /// seed gives the same weights, to the bit, whether it is killed in between or not.
    /// </summary>
    /// <param name="training">What it learns from; every class must be there.</param>
    /// <param name="validation">What the best epoch and the end are chosen on.</param>
    /// <param name="plan">How.</param>
    /// <param name="progress">Told the images passed over.</param>
    /// <param name="passed">Told each epoch that was trained now, not those of a checkpoint.</param>
    /// <param name="checkpoint">Where the training is kept, to go on after it was killed; null nowhere.</param>
    /// <param name="cancellationToken">Stops after a step; the network then has the best weights so far.</param>
    /// <returns>The epochs, in order.</returns>
    /// <exception cref="UsageException">
    /// The plan makes no sense, trains nothing, or the loss is no number any more; or the checkpoint is another training's.
    /// </exception>
    /// <exception cref="DatasetException">A class is missing among the training images, or an image has another class.</exception>
    /// <exception cref="DataFormatException">The checkpoint is damaged.</exception>
    /// <exception cref="OutputException">The checkpoint cannot be written; the one before is intact.</exception>
    public IReadOnlyList<ClassifierEpoch> Train(LabelledImages training, LabelledImages validation, ClassifierPlan plan,
        IProgress<WorkProgress>? progress = null, Action<ClassifierEpoch>? passed = null, Checkpoint? checkpoint = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentNullException.ThrowIfNull(plan);
        plan.Check();
        CheckClasses(training, "training", needsAll: true);
        CheckClasses(validation, "validation", needsAll: false);
        var parameters = network.named_parameters().ToLookup(entry => entry.name.StartsWith(plan.Only, StringComparison.Ordinal), entry => entry.parameter);
        var trained = parameters[true].ToList();
        // What stays as it is needs no gradients, which are most of the work.
        var frozen = parameters[false].Where(parameter => parameter.requires_grad).ToList();
        if (trained.Count == 0)
            throw new UsageException($"No parameter of {network.GetName()} begins with '{plan.Only}'; there are "
                + $"{string.Join(", ", network.named_parameters().Take(3).Select(entry => entry.name))}, ....");
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(trained, plan.LearningRate, plan.Momentum, weight_decay: plan.WeightDecay);
        var schedule = optim.lr_scheduler.StepLR(optimizer, plan.DecayEvery, plan.DecayFactor);
        var loop = new TrainingLoop(plan, optimizer, training.Count, progress, cancellationToken);
        var file = checkpoint is null ? null : new CheckpointFile<ClassifierEpoch>(checkpoint,
            new($"a classifier ({network.GetName()}) of {string.Join(", ", Classes)}", TrainingIdentity.PlanOf(plan, plan.Augmentation), WeightsHash,
                TrainingIdentity.HashOf(training.Pixels, tensor([.. training.Classes]), validation.Pixels, tensor([.. validation.Classes]))));
        OptimizerHelper[] optimizers = [optimizer];
        var best = new Snapshot(network);
        using var weights = plan.Balanced ? BalancedWeights(training) : null;
        foreach (var parameter in frozen) parameter.requires_grad = false;
        try
        {
            List<ClassifierEpoch> epochs = [.. file?.Load(network, best, optimizers, plan.Epochs) ?? []];
            // The schedule multiplies the rate that it finds, which the checkpoint has brought back.
            foreach (var group in optimizer.ParamGroups) group.LearningRate = plan.LearningRate;
            foreach (var _ in epochs) schedule.step();
            loop.Skip(epochs.Count);
            while (epochs.Count < plan.Epochs && !IsPatienceLost(epochs, plan))
            {
                loop.LastGood = file?.LastGood ?? "";
                var clock = Stopwatch.StartNew();
                // What layers draw follows from the number of the epoch, so that a training that is taken up draws the same.
                torch.random.manual_seed(TrainingLoop.TorchSeed(new((ulong)plan.Seed, (ulong)epochs.Count + 1)));
                var (loss, accuracy) = Pass(training, plan, loop, epochs.Count, weights);
                var (validationLoss, right) = Evaluate(validation, weights);
                epochs.Add(new(epochs.Count + 1, optimizer.ParamGroups.First().LearningRate, loss, accuracy, validationLoss, right, clock.Elapsed.TotalSeconds));
                if (epochs.Min(epoch => epoch.ValidationLoss) == validationLoss)
                {
                    best.Dispose();
                    best = new(network);
                }
                schedule.step();
                file?.Keep(network, best, optimizers, epochs, isEnd: false);
                passed?.Invoke(epochs[^1]);
            }
            file?.Keep(network, best, optimizers, epochs, isEnd: true);
            return epochs;
        }
        finally
        {
            foreach (var parameter in frozen) parameter.requires_grad = true;
            best.Restore(network);
            best.Dispose();
            network.eval();
        }
    }

    /// <summary>The probabilities of the classes [N, classes] of each image; in rows, in the order of the images.</summary>
    public float[,] Probabilities(LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        var values = Scores(images).softmax(1).cpu();
        var result = new float[images.Count, Classes.Count];
        MemoryMarshal.Cast<byte, float>(values.contiguous().bytes).CopyTo(MemoryMarshal.CreateSpan(ref result[0, 0], result.Length));
        return result;
    }

    /// <summary>The share of the images whose most probable class is theirs, and the counts [class, told] of how they were told.</summary>
    public (double Accuracy, long[,] Counts) Test(LabelledImages images)
    {
        ArgumentNullException.ThrowIfNull(images);
        CheckClasses(images, "test", needsAll: false);
        using var scope = NewDisposeScope();
        var told = Scores(images).argmax(1).cpu().data<long>().ToArray();
        var counts = new long[Classes.Count, Classes.Count];
        for (var i = 0; i < told.Length; i++) counts[images.Classes[i], told[i]]++;
        return ((double)told.Where((value, i) => value == images.Classes[i]).Count() / told.Length, counts);
    }

    /// <summary>What in an image speaks for a class: a map each.</summary>
    /// <param name="method">How.</param>
    /// <param name="images">[N, C, S, S], as those it was trained on.</param>
    /// <param name="classNumber">The class, from 0.</param>
    /// <param name="layer">The target layer, by the name of the network's module.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>[S, S] in [0, 1], in the order of the images.</returns>
    /// <exception cref="UsageException">There is no such layer or class, or the layer gives no maps.</exception>
    public IReadOnlyList<ScoreMap> Explain(ActivationMap method, Tensor images, int classNumber, string layer,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(images);
        using var scope = NewDisposeScope();
        return method.Of(network, Input(images), classNumber, layer, cancellationToken);
    }

    (double Loss, double Accuracy) Pass(LabelledImages training, ClassifierPlan plan, TrainingLoop loop, int epoch, Tensor? weights)
    {
        // A body that is not trained keeps its running statistics too.
        network.train(plan.Only.Length == 0);
        var (loss, right) = (0.0, 0L);
        var used = loop.Pass(chunk =>
        {
            var images = training.Pixels.index_select(0, tensor(chunk));
            if (plan.Augmentation is { } augmentation) images = augmentation.Apply(images, chunk, epoch, plan.Seed);
            var classes = tensor(Array.ConvertAll(chunk, i => training.Classes[(int)i])).to(Device);
            var scores = network.call(Input(images));
            var cost = functional.cross_entropy(scores, classes, weights);
            loss += cost.item<float>() * chunk.Length;
            right += scores.argmax(1).eq(classes).sum().item<long>();
            return cost;
        });
        return (loss / used, (double)right / used);
    }

    (double Loss, double Accuracy) Evaluate(LabelledImages images, Tensor? weights)
    {
        using var scope = NewDisposeScope();
        var scores = Scores(images);
        var classes = tensor(images.Classes.ToArray()).to(Device);
        return (functional.cross_entropy(scores, classes, weights).item<float>(), scores.argmax(1).eq(classes).sum().item<long>() / (double)images.Count);
    }

    /// <summary>The network's outputs [N, classes]; they belong to the current scope.</summary>
    Tensor Scores(LabelledImages images)
    {
        const int batch = 32;
        network.eval();
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var parts = new List<Tensor>();
        for (var start = 0; start < images.Count; start += batch)
        {
            using var step = NewDisposeScope();
            var part = images.Pixels.narrow(0, start, Math.Min(batch, images.Count - start));
            parts.Add(network.call(Input(part)).MoveToOuterDisposeScope());
        }
        return cat(parts).MoveToOuterDisposeScope();
    }

    /// <summary>Images on the device as the network sees them.</summary>
    Tensor Input(Tensor images) => Normalisation.Apply(images.to(Device));

    /// <summary>A weight a class: all images over the classes' number times the images of the class.</summary>
    Tensor BalancedWeights(LabelledImages images)
    {
        var counts = new float[Classes.Count];
        foreach (var one in images.Classes) counts[one]++;
        return tensor(Array.ConvertAll(counts, count => images.Count / (Classes.Count * count)), device: Device);
    }

    static bool IsPatienceLost(List<ClassifierEpoch> epochs, ClassifierPlan plan)
    {
        if (plan.Patience is not { } patience || epochs.Count == 0) return false;
        var best = epochs.MinBy(epoch => epoch.ValidationLoss)!;
        return epochs.Count - best.Number >= patience;
    }

    void CheckClasses(LabelledImages images, string part, bool needsAll)
    {
        var counts = new long[Classes.Count];
        for (var i = 0; i < images.Count; i++)
        {
            if (images.Classes[i] < 0 || images.Classes[i] >= counts.Length)
                throw new DatasetException($"The {part} image {images.Samples[i].Id} has class {images.Classes[i]}; the classifier knows "
                    + $"0 to {counts.Length - 1}: {string.Join(", ", Classes)}.");
            counts[images.Classes[i]]++;
        }
        var missing = Array.IndexOf(counts, 0);
        if (needsAll && missing >= 0)
            throw new DatasetException($"None of the {images.Count} {part} images is '{Classes[missing]}'; a classifier of "
                + $"{string.Join(", ", Classes)} needs every class. Draw another split, or leave the class out.");
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => network.Dispose();
}
