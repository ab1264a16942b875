using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            public static class impl
            {
                /// <summary>Times gamma every step_size epochs.</summary>
                public class StepLR : LRScheduler
                {
                    readonly int stepSize;
                    readonly double gamma;

                    public StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (stepSize, this.gamma) = (step_size, gamma);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Scaled(lastEpoch == 0 || lastEpoch % stepSize != 0 ? 1 : gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => FromBase(Math.Pow(gamma, lastEpoch / stepSize));
                }

                /// <summary>Times gamma at each milestone.</summary>
                public class MultiStepLR : LRScheduler
                {
                    readonly List<int> milestones;
                    readonly double gamma;

                    public MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (this.milestones, this.gamma) = ([.. milestones], gamma);
                        step();
                    }

                    // A milestone that is named twice counts twice, as in PyTorch.
                    protected override IEnumerable<double> get_lr() => Scaled(Math.Pow(gamma, milestones.Count(m => m == lastEpoch)));

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        FromBase(Math.Pow(gamma, milestones.Count(m => m <= lastEpoch)));
                }

                /// <summary>Times gamma every epoch.</summary>
                public class ExponentialLR : LRScheduler
                {
                    readonly double gamma;

                    public ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        this.gamma = gamma;
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Scaled(lastEpoch == 0 ? 1 : gamma);

                    protected override IEnumerable<double> get_closed_form_lr() => FromBase(Math.Pow(gamma, lastEpoch));
                }

                /// <summary>Half a cosine from the first rate to eta_min in T_max epochs (Loshchilov and Hutter, 2017), then
                /// back.</summary>
                public class CosineAnnealingLR : LRScheduler
                {
                    readonly double period, floor;

                    public CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (period, floor) = (T_max, eta_min);
                        step();
                    }

                    protected override IEnumerable<double> get_lr()
                    {
                        if (lastEpoch == 0) return Scaled(1);
                        if ((lastEpoch - 1 - period) % (2 * period) == 0)
                            return optimizer.ParamGroups.Zip(baseRates, (g, lr) => g.LearningRate
                                + (lr - floor) * (1 - Math.Cos(Math.PI / period)) / 2);
                        return optimizer.ParamGroups.Select(g =>
                            (1 + Math.Cos(Math.PI * lastEpoch / period)) / (1
                                + Math.Cos(Math.PI * (lastEpoch - 1) / period)) * (g.LearningRate - floor) + floor);
                    }

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        baseRates.Select(lr => floor + (lr - floor) * (1 + Math.Cos(Math.PI * lastEpoch / period)) / 2);
                }

                /// <summary>The first rate times a function of the epoch.</summary>
                public class LambdaLR : LRScheduler
                {
                    readonly List<Func<int, double>> factors;

                    public LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1, bool verbose = false)
                        : this(optimizer, Enumerable.Repeat(lr_lambda, optimizer.ParamGroups.Count()), last_epoch, verbose) { }

                    public LambdaLR(Optimizer optimizer, IEnumerable<Func<int, double>> lr_lambdas, int last_epoch = -1,
                        bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        factors = [.. lr_lambdas];
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => baseRates.Zip(factors, (lr, factor) => lr * factor(lastEpoch));
                }

                /// <summary>From one factor of the first rate to another, linearly: a warm-up.</summary>
                public class LinearLR : LRScheduler
                {
                    readonly double start, end;
                    readonly int total;

                    public LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1, int total_iters = 5,
                        int last_epoch = -1, bool verbose = false) : base(optimizer, last_epoch, verbose)
                    {
                        (start, end, total) = (start_factor, end_factor, total_iters);
                        step();
                    }

                    protected override IEnumerable<double> get_lr() => Scaled(
                        lastEpoch == 0 ? start : lastEpoch > total ? 1 : 1 + (end - start) / (total * start
                            + (lastEpoch - 1) * (end - start)));

                    protected override IEnumerable<double> get_closed_form_lr() =>
                        FromBase(start + (end - start) * Math.Min(total, lastEpoch) / total);
                }

                /// <summary>Times factor when a metric has not improved for more than patience epochs.</summary>
                public class ReduceLROnPlateau : LRScheduler
                {
                    readonly double factor, threshold, eps;
                    readonly int patience, cooldown;
                    readonly bool smaller, relative;
                    readonly List<double> floors;
                    double best;
                    int bad, cooling;

                    public ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10,
                        double threshold = 1e-4,
                        string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8,
                            bool verbose = false) : base(optimizer, -1, verbose)
                    {
                        if (factor >= 1) throw new ArgumentException("Factor should be < 1.0");
                        if (mode is not ("min" or "max")) throw new ArgumentException($"mode {mode} is unknown!");
                        if (threshold_mode is not ("rel" or "abs"))
                            throw new ArgumentException($"threshold mode {threshold_mode} is unknown!");
                        (this.factor, this.threshold, this.eps, this.patience, this.cooldown) = (factor, threshold, eps, patience,
                            cooldown);
                        (smaller, relative) = (mode == "min", threshold_mode == "rel");
                        best = smaller ? double.PositiveInfinity : double.NegativeInfinity;
                        floors = min_lr is { Count: > 1 } ? [.. min_lr] : [.. Enumerable.Repeat(min_lr is [var floor] ? floor : 0,
                            optimizer.ParamGroups.Count())];
                    }

                    public override void step() =>
                        throw new InvalidOperationException("step() should not be used with the ReduceLROnPlateau scheduler. Use step(double, int?), instead.");

                    public override void step(int? epoch) =>
                        throw new InvalidOperationException("step(int?) should not be used with the ReduceLROnPlateau scheduler. Use step(double, int?), instead.");

                    public override void step(double current, int? epoch = null)
                    {
                        lastEpoch = epoch ?? lastEpoch + 1;
                        if (IsBetter(current)) (best, bad) = (current, 0);
                        else bad++;
                        if (cooling > 0) (cooling, bad) = (cooling - 1, 0);
                        if (bad <= patience) return;
                        Reduce();
                        (cooling, bad) = (cooldown, 0);
                    }

                    bool IsBetter(double current)
                    {
                        var sign = smaller ? -1 : 1;
                        var bound = relative ? best * (1 + sign * threshold) : best + sign * threshold;
                        return smaller ? current < bound : current > bound;
                    }

                    void Reduce()
                    {
                        foreach (var (group, floor) in optimizer.ParamGroups.Zip(floors))
                        {
                            var rate = Math.Max(group.LearningRate * factor, floor);
                            if (group.LearningRate - rate <= eps) continue;
                            group.LearningRate = rate;
                            if (verbose) Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                                $"Epoch {lastEpoch}: reducing learning rate to {rate:g4}."));
                        }
                    }
                }
            }
        }
    }
}
