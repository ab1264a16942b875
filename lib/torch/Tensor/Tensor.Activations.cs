using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor relu() => Call("relu", this);
        public Tensor relu_() => InPlace("relu_", this);
        public Tensor relu6() => Call("relu6", this);
        public Tensor relu6_() => InPlace("relu6_", this);
        public Tensor selu() => Call("selu", this);
        public Tensor selu_() => InPlace("selu_", this);
        public Tensor silu() => Call("silu", this);
        public Tensor silu_() => InPlace("silu_", this);
        public Tensor gelu() => Call("gelu", this);
        public Tensor gelu_() => InPlace("gelu_", this);
        public Tensor hardsigmoid() => Call("hardsigmoid", this);
        public Tensor hardsigmoid_() => InPlace("hardsigmoid_", this);
        public Tensor hardswish() => Call("hardswish", this);
        public Tensor hardswish_() => InPlace("hardswish_", this);
        public Tensor log_sigmoid() => Call("log_sigmoid", this);
        public Tensor softmax(long dim, ScalarType? dtype = null) => Call("softmax.int", this, dim, dtype);
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Call("log_softmax.int", this, dim, dtype);
        public Tensor softplus(double beta = 1, double threshold = 20) => Call("softplus", this, beta, threshold);
        public Tensor leaky_relu(Scalar negative_slope) => Call("leaky_relu", this, negative_slope);
        public Tensor leaky_relu_(Scalar negative_slope) => InPlace("leaky_relu_", this, negative_slope);
        public Tensor elu(double alpha = 1) => Call("elu", this, alpha);
        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Call("elu", this, alpha, scale, input_scale);
        public Tensor elu_(double alpha = 1) => InPlace("elu_", this, alpha);
        public Tensor elu_(Scalar alpha, Scalar scale, Scalar input_scale) => InPlace("elu_", this, alpha, scale, input_scale);
        public Tensor celu() => Call("celu", this);
        public Tensor celu(Scalar alpha) => Call("celu", this, alpha);
        public Tensor celu_() => InPlace("celu_", this);
        public Tensor celu_(Scalar alpha) => InPlace("celu_", this, alpha);
        public Tensor glu(long dim = -1) => Call("glu", this, dim);
        public Tensor hardtanh(Scalar min, Scalar max) => Call("hardtanh", this, min, max);
        public Tensor hardtanh_(Scalar min, Scalar max) => InPlace("hardtanh_", this, min, max);
        public Tensor prelu(Tensor target) => Call("prelu", this, target);
        public Tensor rrelu(double lower = one_eighth, double upper = one_third) => Call("rrelu", this, lower, upper);
        public Tensor threshold(Scalar threshold, Scalar value) => Call("threshold", this, threshold, value);
        public Tensor threshold_(Scalar threshold, Scalar value) => InPlace("threshold_", this, threshold, value);

        const double one_eighth = 1.0 / 8;
        const double one_third = 1.0 / 3;
    }
}
