using System.Globalization;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Modules one after the other, numbered where they have no name.</summary>
    public class Sequential : nn.Module<Tensor, Tensor>
    {
        readonly List<(string name, nn.Module<Tensor, Tensor> module)> chain = [];

        internal Sequential() : base(nameof(Sequential)) { }

        protected Sequential(params (string name, nn.Module<Tensor, Tensor> submodule)[] modules) : base(nameof(Sequential))
        {
            foreach (var (name, module) in modules) append(name, module);
        }

        protected Sequential(params nn.Module<Tensor, Tensor>[] modules) : base(nameof(Sequential))
        {
            foreach (var module in modules) append(module);
        }

        public int Count => chain.Count;

        [IndexerName("SequentialItems")]
        public nn.IModule<Tensor, Tensor> this[int index] => chain[index].module;

        /// <summary>A part of the chain. It shares its modules with this one.</summary>
        [IndexerName("SequentialItems")]
        public Sequential this[Range index] => Part(index);

        [IndexerName("SequentialItems")]
        public Sequential this[(int? start, int? end) index] => Part((index.start ?? 0)..(index.end ?? Count));

        public Sequential append(string name, nn.IModule<Tensor, Tensor> module)
        {
            var submodule = (nn.Module<Tensor, Tensor>)module;
            register_module(name, submodule);
            chain.Add((name, submodule));
            return this;
        }

        public Sequential append(nn.IModule<Tensor, Tensor> module) => append(Count.ToString(CultureInfo.InvariantCulture), module);

        public override Tensor forward(Tensor tensor)
        {
            if (Count == 0) return tensor.alias();
            // What lies between two modules is disposed as soon as the next is done with it; autograd keeps what it needs itself.
            var result = chain[0].module.call(tensor);
            for (var i = 1; i < Count; i++)
            {
                using var between = result;
                result = chain[i].module.call(between);
            }
            return result;
        }

        /// <summary>The chain is registered as it grows; other fields of a derived class are not.</summary>
        protected override void RegisterComponents() { }

        Sequential Part(Range range)
        {
            var part = new Sequential();
            foreach (var (name, module) in chain.ToArray()[range]) part.append(name, module);
            return part;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Sequential Sequential() => new();

            public static Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules) =>
                Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            public static Sequential Sequential(params Module<Tensor, Tensor>[] modules) =>
                Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            public static Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
            {
                var result = new Sequential();
                foreach (var (name, module) in modules) result.append(name, module);
                return result;
            }

            public static Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
            {
                var result = new Sequential();
                foreach (var module in modules) result.append(module);
                return result;
            }
        }
    }
}
