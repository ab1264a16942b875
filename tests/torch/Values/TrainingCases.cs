using static TorchSharp.Tests.Values.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests.Values;

/// <summary>The small network of tests/golden/libtorch.py.</summary>
internal sealed class Net : nn.Module<Tensor, Tensor>
{
    readonly Modules.Conv2d conv;
    readonly Modules.BatchNorm2d bn;
    readonly Modules.ConvTranspose2d up;
    readonly Modules.Sequential head;

    internal Net() : base(nameof(Net))
    {
        manual_seed(11);
        conv = nn.Conv2d(2, 6, 3, padding: 1, bias: false);
        bn = nn.BatchNorm2d(6);
        up = nn.ConvTranspose2d(6, 4, 2, stride: 2);
        head = nn.Sequential(nn.AdaptiveAvgPool2d(3), nn.Flatten(), nn.Linear(36, 5));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => head.call(tanh(up.call(F.leaky_relu(bn.call(conv.call(x)), 0.1))));
}

internal static class TrainingCases
{
    static Tensor[] backward()
    {
        var (x, w) = (data(100, 4, 6).requires_grad_(), data(101, 6, 3).requires_grad_());
        var loss = tanh(x.mm(w) / 8).pow(2).sum();
        loss.backward();
        return [loss, x.grad!, w.grad!];
    }

    static Tensor[] gradient_penalty()
    {
        var critic = new Net();
        var images = data(102, 4, 2, 8, 8).requires_grad_();
        var score = critic.call(images);
        var grad = torch.autograd.grad([score.sum()], [images], create_graph: true)[0];
        var penalty = (grad.flatten(1).norm(1) - 1).pow(2).mean();
        (score.mean() + 10 * penalty).backward();
        return [score, grad, penalty, .. critic.parameters().Select(p => p.grad!)];
    }

    static Tensor[] second_derivative()
    {
        var y = data(103, 5).requires_grad_();
        var first = torch.autograd.grad([y.pow(3).sum()], [y], create_graph: true)[0];
        return [first, torch.autograd.grad([first.sum()], [y])[0]];
    }

    static Tensor[] training_sgd() => Train(p => optim.SGD(p, 0.1, momentum: 0.9, weight_decay: 1e-3, nesterov: true));
    static Tensor[] training_sgd_plain() => Train(p => optim.SGD(p, 0.05));
    static Tensor[] training_adam() => Train(p => optim.Adam(p, 0.01, weight_decay: 1e-2));
    static Tensor[] training_adam_amsgrad() => Train(p => optim.Adam(p, 0.01, beta1: 0.5, beta2: 0.9, amsgrad: true));
    static Tensor[] training_adamw() => Train(p => optim.AdamW(p, 0.01, weight_decay: 0.1));
    static Tensor[] training_rmsprop() => Train(p => optim.RMSProp(p, 0.01, momentum: 0.5, centered: true));

    static Tensor[] Train(Func<IEnumerable<Modules.Parameter>, optim.Optimizer> make)
    {
        var model = new Net();
        using var optimizer = make(model.parameters());
        var target = longs(1, 0, 4, 2);
        var values = new List<Tensor>();
        for (var step = 0; step < 4; step++)
        {
            optimizer.zero_grad();
            var loss = F.cross_entropy(model.call(data(110 + step, 4, 2, 8, 8)), target);
            loss.backward();
            optimizer.step();
            values.Add(loss.detach());
        }
        return [stack(values), .. model.state_dict().Values];
    }

    static Tensor[] clip_grad_norm()
    {
        var model = new Net();
        F.cross_entropy(model.call(data(110, 4, 2, 8, 8)), longs(1, 0, 4, 2)).backward();
        var norm = nn.utils.clip_grad_norm_(model.parameters(), 0.1);
        return [tensor(norm), .. model.parameters().Select(p => p.grad!), nn.utils.parameters_to_vector(model.parameters())];
    }

    static (Modules.MultiheadAttention, Modules.Conv2d) Seeded()
    {
        manual_seed(2);
        return (nn.MultiheadAttention(12, 3), nn.Conv2d(2, 3, 3));
    }

    static Tensor[] attention()
    {
        var (layer, _) = Seeded();
        var (q, k) = (data(120, 5, 2, 12), data(121, 7, 2, 12));
        var mask = zeros(5, 7, dtype: @bool);
        mask[0, 3..] = tensor(true);
        var (result, weights) = layer.call(q, k, k);
        return [result, weights, layer.call(q, k, k, attn_mask: mask).Item1, .. layer.state_dict().Values];
    }

    static Tensor[] fused()
    {
        var (_, conv) = Seeded();
        using var bn = nn.BatchNorm2d(3);
        bn.eval();
        bn.running_mean!.copy_(data(122, 3));
        bn.running_var!.copy_(data(123, 3).abs());
        var (weight, bias) = nn.utils.fuse_conv_bn_weights(conv.weight, conv.bias!, bn.running_mean, bn.running_var, bn.eps, bn.weight,
            bn.bias!);
        return [weight, bias];
    }

    static Tensor[] rate_step() => Rates(o => optim.lr_scheduler.StepLR(o, 3, 0.5));
    static Tensor[] rate_multistep() => Rates(o => optim.lr_scheduler.MultiStepLR(o, [2, 5], 0.1));
    static Tensor[] rate_cosine() => Rates(o => optim.lr_scheduler.CosineAnnealingLR(o, 4, 1e-3));
    static Tensor[] rate_exponential() => Rates(o => optim.lr_scheduler.ExponentialLR(o, 0.9));
    static Tensor[] rate_lambda() => Rates(o => optim.lr_scheduler.LambdaLR(o, e => 1.0 / (1 + e)));
    static Tensor[] rate_linear() => Rates(o => optim.lr_scheduler.LinearLR(o, 0.25, 1, 4));

    static Tensor[] Rates(Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> make)
    {
        using var optimizer = optim.SGD([nn.Parameter(zeros(1))], 0.1);
        var schedule = make(optimizer);
        var rates = new double[10];
        for (var epoch = 0; epoch < rates.Length; epoch++)
        {
            rates[epoch] = optimizer.ParamGroups.First().LearningRate;
            optimizer.step();
            schedule.step();
        }
        return [tensor(rates)];
    }

    static Tensor[] rate_plateau()
    {
        using var optimizer = optim.SGD([nn.Parameter(zeros(1))], 0.1);
        var schedule = optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience: 1, cooldown: 1, factor: 0.3);
        double[] metric = [5, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3];
        var rates = Array.ConvertAll(metric, value =>
        {
            schedule.step(value);
            return optimizer.ParamGroups.First().LearningRate;
        });
        return [tensor(rates)];
    }
}
