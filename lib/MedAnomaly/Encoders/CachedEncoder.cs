using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// An encoder that keeps the features of images it has seen on disk: folds, coreset sizes and seeds that share the images then share the
/// encoder's work. A file is named by a hash of the encoder, the layers and the image as the encoder sees it, so that another
/// preprocessing, other weights or other layers never meet the wrong features. Several processes may share a folder.
/// </summary>
public sealed class CachedEncoder : IFeatureEncoder
{
    /// <summary>The most that a folder holds by default; beyond it features are computed and not kept.</summary>
    public const long DefaultLimit = 8L << 30;

    readonly IFeatureEncoder encoder;
    readonly string folder;
    readonly long limit;
    long bytes;

    /// <summary>A cache in <paramref name="folder"/>, which need not exist.</summary>
    /// <param name="encoder">Computes what is not there yet; stays the caller's.</param>
    /// <param name="folder">Where the files lie; they may be deleted at any time between runs.</param>
    /// <param name="limit">The most bytes that the folder's files may take together.</param>
    public CachedEncoder(IFeatureEncoder encoder, string folder, long limit = DefaultLimit)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        (this.encoder, this.folder, this.limit) = (encoder, Path.GetFullPath(folder), limit);
        if (Directory.Exists(this.folder))
            bytes = new DirectoryInfo(this.folder).EnumerateFiles("*.safetensors", SearchOption.AllDirectories).Sum(file => file.Length);
    }

    /// <summary>Images whose features were read.</summary>
    public long Hits { get; private set; }

    /// <summary>Images whose features were computed.</summary>
    public long Misses { get; private set; }

    /// <inheritdoc/>
    public EncoderIdentity Identity => encoder.Identity;

    /// <inheritdoc/>
    public Device Device => encoder.Device;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Features(Tensor images, params IReadOnlyCollection<string> layerNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(layerNames);
        if (images.shape is not [> 0, _, _, _]) return encoder.Features(images, layerNames);
        using var scope = NewDisposeScope();
        using var onCpu = images.cpu().contiguous();
        var paths = Enumerable.Range(0, (int)images.shape[0]).Select(i => PathOf(onCpu[i], layerNames)).ToArray();
        var missing = Enumerable.Range(0, paths.Length).Where(i => !File.Exists(paths[i])).ToList();
        var computed = missing.Count == 0 ? null
            : encoder.Features(images.index_select(0, tensor([.. missing.Select(i => (long)i)]).to(images.device)), layerNames);
        (Hits, Misses) = (Hits + paths.Length - missing.Count, Misses + missing.Count);
        var features = layerNames.ToDictionary(name => name, _ => new List<Tensor>(), StringComparer.Ordinal);
        for (var i = 0; i < paths.Length; i++)
        {
            var place = missing.IndexOf(i);
            var maps = place >= 0 ? layerNames.ToDictionary(name => name, name => computed![name][place]) : Read(paths[i], layerNames);
            if (place >= 0) Keep(paths[i], maps);
            foreach (var name in layerNames) features[name].Add(maps[name]);
        }
        return features.ToDictionary(entry => entry.Key, entry => stack(entry.Value).MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    string PathOf(Tensor image, IReadOnlyCollection<string> layerNames)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var identity = Identity with { Source = "" };
        hash.AppendData(Encoding.UTF8.GetBytes($"{identity}\n{string.Join(',', layerNames)}\n{string.Join(',', image.shape)}\n"));
        hash.AppendData(image.bytes);
        var name = Convert.ToHexStringLower(hash.GetHashAndReset());
        return Path.Combine(folder, name[..2], $"{name}.safetensors");
    }

    Dictionary<string, Tensor> Read(string path, IReadOnlyCollection<string> layerNames)
    {
        var kept = Safetensors.Load(path, Device);
        if (layerNames.All(kept.ContainsKey)) return kept;
        throw new DataFormatException($"{path} is no file of this cache: it holds {string.Join(", ", kept.Keys)}, expected "
            + $"{string.Join(", ", layerNames)}. Delete it; what is missing is computed again.");
    }

    void Keep(string path, Dictionary<string, Tensor> maps)
    {
        var size = maps.Values.Sum(map => map.numel() * map.element_size());
        if (bytes + size > limit) return;
        Safetensors.Save(path, maps);
        bytes += size;
    }

    /// <summary>Frees nothing: the encoder is the caller's, the files stay.</summary>
    public void Dispose()
    {
    }
}
