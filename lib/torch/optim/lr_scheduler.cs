using System.Globalization;

namespace TorchSharp;

public static partial class torch
{
    public static partial class optim
    {
        public static partial class lr_scheduler
        {
            /// <summary>Sets the learning rates of an optimizer's groups, epoch by epoch: call step() after each.</summary>
            public abstract class LRScheduler
            {
                protected int _step_count;

                private protected readonly Optimizer optimizer = null!;
                private protected readonly List<double> baseRates = [];
                private protected readonly bool verbose;
                private protected int lastEpoch = -1;
                readonly List<double> lastRates = [];

                protected LRScheduler() { }

                protected LRScheduler(Optimizer optimizer, int last_epoch = -1, bool verbose = false)
                {
                    ArgumentNullException.ThrowIfNull(optimizer);
                    this.optimizer = optimizer;
                    this.verbose = verbose;
                    lastEpoch = last_epoch;
                    baseRates = [.. optimizer.ParamGroups.Select(g => g.InitialLearningRate)];
                    lastRates = [.. optimizer.ParamGroups.Select(g => g.LearningRate)];
                }

                public virtual void step() => step(null);

                /// <summary>One epoch further, or to the given one, by the closed form of the schedule.</summary>
                public virtual void step(int? epoch)
                {
                    _step_count++;
                    lastEpoch = epoch ?? lastEpoch + 1;
                    // Once and at once: the rates of the groups are what many schedules go on from.
                    var rates = (epoch is null ? get_lr() : get_closed_form_lr()).ToList();
                    var groups = optimizer.ParamGroups.ToList();
                    for (var i = 0; i < groups.Count; i++)
                    {
                        groups[i].LearningRate = rates[i];
                        if (verbose && lastRates[i] != rates[i])
                            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Adjusting learning rate to {rates[i]}"));
                        lastRates[i] = rates[i];
                    }
                }

                /// <summary>For schedules that watch a metric; the others ignore it.</summary>
                public virtual void step(double current, int? epoch = null) => step(epoch);

                protected virtual IEnumerable<double> get_lr() => Scaled(1);

                protected virtual IEnumerable<double> get_closed_form_lr() => get_lr();

                public IEnumerable<double> get_last_lr() => lastRates;

                private protected IEnumerable<double> Scaled(double factor) => optimizer.ParamGroups.Select(g => g.LearningRate * factor);

                private protected IEnumerable<double> FromBase(double factor) => baseRates.Select(lr => lr * factor);
            }

            public static LRScheduler StepLR(Optimizer optimizer, int step_size, double gamma = 0.1, int last_epoch = -1,
                bool verbose = false) =>
                new impl.StepLR(optimizer, step_size, gamma, last_epoch, verbose);

            public static LRScheduler MultiStepLR(Optimizer optimizer, IList<int> milestones, double gamma = 0.1, int last_epoch = -1,
                bool verbose = false) =>
                new impl.MultiStepLR(optimizer, milestones, gamma, last_epoch, verbose);

            public static LRScheduler ExponentialLR(Optimizer optimizer, double gamma = 0.1, int last_epoch = -1, bool verbose = false) =>
                new impl.ExponentialLR(optimizer, gamma, last_epoch, verbose);

            public static LRScheduler CosineAnnealingLR(Optimizer optimizer, double T_max, double eta_min = 0, int last_epoch = -1,
                bool verbose = false) =>
                new impl.CosineAnnealingLR(optimizer, T_max, eta_min, last_epoch, verbose);

            public static LRScheduler LambdaLR(Optimizer optimizer, Func<int, double> lr_lambda, int last_epoch = -1,
                bool verbose = false) =>
                new impl.LambdaLR(optimizer, lr_lambda, last_epoch, verbose);

            public static LRScheduler LinearLR(Optimizer optimizer, double start_factor = 1.0 / 3, double end_factor = 1,
                int total_iters = 5, int last_epoch = -1, bool verbose = false) =>
                new impl.LinearLR(optimizer, start_factor, end_factor, total_iters, last_epoch, verbose);

            public static LRScheduler ReduceLROnPlateau(Optimizer optimizer, string mode = "min", double factor = 0.1, int patience = 10,
                double threshold = 1e-4,
                string threshold_mode = "rel", int cooldown = 0, IList<double>? min_lr = null, double eps = 1e-8, bool verbose = false) =>
                new impl.ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps, verbose);
        }
    }
}
