using System.Text.Json;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

public sealed partial class PatchCore
{
    const string BankName = "bank";
    const string HeaderKey = "patchcore";

    /// <summary>What a saved detector says about itself, beside its memory bank.</summary>
    sealed record Header(GreedyCoreset Coreset, PatchEmbedding Embedding, int ProjectionDimension, int ReweightingNeighbors,
        string EncoderArchitecture, string EncoderSource, string EncoderSha256, Precision EncoderPrecision);

    /// <summary>Writes the memory bank and all parameters to a safetensors file; the encoder is named by its hash.</summary>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void Save(string path)
    {
        var identity = encoder.Identity;
        var header = new Header(Coreset, Embedding, ProjectionDimension, ReweightingNeighbors, identity.Architecture, identity.Source,
            identity.Sha256, identity.Precision);
        Safetensors.Save(path, new Dictionary<string, Tensor> { [BankName] = Bank },
            new Dictionary<string, string> { [HeaderKey] = JsonSerializer.Serialize(header) });
    }

    /// <summary>Reads a detector that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="encoder">The encoder that it was fitted with; stays the caller's.</param>
    /// <exception cref="DataFormatException">The file is damaged or no PatchCore, or the encoder has other weights.</exception>
    public static PatchCore Load(string path, IFeatureEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        var file = Safetensors.Open(path);
        var header = ReadHeader(file);
        var identity = encoder.Identity;
        if (header.EncoderSha256 != identity.Sha256)
            throw new DataFormatException($"{path} was fitted with {header.EncoderArchitecture} from {header.EncoderSource} "
                + $"(weights sha256 {header.EncoderSha256}); the encoder given is {identity.Architecture} "
                + $"from {identity.Source} (sha256 {identity.Sha256}). "
                + "Features of other weights cannot be compared. Load those weights, or fit again.");
        var detector = new PatchCore(encoder, header.Coreset, header.Embedding, header.ProjectionDimension, header.ReweightingNeighbors);
        try
        {
            detector.SetBank(file.Tensors[BankName].ToTensor(encoder.Device));
            return detector;
        }
        catch (ArgumentException fault)
        {
            throw new DataFormatException($"{path} has a damaged memory bank: {fault.Message} Fit again and save.", fault);
        }
    }

    static Header ReadHeader(WeightFile file)
    {
        if (!file.Tensors.TryGetValue(BankName, out var bank) || bank is not { Type: ScalarType.Float32, Shape: [> 0, > 0] })
            throw NotSaved($"it has no '{BankName}' of 32-bit floats.");
        return file.Header<Header>(HeaderKey, NotSaved) is { Coreset: not null, Embedding: not null } header ? header
            : throw NotSaved($"its '{HeaderKey}' header is incomplete.");

        DataFormatException NotSaved(string why, Exception? inner = null) => new($"{file.Path} is no saved PatchCore: {why} Fit again and save.", inner);
    }
}
