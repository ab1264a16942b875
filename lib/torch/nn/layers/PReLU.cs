using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A ReLU whose slope below zero is learnt, one for all channels or one for each.</summary>
    public sealed class PReLU : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(weight))] Parameter? weightField;

        internal PReLU(long num_parameters, double init, Device? device, ScalarType? dtype) : base(nameof(PReLU))
        {
            (this.num_parameters, this.init) = (num_parameters, init);
            weight = nn.Parameter(full(num_parameters, init, dtype ?? get_default_dtype(), device));
        }

        public long num_parameters { get; }
        public double init { get; }

        public Parameter weight
        {
            get => weightField!;
            set => SetParameter(ref weightField, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
        }

        public override Tensor forward(Tensor tensor) => nn.functional.prelu(tensor, weight);
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static PReLU PReLU(long num_parameters, double init = 0.25, Device? device = null, ScalarType? dtype = null) =>
                new(num_parameters, init, device, dtype);
        }
    }
}
