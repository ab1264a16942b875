using TorchSharp.Modules;

namespace TorchSharp.Modules
{
    /// <summary>
    /// A tensor that a module learns. Takes over the native memory of the tensor it is made from, which is then as if disposed.
    /// </summary>
    public class Parameter : torch.Tensor
    {
        public Parameter(torch.Tensor data, bool requires_grad = true) : base(Taken(data, requires_grad), data) { }

        static nint Taken(torch.Tensor data, bool requires_grad) => data.with_requires_grad(requires_grad).Surrender();
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
