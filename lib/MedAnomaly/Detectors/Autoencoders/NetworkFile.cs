using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Detectors;

/// <summary>A network's weights in a safetensors file, with a header that says what is needed to make the network before it is filled.</summary>
/// <param name="what">What is saved, as messages call it; the key of the header with hyphens.</param>
sealed class NetworkFile<THeader>(string what)
    where THeader : class
{
    string Key => what.Replace(' ', '-');

    /// <summary>Writes it, whole or not at all.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path, Module network, THeader header) => Safetensors.Save(path, StateDicts.Of(network).Values,
        new Dictionary<string, string> { [Key] = JsonSerializer.Serialize(header) });

    /// <summary>Reads one that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="contradiction">What the arrays say against the header, checked before the header may cost memory; null for nothing.</param>
    /// <param name="make">An owner with random weights.</param>
    /// <param name="network">The owner's network, which takes the weights.</param>
    /// <exception cref="DataFormatException">The file is damaged, something else, or its weights are of another network.</exception>
    public TOwner Load<TOwner>(string path, Func<THeader, IReadOnlyDictionary<string, WeightTensor>, string?> contradiction,
        Func<THeader, TOwner> make, Func<TOwner, Module> network)
        where TOwner : class, IDisposable
    {
        var file = Safetensors.Open(path);
        var header = file.Header<THeader>(Key, (why, inner) => NotSaved(path, why, inner));
        if (contradiction(header, file.Tensors) is { } fault) throw NotSaved(path, fault);
        TOwner? owner = null;
        try
        {
            owner = make(header);
            StateDicts.Load(network(owner), file.Tensors, path);
            return owner;
        }
        catch (UsageException wrong)
        {
            throw NotSaved(path, wrong.Message, wrong);
        }
        catch (DataFormatException)
        {
            owner?.Dispose();
            throw;
        }
    }

    DataFormatException NotSaved(string path, string why, Exception? inner = null) =>
        new($"{path} is no saved {what}: {why} Train again and save.", inner);
}
