using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Classifiers;

/// <summary>
/// Listens to modules while images pass through a network: what comes out of each, and a zero that is added to it. The gradient of that zero is
/// the gradient of what came out, and is there even where the network overwrites or frees the values.
/// </summary>
sealed class LayerProbe : IDisposable
{
    readonly List<Module<Tensor, Tensor>.HookRemover> hooks = [];

    /// <summary>Listens from now on; what it hears is the probe's own.</summary>
    public LayerProbe(IEnumerable<Module<Tensor, Tensor>> modules)
    {
        foreach (var module in modules) hooks.Add(module.register_forward_hook(Hear));
    }

    /// <summary>What came out of the modules, in the order in which it did.</summary>
    public List<(Module<Tensor, Tensor> Module, Tensor Output, Tensor Zero)> Heard { get; } = [];

    /// <summary>The module of a name.</summary>
    /// <exception cref="UsageException">There is none, or it passes something else on than one tensor.</exception>
    public static Module<Tensor, Tensor> Find(Module<Tensor, Tensor> network, string layer)
    {
        var modules = network.named_modules().ToList();
        var found = modules.Find(entry => entry.name == layer).module;
        if (found is Module<Tensor, Tensor> module) return module;
        var last = modules.Where(entry => entry.module is Module<Tensor, Tensor>).Select(entry => entry.name).TakeLast(5);
        throw new UsageException($"{network.GetName()} has no layer '{layer}'{(found is null ? "" : " that gives one tensor")}. "
            + $"Its {modules.Count} layers end with {string.Join(", ", last)}.");
    }

    /// <summary>The maps [1, K, H', W'] that came out of a layer.</summary>
    /// <exception cref="UsageException">Nothing passed through it, or what came out has no height and width.</exception>
    public (Tensor Output, Tensor Zero) Maps(string layer) => Heard switch
    {
        [] => throw new UsageException($"Nothing passed through the layer '{layer}': the network does not call it. Choose another."),
        [.., var last] when last.Output.ndim == 4 => (last.Output, last.Zero),
        [.., var last] => throw new UsageException($"The layer '{layer}' gives [{string.Join(", ", last.Output.shape)}], which has no height and width. "
            + "Choose one before it."),
    };

    Tensor Hear(Module<Tensor, Tensor> module, Tensor input, Tensor output)
    {
        // The network's own scopes must not free them.
        var zero = zeros_like(output).requires_grad_().DetachFromDisposeScope();
        Heard.Add((module, output.detach().clone().DetachFromDisposeScope(), zero));
        return output + zero;
    }

    /// <summary>Listens no more, and frees what it heard.</summary>
    public void Dispose()
    {
        foreach (var hook in hooks) hook.remove();
        foreach (var (_, output, zero) in Heard)
        {
            output.Dispose();
            zero.Dispose();
        }
    }
}
