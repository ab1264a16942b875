using MedAnomaly.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// WGAN-GP (Gulrajani et al. 2017, algorithm 1): the critic learns to tell images from generated ones, under a penalty that keeps its slope
/// near 1 between them; after so many of its steps the generator makes one.
/// </summary>
/// <param name="plan">How.</param>
/// <param name="generator">From noise to images in [-1, 1].</param>
/// <param name="critic">From images to one number.</param>
/// <param name="noise">So many latent vectors, on a device.</param>
sealed class AdversarialStage(AdversarialPlan plan, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> critic, Func<long, Device, Tensor> noise)
    : TrainingStage("gan", plan)
{
    readonly OptimizerHelper criticOptimizer = Adam(critic, plan), generatorOptimizer = Adam(generator, plan);

    public override bool IsChosen => false;

    public override IReadOnlyList<OptimizerHelper> Optimizers => [criticOptimizer, generatorOptimizer];

    public override IReadOnlyList<(string Name, double Value)> Step(Tensor images, TrainingLoop loop)
    {
        var count = images.shape[0];
        var values = new List<(string, double)>();
        Freeze(generator, frozen: true);
        Freeze(critic, frozen: false);
        loop.Step(criticOptimizer, () =>
        {
            var real = images * 2 - 1;
            var made = generator.call(noise(count, images.device)).detach();
            var (distance, penalty) = CriticLosses(critic, real, made, rand(count, 1, 1, 1).to(images.device));
            values.Add(("distance", distance.item<float>()));
            values.Add(("gradient penalty", penalty.item<float>()));
            return penalty * plan.Penalty - distance;
        });
        if (loop.BatchNumber % plan.CriticSteps != 0) return values;
        Freeze(generator, frozen: false);
        Freeze(critic, frozen: true);
        loop.Step(generatorOptimizer, () =>
        {
            var cost = -critic.call(generator.call(noise(count, images.device))).mean();
            values.Add(("generator", cost.item<float>()));
            return cost;
        });
        return values;
    }

    /// <summary>
    /// By how much the critic values images above generated ones (an estimate of their Wasserstein distance), and the mean of (slope - 1)² at
    /// points between them: the slope is the norm of the gradient over all values of an image.
    /// </summary>
    /// <param name="critic">From [N, C, S, S] to [N, 1].</param>
    /// <param name="real">[N, C, S, S].</param>
    /// <param name="made">[N, C, S, S].</param>
    /// <param name="share">[N, 1, 1, 1]: of the real image in each point.</param>
    internal static (Tensor Distance, Tensor Penalty) CriticLosses(Module<Tensor, Tensor> critic, Tensor real, Tensor made, Tensor share)
    {
        var distance = critic.call(real).mean() - critic.call(made).mean();
        var between = (real * share + made * (1 - share)).detach().requires_grad_();
        var slopes = autograd.grad([critic.call(between).sum()], [between], create_graph: true)[0];
        return (distance, (slopes.flatten(1).square().sum(1).sqrt() - 1).square().mean());
    }

    /// <summary>Whether gradients of a network's weights are computed.</summary>
    internal static void Freeze(Module network, bool frozen)
    {
        foreach (var parameter in network.parameters()) parameter.requires_grad = !frozen;
    }

    static Adam Adam(Module network, AdversarialPlan plan) =>
        optim.Adam(network.parameters(), plan.LearningRate, plan.Beta1, plan.Beta2, weight_decay: plan.WeightDecay);
}
