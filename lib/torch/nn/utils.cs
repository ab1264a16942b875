using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static class utils
        {
            /// <summary>Scales all gradients down together so that their joint norm is at most max_norm; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var scope = NewDisposeScope();
                using var still = no_grad();
                Tensor[] grads = [.. tensors.Select(t => t.grad).OfType<Tensor>()];
                if (grads.Length == 0) return 0;
                var norms = stack(grads.Select(g => g.norm((float)norm_type)));
                var total = double.IsPositiveInfinity(norm_type) ? norms.max() : norms.norm((float)norm_type);
                var factor = (max_norm / (total + 1e-6)).clamp((Scalar?)null, (Scalar)1.0);
                foreach (var grad in grads) grad.detach().mul_(factor);
                return total.ToDouble();
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var scope = NewDisposeScope();
                using var still = no_grad();
                foreach (var tensor in tensors) tensor.grad?.detach().clamp_((Scalar)(-clip_value), (Scalar)clip_value);
            }

            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat([.. tensors.Select(t => t.reshape(-1))]).MoveToOuterDisposeScope();
            }

            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var still = no_grad();
                long at = 0;
                foreach (var tensor in tensors)
                {
                    var n = tensor.numel();
                    tensor.copy_(vec.narrow(0, at, n).view_as(tensor));
                    at += n;
                }
            }

            /// <summary>The weight and bias of a convolution that does its own work and that of the batch norm behind it (in evaluation
            /// mode).</summary>
            public static (Parameter weight, Parameter bias) fuse_conv_bn_weights(Tensor conv_w, Tensor? conv_b, Tensor bn_rm, Tensor bn_rv,
                double bn_eps,
                Tensor? bn_w, Tensor? bn_b, bool transpose = false)
            {
                using var scope = NewDisposeScope();
                using var still = no_grad();
                var shape = Enumerable.Repeat(1L, (int)conv_w.ndim).ToArray();
                shape[transpose ? 1 : 0] = -1;
                var scale = (bn_w ?? ones_like(bn_rm)) * (bn_rv + bn_eps).rsqrt();
                var shift = ((conv_b ?? zeros_like(bn_rm)) - bn_rm) * scale + (bn_b ?? zeros_like(bn_rm));
                return scope.MoveToOuter(Parameter(conv_w * scale.reshape(shape), conv_w.requires_grad),
                    Parameter(shift, conv_b?.requires_grad ?? false));
            }

            public static (Parameter weight, Parameter bias) fuse_linear_bn_weights(Tensor linear_w, Tensor? linear_b, Tensor bn_rm,
                Tensor bn_rv, double bn_eps, Tensor bn_w, Tensor bn_b) =>
                fuse_conv_bn_weights(linear_w, linear_b, bn_rm, bn_rv, bn_eps, bn_w, bn_b);
        }
    }
}
