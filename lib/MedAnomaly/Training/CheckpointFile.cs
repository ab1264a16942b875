using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Training;

/// <summary>
/// What tells one training from another: only the same one is gone on with.
/// </summary>
/// <param name="Architecture">The network and its sizes.</param>
/// <param name="Plan">How it is trained, but for the number of epochs, which may grow.</param>
/// <param name="Start">SHA-256 of the weights that it begins with.</param>
/// <param name="Data">SHA-256 of its images.</param>
sealed record TrainingIdentity(string Architecture, string Plan, string Start, string Data)
{
    /// <summary>SHA-256 of tensors' values, in lower-case hexadecimal.</summary>
    public static string HashOf(params IEnumerable<Tensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var values in tensors)
        {
            using var contiguous = values.contiguous();
            hash.AppendData(contiguous.bytes);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Plan and augmentation in words that are equal for equal ones; without the number of epochs, which may grow.</summary>
    public static string PlanOf(TrainingPlan plan, Augmentation? augmentation)
    {
        var settings = JsonSerializer.SerializeToNode(plan, plan.GetType())!.AsObject();
        settings.Remove(nameof(TrainingPlan.Epochs));
        settings[nameof(Augmentation)] = JsonSerializer.SerializeToNode(augmentation);
        return settings.ToJsonString();
    }

    /// <summary>Refuses to go on with another training's checkpoint.</summary>
    /// <exception cref="UsageException">It is another's; the message says what differs.</exception>
    public void Check(TrainingIdentity theirs, string path)
    {
        var difference = theirs.Architecture != Architecture ? $"It is of {theirs.Architecture}; this one is of {Architecture}."
            : theirs.Plan != Plan ? $"It is trained by {theirs.Plan}; this one by {Plan}."
            : theirs.Start != Start ? "It began with other weights: another seed, or another stage before it."
            : theirs.Data != Data ? "It has other images, for training or validation." : null;
        if (difference is null) return;
        throw new UsageException($"{path} is the checkpoint of another training. {difference} Nothing was changed. "
            + "Give another file, or delete this one to train anew.");
    }
}

/// <summary>The file of a checkpoint: weights, the best weights, the optimizers' states, and the epochs so far.</summary>
/// <typeparam name="TEpoch">What is told of an epoch.</typeparam>
/// <param name="checkpoint">Where it is, and how often it is written.</param>
/// <param name="identity">Of the training.</param>
sealed class CheckpointFile<TEpoch>(Checkpoint checkpoint, TrainingIdentity identity)
{
    const string HeaderKey = "training";
    const string Weights = "weights.", Best = "best.", Optimizer = "optimizer.";

    readonly string path = checkpoint.Path;
    readonly Stopwatch sinceSaved = Stopwatch.StartNew();
    int savedEpochs;

    sealed record Header(TrainingIdentity Identity, IReadOnlyList<TEpoch> Epochs);

    /// <summary>Where the last good weights lie, a sentence; empty where nothing was written yet.</summary>
    public string LastGood => savedEpochs == 0 ? "" : $" The last good checkpoint is {path}, after epoch {savedEpochs}.";

    /// <summary>Writes it, whole or not at all, where there are new epochs and it is time.</summary>
    /// <param name="module">Its weights.</param>
    /// <param name="best">The best weights.</param>
    /// <param name="optimizers">Their states.</param>
    /// <param name="epochs">Those so far.</param>
    /// <param name="isEnd">Whether the training ends here: it is time then.</param>
    /// <exception cref="OutputException">It cannot be written; the one before is intact.</exception>
    public void Keep(Module module, Snapshot best, IReadOnlyList<OptimizerHelper> optimizers, IReadOnlyList<TEpoch> epochs, bool isEnd)
    {
        if (epochs.Count == savedEpochs || (!isEnd && sinceSaved.Elapsed < checkpoint.Every)) return;
        Save(module, best, optimizers, epochs);
        savedEpochs = epochs.Count;
        sinceSaved.Restart();
    }

