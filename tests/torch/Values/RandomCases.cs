using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace TorchSharp.Tests.Values;

internal static class RandomCases
{
    static Tensor[] random()
    {
        manual_seed(17);
        return [randn(10), rand(5), randperm(10), randint(3, 50, [6L]), empty(8).normal_(1, 2), empty(9).uniform_(-1, 1),
            full(12, 0.3).bernoulli(), randn(20, dtype: float64),
            arange(1.0, 9.0).multinomial(4), F.dropout(ones(16), 0.4), empty(5).exponential_(2), zeros(3).randn_like(),
                F.dropout2d(ones(2, 6, 1, 2))];
    }

    static Tensor[] generator()
    {
        random();
        using var own = new Generator(0);
        own.manual_seed(5);
        return [randn(6, generator: own), randperm(7, generator: own), randn(3)];
    }

    static Tensor[] layer_init() => Inits()[..7];

    static Tensor[] init() => Inits()[7..];

    static Tensor[] Inits()
    {
        manual_seed(3);
        var (linear, conv, transposed, table) = (nn.Linear(6, 4), nn.Conv2d(3, 5, 3), nn.ConvTranspose2d(3, 5, 3),
            nn.Embedding(4, 3, padding_idx: 1));
        var w = empty(6, 9);
        return [linear.weight, linear.bias!, conv.weight, conv.bias!, transposed.weight, transposed.bias!, table.weight!,
            nn.init.kaiming_normal_(w).clone(), nn.init.xavier_uniform_(w).clone(), nn.init.xavier_normal_(w).clone(),
                nn.init.orthogonal_(w).clone(), nn.init.trunc_normal_(w).clone(),
            nn.init.kaiming_uniform_(w, 0.1, nn.init.FanInOut.FanOut, nn.init.NonlinearityType.ReLU).clone(), nn.init.eye_(empty(3, 4)),
                nn.init.dirac_(empty(4, 2, 3))];
    }
}
