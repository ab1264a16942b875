using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual IEnumerable<(string name, Module module)> named_children() => submodules;

            public virtual IEnumerable<Module> children() => named_children().Select(c => c.module);

            /// <summary>All submodules, at any depth, without this one.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var child in named_children()) yield return child;
                foreach (var (name, module) in named_children())
                    foreach (var (inner, deep) in module.named_modules())
                        yield return ($"{name}.{inner}", deep);
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(m => m.module);

            /// <summary>Parameters under their full names, shared ones once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<nint>();
                foreach (var own in ownParameters)
                    if (seen.Add(own.parameter.Handle)) yield return own;
                if (!recurse) yield break;
                foreach (var (child, module) in named_children())
                    foreach (var (inner, parameter) in module.named_parameters())
                        if (seen.Add(parameter.Handle)) yield return ($"{child}.{inner}", parameter);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(p => p.parameter);

            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<nint>();
                foreach (var (own, buffer, persistent) in ownBuffers)
                    if ((persistent || include_nonpersistent) && seen.Add(buffer.Handle)) yield return (own, buffer);
                if (!recurse) yield break;
                foreach (var (child, module) in named_children())
                    foreach (var (inner, buffer) in module.named_buffers(true, include_nonpersistent))
                        if (seen.Add(buffer.Handle)) yield return ($"{child}.{inner}", buffer);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(b => b.buffer);

            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            public virtual bool has_buffer(string target) => get_buffer(target) is not null;

            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(p => p.name == target).parameter;

            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(b => b.name == target).buffer;

            /// <summary>Parameters and persistent buffers by name, in the order of registration. The tensors are the module's
            /// own.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var before = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (own, parameter) in ownParameters) destination.TryAdd(before + own, parameter);
                foreach (var (own, buffer, persistent) in ownBuffers)
                    if (persistent) destination.TryAdd(before + own, buffer);
                foreach (var (child, module) in named_children()) module.state_dict(destination, before + child);
                return destination;
            }

            /// <summary>Copies values into this module's tensors.</summary>
            /// <exception cref="InvalidOperationException">strict, and a name is missing or not expected; or a shape is
            /// another.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(Dictionary<string, Tensor> source,
                bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                var own = state_dict();
                List<string> unexpected = [.. source.Keys.Where(k => !own.ContainsKey(k) && !skip.Contains(k))];
                List<string> missing = [.. own.Keys.Where(k => !source.ContainsKey(k) && !skip.Contains(k))];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException(
                        $"The loaded state_dict is not identical to the target dictionary. Missing: {Listed(missing)}. Unexpected: {Listed(unexpected)}.");
                using var scope = NewDisposeScope();
                using var still = no_grad();
                foreach (var (key, value) in source)
                {
                    if (skip.Contains(key) || !own.TryGetValue(key, out var target)) continue;
                    if (!target.shape.AsSpan().SequenceEqual(value.shape))
                        throw new InvalidOperationException($"'{key}' has the shape [{string.Join(", ", value.shape)}] in the state_dict, but the module expects [{string.Join(", ", target.shape)}].");
                    target.copy_(value);
                }
                return (missing, unexpected);
            }

            static string Listed(List<string> names)
            {
                const int shown = 8;
                var more = names.Count > shown ? $" and {names.Count - shown} more" : "";
                return names.Count == 0 ? "none" : string.Join(", ", names.Take(shown)) + more;
            }
        }
    }
}
