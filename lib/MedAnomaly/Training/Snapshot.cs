using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Training;

/// <summary>A module's parameters and buffers as they were, to go back to.</summary>
sealed class Snapshot : IDisposable
{
    readonly Dictionary<string, Tensor> values;

    /// <summary>Copies them.</summary>
    public Snapshot(Module module) => values = module.state_dict()
        .ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal);

    /// <summary>The copies by name; the snapshot's own.</summary>
    public IReadOnlyDictionary<string, Tensor> Values => values;

    /// <summary>Takes over what a file says they were, where it has all of them.</summary>
    /// <exception cref="DataFormatException">Arrays are missing, left over or of another shape; the copies are as before.</exception>
    public void Load(IReadOnlyDictionary<string, WeightTensor> weights, string source) => StateDicts.Load(values, weights, source, "the training");

    /// <summary>Puts them back.</summary>
    public void Restore(Module module)
    {
        using var untracked = no_grad();
        foreach (var (name, target) in module.state_dict()) target.copy_(values[name]);
    }

    /// <summary>Frees the copies.</summary>
    public void Dispose()
    {
        foreach (var value in values.Values) value.Dispose();
    }
}
