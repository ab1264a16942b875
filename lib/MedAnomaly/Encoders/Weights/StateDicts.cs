using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Encoders.Weights;

/// <summary>Puts the arrays of a weight file into a module.</summary>
public static class StateDicts
{
    /// <summary>How many batches a batch normalisation has seen: inference has no use for it, and older files lack it.</summary>
    const string Optional = "num_batches_tracked";

    const int NamesShown = 5;

    /// <summary>Copies every array into the parameter or buffer of the same name. Either all fit, or nothing is changed.</summary>
    /// <param name="module">Takes the values, converted to its own types and device.</param>
    /// <param name="weights">Arrays by state_dict name.</param>
    /// <param name="source">Where the arrays come from, for the error message.</param>
    /// <exception cref="DataFormatException">
    /// Arrays are missing, left over or of another shape; the message lists a few of each kind.
    /// </exception>
    public static void Load(Module module, IReadOnlyDictionary<string, WeightTensor> weights, string source)
    {
        ArgumentNullException.ThrowIfNull(module);
        Load(module.state_dict(), weights, source, module.GetName());
    }

    /// <summary>
    /// The same for a network with a fresh last layer, which keeps its own weights whatever the file has of it: what fine-tuning begins with.
    /// </summary>
    /// <param name="module">Takes the values.</param>
    /// <param name="weights">Arrays by state_dict name.</param>
    /// <param name="source">Where the arrays come from, for the error message.</param>
    /// <param name="fresh">What the last layer's names begin with, such as "fc.".</param>
    /// <exception cref="DataFormatException">Other arrays are missing, left over or of another shape.</exception>
    public static void LoadBody(Module module, IReadOnlyDictionary<string, WeightTensor> weights, string source, string fresh)
    {
        var own = Of(module).Where(entry => entry.Key.StartsWith(fresh, StringComparison.Ordinal));
        Load(module, own.Concat(weights).DistinctBy(entry => entry.Key).ToDictionary(StringComparer.Ordinal), source);
    }

    /// <summary>Copies every array into the tensor of the same name. Either all fit, or nothing is changed.</summary>
    internal static void Load(Dictionary<string, Tensor> targets, IReadOnlyDictionary<string, WeightTensor> weights, string source, string owner)
    {
        ArgumentNullException.ThrowIfNull(weights);
        Check(owner, targets, weights, source);
        using var untracked = no_grad();
        foreach (var (name, target) in targets)
        {
            if (!weights.TryGetValue(name, out var weight)) continue;
            using var values = weight.ToTensor();
            target.copy_(values);
        }
    }

    /// <summary>
    /// A module's parameters and buffers as the arrays of a weight file, copied: what was trained here can then be used like what was read.
    /// </summary>
    public static IReadOnlyDictionary<string, WeightTensor> Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (var (name, value) in module.state_dict())
        {
            using var copy = value.detach().cpu().contiguous();
            var bytes = copy.bytes.ToArray();
            weights.Add(name, new WeightTensor(name, value.dtype, value.shape, destination => bytes.CopyTo(destination)));
        }
        return weights;
    }

    /// <summary>
    /// SHA-256 of arrays, in lower-case hexadecimal: over the names, types, shapes and values, in the order of the names. It is the same
    /// whatever file they came in.
    /// </summary>
    /// <exception cref="DataFormatException">The weight file has changed since it was opened.</exception>
    public static string Hash(IReadOnlyDictionary<string, WeightTensor> weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in weights.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}: {tensor.Type} {WeightTensor.Format(tensor.Shape)}\n"));
            var bytes = new byte[tensor.ByteCount];
            tensor.CopyTo(bytes);
            hash.AppendData(bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Check(string owner, Dictionary<string, Tensor> targets, IReadOnlyDictionary<string, WeightTensor> weights, string source)
    {
        var missing = targets.Keys.Where(name => !weights.ContainsKey(name) && !name.EndsWith(Optional, StringComparison.Ordinal)).ToList();
        var extra = weights.Keys.Where(name => !targets.ContainsKey(name)).ToList();
        var misshapen = targets.Keys.Where(weights.ContainsKey)
            .Select(name => (Name: name, Expected: targets[name].shape, Got: weights[name].Shape))
            .Where(array => !array.Got.SequenceEqual(array.Expected))
            .Select(array => $"{array.Name} (expected {WeightTensor.Format(array.Expected)}, got {WeightTensor.Format(array.Got)})")
            .ToList();
        if (missing.Count + extra.Count + misshapen.Count == 0) return;
        throw new DataFormatException($"The weights of {source} do not fit {owner}, which has {targets.Count} arrays:"
            + List("missing", missing) + List("unexpected", extra) + List("of another shape", misshapen)
            + " Nothing was loaded. Choose the architecture that the weights were trained with.");
    }

    static string List(string what, List<string> names) => names.Count == 0 ? ""
        : $" {names.Count} {what}: {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", ..." : "")}.";
}
