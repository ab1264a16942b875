using System.Globalization;
using MedAnomaly.Progress;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

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
    int epoch;

    /// <summary>Draws the orders, and whatever else a step draws on the CPU.</summary>
    public SplitMix64 Random { get; private set; } = new((ulong)plan.Seed);

    /// <summary>What is being done, for the progress.</summary>
    public string Stage { get; init; } = "training";

    /// <summary>The batch that is being worked on, from 1, counted over all epochs.</summary>
    public int BatchNumber { get; private set; }

    /// <summary>Where the last good weights lie, a sentence for the fault of a loss that is no number; empty where there are none.</summary>
    public string LastGood { get; set; } = "";

    /// <summary>
    /// Goes to the beginning of an epoch. Everything random in it, torch's generators included, follows from the seed and its number alone,
    /// so that a training that is taken up here goes on as if it had never stopped.
    /// </summary>
    /// <param name="number">From 0.</param>
    public void Begin(int number)
    {
        epoch = number;
        BatchNumber = number * BatchesAnEpoch;
        Random = new((ulong)plan.Seed, (ulong)number + 1);
        random.manual_seed(TorchSeed(Random));
    }

    /// <summary>Goes past epochs that were trained before: the orders that they drew are drawn.</summary>
    public void Skip(int epochs)
    {
        for (var passed = 0; passed < epochs; passed++) DrawOrder(Random, count);
        epoch += epochs;
        BatchNumber += epochs * BatchesAnEpoch;
    }

    /// <summary>All epochs of a plan that ends with none of them; the network is ready to infer afterwards, however they end.</summary>
    /// <param name="network">In training mode at the start of each epoch; one that fails leaves it with the weights from before.</param>
    /// <param name="pass">One epoch: takes its number from 1, and gives what is told of it.</param>
    /// <exception cref="UsageException">The loss is no number any more.</exception>
    public IReadOnlyList<TEpoch> Epochs<TEpoch>(Module network, Func<int, TEpoch> pass)
    {
        var epochs = new List<TEpoch>();
        try
        {
            while (epochs.Count < plan.Epochs)
            {
                using var before = new Snapshot(network);
                try
                {
                    network.train();
                    epochs.Add(pass(epochs.Count + 1));
                }
                catch (UsageException)
                {
                    before.Restore(network);
                    throw;
                }
            }
        }
        finally
        {
            network.eval();
        }
        return epochs;
    }

    /// <summary>One epoch, a step for each batch.</summary>
    /// <param name="loss">From the numbers of a batch's images to what the step descends, a scalar.</param>
    /// <returns>How many images the steps were made with.</returns>
    /// <exception cref="UsageException">The loss is no number any more; no step was made with it.</exception>
    public int Pass(Func<long[], Tensor> loss) => Each(chunk => Step(optimizer, () => loss(chunk)));

    /// <summary>One epoch, for work that makes its steps itself: several a batch, or of several optimizers.</summary>
    /// <param name="work">Takes the numbers of a batch's images.</param>
    /// <returns>How many images were worked on.</returns>
    public int Each(Action<long[]> work)
    {
        var (seen, used) = (0, 0);
        foreach (var chunk in DrawOrder(Random, count).Chunk(plan.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            seen += chunk.Length;
            BatchNumber++;
            // One image left over has no spread that batch normalisation could divide by.
            if (chunk.Length > 1 || plan.BatchSize == 1 || count == 1)
            {
                work(chunk);
                used += chunk.Length;
            }
            progress?.Report(new(Stage, epoch * (long)count + seen, plan.Epochs * (long)count));
        }
        epoch++;
        return used;
    }

    int BatchesAnEpoch => (count + plan.BatchSize - 1) / plan.BatchSize;

    /// <summary>The order in which an epoch passes over so many images.</summary>
    public static long[] DrawOrder(SplitMix64 random, int count)
    {
        var order = Enumerable.Range(0, count).Select(i => (long)i).ToArray();
        random.Shuffle<long>(order);
        return order;
    }

    /// <summary>What torch's generators begin an epoch with.</summary>
    public static long TorchSeed(SplitMix64 random) => (long)(random.NextUInt64() >> 1);

    /// <summary>One step.</summary>
    /// <param name="moved">Moves the weights.</param>
    /// <param name="loss">What it descends, a scalar.</param>
    /// <exception cref="UsageException">The loss is no number any more; no step was made with it.</exception>
    public void Step(optim.Optimizer moved, Func<Tensor> loss)
    {
        using var step = NewDisposeScope();
        // None instead of zero: the backward pass leaves its own there, and need not add to them.
        foreach (var parameter in moved.parameters()) parameter.grad = null;
        var cost = loss();
        var value = cost.item<float>();
        if (!float.IsFinite(value))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The loss became {value} in step {BatchNumber} (epoch {epoch + 1}) "
                + $"at a learning rate of {plan.LearningRate}. Choose a smaller one.{LastGood}"));
        cost.backward();
        moved.step();
    }
}
