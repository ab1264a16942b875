using static TorchSharp.Dispatch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Info().RequiresGrad != 0;
            set
            {
                Native.Check(Native.mt_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        internal Tensor Requiring(bool grad) => grad ? requires_grad_() : this;

        /// <summary>The gradient that backward left here, a new object at each call.</summary>
        public Tensor? grad
        {
            get
            {
                Native.Check(Native.mt_get_grad(Handle, out var grad));
                GC.KeepAlive(this);
                return grad == 0 ? null : new Tensor(grad);
            }
            set
            {
                Native.Check(Native.mt_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public void retain_grad()
        {
            Native.Check(Native.mt_retain_grad(Handle));
            GC.KeepAlive(this);
        }

        public Tensor detach() => Call("detach", this);
        public Tensor detach_() => InPlace("detach_", this);

        public void backward() => autograd.backward([this]);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            autograd.backward([this], grad_tensors, retain_graph || create_graph, create_graph, inputs);
    }

    public static class autograd
    {
        /// <summary>
        /// Gradients of outputs with respect to inputs, without touching any grad. With create_graph they can be differentiated
        /// again. With allow_unused an input that no output depends on gives null.
        /// </summary>
        public static unsafe IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            RequireAsMany(outputs, grad_outputs);
            var results = new nint[inputs.Count];
            fixed (nint* o = Handles(outputs), i = Handles(inputs), g = Handles(grad_outputs), r = results)
                Native.Check(Native.mt_grad(o, outputs.Count, i, inputs.Count, g, retain_graph || create_graph ? 1 : 0,
                    create_graph ? 1 : 0, allow_unused ? 1 : 0, r));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, h => h == 0 ? null! : new Tensor(h));
        }

        public static unsafe void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null,
            bool create_graph = false, IList<Tensor>? inputs = null)
        {
            RequireAsMany(tensors, grad_tensors);
            fixed (nint* t = Handles(tensors), g = Handles(grad_tensors), i = Handles(inputs))
                Native.Check(Native.mt_backward(t, tensors.Count, g, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0, i,
                    inputs?.Count ?? 0));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
        }

        public static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false,
            IList<Tensor>? inputs = null) =>
            backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        static nint[]? Handles(IList<Tensor>? tensors) => tensors is null ? null : [.. tensors.Select(t => t.Handle)];

        static void RequireAsMany(IList<Tensor> tensors, IList<Tensor>? grads)
        {
            if (grads is not null && grads.Count != tensors.Count)
                throw new ArgumentException($"{tensors.Count} tensors, but {grads.Count} gradients to start from.");
        }
    }
}
