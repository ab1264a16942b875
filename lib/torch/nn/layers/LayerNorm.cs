using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Normalises each sample over its last dimensions (Ba et al., 2016).</summary>
    public sealed class LayerNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(weight))] Parameter? weightField;
        [ComponentName(Name = nameof(bias))] Parameter? biasField;

        internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, Device? device,
            ScalarType? dtype) : base(nameof(LayerNorm))
        {
            (this.normalized_shape, this.eps, this.elementwise_affine) = (normalized_shape, eps, elementwise_affine);
            if (!elementwise_affine) return;
            weight = nn.Parameter(empty(normalized_shape, dtype, device));
            if (bias) this.bias = nn.Parameter(empty(normalized_shape, dtype, device));
            reset_parameters();
        }

        public long[] normalized_shape { get; set; }
        public double eps { get; set; }
        public bool elementwise_affine { get; set; }

        public Parameter weight
        {
            get => weightField!;
            set => SetParameter(ref weightField, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
        }

        public Parameter? bias
        {
            get => biasField;
            set => SetParameter(ref biasField, value, nameof(bias));
        }

        public void reset_parameters()
        {
            if (!elementwise_affine) return;
            nn.init.ones_(weight);
            if (bias is not null) nn.init.zeros_(bias);
        }

        public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
    }

    /// <summary>Normalises groups of channels of each sample (Wu and He, 2018).</summary>
    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        [ComponentName(Name = nameof(weight))] Parameter? weightField;
        [ComponentName(Name = nameof(bias))] Parameter? biasField;

        internal GroupNorm(long num_groups, long num_channels, double eps, bool affine, Device? device,
            ScalarType? dtype) : base(nameof(GroupNorm))
        {
            (this.num_groups, this.eps, this.affine) = (num_groups, eps, affine);
            if (!affine) return;
            weight = nn.Parameter(ones(num_channels, dtype, device));
            bias = nn.Parameter(zeros(num_channels, dtype, device));
        }

        public long num_groups { get; set; }
        public double eps { get; set; }
        public bool affine { get; set; }

        public Parameter weight
        {
            get => weightField!;
            set => SetParameter(ref weightField, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
        }

        public Parameter? bias
        {
            get => biasField;
            set => SetParameter(ref biasField, value, nameof(bias));
        }

        public override Tensor forward(Tensor tensor)
        {
            if (tensor.ndim < 3) throw new ArgumentException($"Invalid number of dimensions for GroupNorm argument: {tensor.ndim}");
            return nn.functional.group_norm(tensor, num_groups, weight, bias, eps);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true,
                Device? device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);

            public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05, bool affine = true,
                Device? device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}