    void Save(Module module, Snapshot best, IReadOnlyList<OptimizerHelper> optimizers, IReadOnlyList<TEpoch> epochs)
    {
        var tensors = StateDicts.Of(module).Values.Select(weight => Renamed(weight, Weights + weight.Name))
            .Concat(best.Values.Select(entry => new WeightTensor(Best + entry.Key, entry.Value.dtype, entry.Value.shape, destination =>
            {
                using var values = entry.Value.cpu();
                values.bytes.CopyTo(destination);
            })))
            .Concat(optimizers.Select((optimizer, i) =>
            {
                var state = StateOf(optimizer);
                return new WeightTensor(FormattableString.Invariant($"{Optimizer}{i}"), ScalarType.Byte, [state.Length], destination => state.CopyTo(destination));
            }));
        Safetensors.Save(path, tensors, new Dictionary<string, string> { [HeaderKey] = JsonSerializer.Serialize(new Header(identity, epochs)) });
    }

    /// <summary>Goes on from the file, if it is there.</summary>
    /// <param name="module">Gets the weights.</param>
    /// <param name="best">Gets the best weights.</param>
    /// <param name="optimizers">Get their states.</param>
    /// <param name="most">Epochs that are asked for.</param>
    /// <returns>The epochs so far; empty, with nothing changed, where there is no file.</returns>
    /// <exception cref="UsageException">It is another training's, or has more epochs than are asked for.</exception>
    /// <exception cref="DataFormatException">It is damaged, or no checkpoint.</exception>
    public IReadOnlyList<TEpoch> Load(Module module, Snapshot best, IReadOnlyList<OptimizerHelper> optimizers, int most)
    {
        if (!File.Exists(path)) return [];
        var file = Safetensors.Open(path);
        var header = ReadHeader(file);
        identity.Check(header.Identity, path);
        if (header.Epochs.Count > most)
            throw new UsageException($"{path} has {header.Epochs.Count} epochs already, and the plan asks for {most}. Ask for as many at least, or delete it to train anew.");
        StateDicts.Load(module, Part(file, Weights), path);
        best.Load(Part(file, Best), path);
        for (var i = 0; i < optimizers.Count; i++)
        {
            var name = FormattableString.Invariant($"{Optimizer}{i}");
            if (!file.Tensors.TryGetValue(name, out var state)) throw Damaged($"it has no '{name}'.");
            var bytes = new byte[state.ByteCount];
            state.CopyTo(bytes);
            try
            {
                using var reader = new BinaryReader(new MemoryStream(bytes));
                optimizers[i].load_state_dict(reader);
            }
            catch (Exception fault) when (fault is InvalidDataException or ArgumentException or EndOfStreamException)
            {
                throw Damaged($"'{name}': {fault.Message}", fault);
            }
        }
        savedEpochs = header.Epochs.Count;
        return header.Epochs;
    }

    static WeightTensor Renamed(WeightTensor weight, string name) => new(name, weight.Type, weight.Shape, weight.CopyTo);

    static Dictionary<string, WeightTensor> Part(WeightFile file, string prefix) => file.Tensors
        .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
        .ToDictionary(entry => entry.Key[prefix.Length..], entry => entry.Value, StringComparer.Ordinal);

    static byte[] StateOf(OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        optimizer.save_state_dict(writer);
        writer.Flush();
        return stream.ToArray();
    }

    Header ReadHeader(WeightFile file) => file.Header<Header>(HeaderKey, Damaged) is { Identity: not null, Epochs: not null } header ? header
        : throw Damaged($"its '{HeaderKey}' header is incomplete.");

    DataFormatException Damaged(string why, Exception? inner = null) =>
        new($"{path} is no checkpoint that a training can go on from: {why} Delete it to train anew.", inner);
}
