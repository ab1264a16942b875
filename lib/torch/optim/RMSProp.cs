using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>RMSprop (Hinton, 2012): the gradient over a running root mean square of it.</summary>
    public class RMSProp : OptimizerHelper, IMomentum
    {
        readonly Options defaults;

        public RMSProp(IEnumerable<Parameter> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
            double momentum = 0, bool centered = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize) { }

        public RMSProp(IEnumerable<ParamGroup> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8,
            double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            defaults = new Options { LearningRate = lr, alpha = alpha, eps = eps, weight_decay = weight_decay, momentum = momentum,
                centered = centered, maximize = maximize };
            foreach (var group in parameters) add_param_group(group);
        }

        public double Momentum
        {
            get => defaults.momentum!.Value;
            set => defaults.momentum = value;
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(group =>
        {
            var options = (Options)group.Options;
            var alpha = options.alpha!.Value;
            foreach (var parameter in group.Parameters)
            {
                using var between = NewDisposeScope();
                if (parameter.grad is not { } grad) continue;
                var state = (State)states[parameter];
                if (options.maximize!.Value) grad = -grad;
                state.step++;
                if (options.weight_decay is not 0) grad = grad.add(parameter, alpha: options.weight_decay!.Value);
                state.square_avg!.mul_(alpha).addcmul_(grad, grad, value: 1 - alpha);
                var root = state.square_avg;
                if (state.grad_avg is { } mean)
                {
                    mean.mul_(alpha).add_(grad, alpha: 1 - alpha);
                    root = root.addcmul(mean, mean, value: -1);
                }
                root = root.sqrt().add_(options.eps!.Value);
                if (options.momentum > 0) parameter.add_(state.momentum_buffer!.mul_(options.momentum.Value).addcdiv_(grad, root),
                    alpha: -group.LearningRate);
                else parameter.addcdiv_(grad, root, value: -group.LearningRate);
            }
        }, closure);

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private protected override OptimizerOptions Complete(OptimizerOptions? options)
        {
            var own = (Options?)options ?? new Options();
            own.LearningRate ??= defaults.LearningRate;
            own.alpha ??= defaults.alpha;
            own.eps ??= defaults.eps;
            own.weight_decay ??= defaults.weight_decay;
            own.momentum ??= defaults.momentum;
            own.centered ??= defaults.centered;
            own.maximize ??= defaults.maximize;
            return own;
        }

        public class Options : OptimizerOptions
        {
            public double? alpha, eps, weight_decay, momentum;
            public bool? centered, maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(alpha!.Value);
                writer.Write(eps!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(centered!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                alpha = reader.ReadDouble();
                eps = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                centered = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var from = (Options)source;
                (momentum, alpha, eps, weight_decay, centered, maximize) = (from.momentum, from.alpha, from.eps, from.weight_decay,
                    from.centered, from.maximize);
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public long step;
            public Tensor? square_avg, momentum_buffer, grad_avg;

            public State(Parameter parameter) : base(parameter) { }

            public override void Initialize(OptimizerOptions options)
            {
                Dispose();
                step = 0;
                square_avg = Zeros();
                momentum_buffer = Zeros();
                grad_avg = ((Options)options).centered!.Value ? Zeros() : null;
            }

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(step);
                square_avg!.Save(writer);
                SaveConditionalStateTensor(writer, momentum_buffer);
                SaveConditionalStateTensor(writer, grad_avg);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                step = reader.ReadInt64();
                square_avg!.Load(reader);
                LoadConditionalStateTensor(reader, ref momentum_buffer, _parameter.device);
                LoadConditionalStateTensor(reader, ref grad_avg, _parameter.device);
            }

            public override void LoadStateDict(OptimizerState source)
            {
                var from = (State)source;
                step = from.step;
                Copy(ref square_avg, from.square_avg);
                Copy(ref momentum_buffer, from.momentum_buffer);
                Copy(ref grad_avg, from.grad_avg);
            }

            public override bool ApproximatelyEquals(OptimizerState other) => other is State state && step == state.step
                && Close(square_avg, state.square_avg) && Close(momentum_buffer, state.momentum_buffer) && Close(grad_avg, state.grad_avg);

            public override void to(Device device)
            {
                Move(ref square_avg, device);
                Move(ref momentum_buffer, device);
                Move(ref grad_avg, device);
            }

            public void Dispose()
            {
                square_avg?.Dispose();
                momentum_buffer?.Dispose();
                grad_avg?.Dispose();
            }
        }

        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double eps = 1e-8, double alpha = 0.99,
                double weight_decay = 0, double momentum = 0, bool centered = false)
                : base(parameters, new Options { LearningRate = lr, eps = eps, alpha = alpha, weight_decay = weight_decay,
                    momentum = momentum, centered = centered }) { }

            public double Momentum
            {
                get => Options.momentum!.Value;
                set => Options.momentum = value;
            }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static RMSProp RMSProp(IEnumerable<Parameter> parameters, double lr = 0.01, double alpha = 0.99, double eps = 1e-8,
                double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<(string name, Parameter parameter)> parameters, double lr = 0.01, double alpha = 0.99,
                double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), lr, alpha, eps, weight_decay, momentum, centered, maximize);

            public static RMSProp RMSProp(IEnumerable<RMSProp.ParamGroup> parameters, double lr = 0.01, double alpha = 0.99,
                double eps = 1e-8, double weight_decay = 0, double momentum = 0, bool centered = false, bool maximize = false) =>
                new(parameters, lr, alpha, eps, weight_decay, momentum, centered, maximize);
        }
    }
}
