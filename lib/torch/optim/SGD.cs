using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules
{
    /// <summary>Stochastic gradient descent, with momentum, Nesterov's or the plain one, and weight decay.</summary>
    public class SGD : OptimizerHelper, IMomentum
    {
        readonly Options defaults;

        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize) { }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(lr);
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
            defaults = new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay,
                nesterov = nesterov, maximize = maximize };
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
            var momentum = options.momentum!.Value;
            foreach (var parameter in group.Parameters)
            {
                using var between = NewDisposeScope();
                if (parameter.grad is not { } grad) continue;
                if (options.weight_decay is not 0) grad = grad.add(parameter, alpha: options.weight_decay!.Value);
                if (momentum != 0) grad = WithMomentum((State)states[parameter], grad, momentum, options);
                parameter.add_(grad, alpha: options.maximize!.Value ? group.LearningRate : -group.LearningRate);
            }
        }, closure);

        static Tensor WithMomentum(State state, Tensor grad, double momentum, Options options)
        {
            if (state.momentum_buffer is not { } buffer) state.momentum_buffer = buffer = grad.detach().clone().DetachFromDisposeScope();
            else buffer.mul_(momentum).add_(grad, alpha: 1 - options.dampening!.Value);
            return options.nesterov!.Value ? grad.add(buffer, alpha: momentum) : buffer;
        }

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private protected override OptimizerOptions Complete(OptimizerOptions? options)
        {
            var own = (Options?)options ?? new Options();
            own.LearningRate ??= defaults.LearningRate;
            own.momentum ??= defaults.momentum;
            own.dampening ??= defaults.dampening;
            own.weight_decay ??= defaults.weight_decay;
            own.nesterov ??= defaults.nesterov;
            own.maximize ??= defaults.maximize;
            return own;
        }

        public class Options : OptimizerOptions
        {
            public double? momentum, dampening, weight_decay;
            public bool? nesterov, maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var from = (Options)source;
                (momentum, dampening, weight_decay, nesterov, maximize) = (from.momentum, from.dampening, from.weight_decay, from.nesterov,
                    from.maximize);
            }
        }

        public sealed class State : OptimizerState, IDisposable
        {
            public Tensor? momentum_buffer;

            public State(Parameter parameter) : base(parameter) { }

            public override void Initialize(OptimizerOptions options) => Dispose();
            public override void SaveStateDict(BinaryWriter writer) => SaveConditionalStateTensor(writer, momentum_buffer);
            public override void LoadStateDict(BinaryReader reader) =>
                LoadConditionalStateTensor(reader, ref momentum_buffer, _parameter.device);
            public override void LoadStateDict(OptimizerState source) => Copy(ref momentum_buffer, ((State)source).momentum_buffer);
            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State state && Close(momentum_buffer, state.momentum_buffer);
            public override void to(Device device) => Move(ref momentum_buffer, device);

            public void Dispose()
            {
                momentum_buffer?.Dispose();
                momentum_buffer = null;
            }
        }

        public class ParamGroup : ParamGroup<Options>, IMomentum
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : base(parameters, new Options { LearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay,
                    nesterov = nesterov, maximize = maximize }) { }

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
            public static SGD SGD(IEnumerable<Parameter> parameters, double learningRate, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<(string name, Parameter parameter)> parameters, double learningRate, double momentum = 0,
                double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static SGD SGD(IEnumerable<SGD.ParamGroup> parameters, double learningRate, double momentum = 0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
