using System.Reflection;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>
        /// What learns: parameters, buffers and submodules under names. A derived class keeps them in fields and calls
        /// <see cref="RegisterComponents"/> at the end of its constructor; the fields' names are the names in the state dictionary.
        /// </summary>
        public partial class Module : IDisposable
        {
            readonly List<(string name, Module module)> submodules = [];
            readonly List<(string name, Parameter parameter)> ownParameters = [];
            readonly List<(string name, Tensor buffer, bool persistent)> ownBuffers = [];
            bool registered;

            protected string? name;

            protected Module(string name) => this.name = name;

            public virtual string GetName() => string.IsNullOrEmpty(name) ? GetType().Name : name;

            /// <summary>Whether dropout drops and batch norm uses the batch's own statistics.</summary>
            public virtual bool training { get; private set; } = true;

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, module) in submodules) module.train(train);
            }

            public virtual void eval() => train(false);

            /// <summary>Registers every field that holds a module, a parameter or (as a buffer) a tensor, base classes' fields
            /// last.</summary>
            protected virtual void RegisterComponents()
            {
                if (registered) return;
                registered = true;
                foreach (var field in FieldsOf(GetType()))
                {
                    var field_name = field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
                    if (IsRegistered(field_name)) continue;
                    switch (field.GetValue(this))
                    {
                        case Module module: register_module(field_name, module); break;
                        case Parameter parameter: register_parameter(field_name, parameter); break;   // before Tensor: a parameter is one
                        case Tensor tensor: register_buffer(field_name, tensor); break;
                    }
                }
            }

            bool IsRegistered(string name) =>
                submodules.Exists(s => s.name == name) || ownParameters.Exists(p => p.name == name)
                    || ownBuffers.Exists(b => b.name == name);

            static IEnumerable<FieldInfo> FieldsOf(Type type)
            {
                const BindingFlags all = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly;
                for (var t = type; t is not null && t != typeof(Module); t = t.BaseType)
                    foreach (var field in t.GetFields(all))
                        yield return field;
            }

            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                if (tensor is null || tensor.IsInvalid)
                    throw new ArgumentNullException(nameof(tensor), "A null tensor cannot be registered as a buffer.");
                if (IsRegistered(name)) throw new InvalidOperationException($"Tensor {name} is already registered.");
                ownBuffers.Add((name, tensor, persistent));
            }

            public virtual void register_parameter(string name, Parameter param)
            {
                if (param is null || param.IsInvalid)
                    throw new ArgumentNullException(nameof(param), "A null tensor cannot be registered as a parameter.");
                if (IsRegistered(name)) throw new InvalidOperationException($"Parameter {name} is already registered.");
                ownParameters.Add((name, param));
            }

            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    submodules.RemoveAll(s => s.name == name);
                    return;
                }
                if (name.Contains('.', StringComparison.Ordinal))
                    throw new ArgumentException($"module name can't contain \".\", got: {name}");
                if (name.Length == 0) throw new ArgumentException("module name can't be empty string \"\"");
                if (IsRegistered(name)) throw new InvalidOperationException($"Sub-module {name} is already registered.");
                submodule.RegisterComponents();
                submodules.Add((name, submodule));
            }

            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers, replaces or, for null, forgets a parameter: what the setter of a layer's weight does.</summary>
            protected void ConditionallyRegisterParameter(string name, Parameter? value)
            {
                var at = ownParameters.FindIndex(p => p.name == name);
                if (value is null)
                {
                    if (at >= 0) ownParameters.RemoveAt(at);
                }
                else if (at >= 0) ownParameters[at] = (name, value);
                else ownParameters.Add((name, value));
            }

            protected void ConditionallyRegisterParameter(string name, Tensor? value) =>
                ConditionallyRegisterParameter(name, value as Parameter);

            protected void ConditionallyRegisterBuffer(string name, Tensor? value, bool persistent = true)
            {
                var at = ownBuffers.FindIndex(b => b.name == name);
                if (value is null)
                {
                    if (at >= 0) ownBuffers.RemoveAt(at);
                }
                else if (at >= 0) ownBuffers[at] = (name, value, persistent);
                else ownBuffers.Add((name, value, persistent));
            }

            /// <summary>What a layer's setter does: the new parameter leaves its scope for the module, the old one is disposed.</summary>
            private protected void SetParameter(ref Parameter? field, Parameter? value, string name)
            {
                if (ReferenceEquals(field, value)) return;
                field?.Dispose();
                field = value;
                value?.DetachFromDisposeScope();
                ConditionallyRegisterParameter(name, value);
            }

            private protected void SetBuffer(ref Tensor? field, Tensor? value, string name)
            {
                if (ReferenceEquals(field, value)) return;
                field?.Dispose();
                field = value;
                value?.DetachFromDisposeScope();
                ConditionallyRegisterBuffer(name, value);
            }

            protected void ClearModules() => submodules.Clear();

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, module) in submodules) module.apply(fn);
                fn(this);
                return this;
            }

            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                {
                    using var grad = parameter.grad;
                    if (grad is null) continue;
                    if (set_to_none) parameter.grad = null;
                    else grad.detach_().zero_();
                }
            }

            ~Module() => Dispose(false);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing) return;
                foreach (var (_, parameter) in ownParameters) parameter.Dispose();
                foreach (var (_, buffer, _) in ownBuffers) buffer.Dispose();
                foreach (var (_, module) in submodules) module.Dispose();
            }
        }
    }
}
