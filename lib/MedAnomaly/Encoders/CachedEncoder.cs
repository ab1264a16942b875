using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// An encoder that keeps the features of images it has seen on disk: folds, coreset sizes and seeds that share the images then share the
/// encoder's work. A file is named by a hash of the encoder, the layer and the image as the encoder sees it, so that another
/// preprocessing, other weights or other layers never meet the wrong features. Several processes may share a folder.
/// </summary>
public sealed class CachedEncoder : IFeatureEncoder
{
    /// <summary>The most that a folder holds by default; beyond it features are computed and not kept.</summary>
    public const long DefaultLimit = 16L << 30;

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
        var paths = Enumerable.Range(0, (int)images.shape[0]).Select(i => PathsOf(onCpu[i], layerNames)).ToArray();
        long[] missing = [.. Enumerable.Range(0, paths.Length).Where(i => !paths[i].Values.All(File.Exists)).Select(i => (long)i)];
        var computed = missing.Length == 0 ? null : encoder.Features(images.index_select(0, tensor(missing).to(images.device)), layerNames);
        (Hits, Misses) = (Hits + paths.Length - missing.Length, Misses + missing.Length);
        return layerNames.ToDictionary(name => name, name => stack([.. Enumerable.Range(0, paths.Length).Select(i =>
        {
            var place = Array.IndexOf(missing, i);
            if (place < 0) return Read(paths[i][name], name);
            var map = computed![name][place];
            if (!File.Exists(paths[i][name])) Keep(paths[i][name], name, map);
            return map;
        })]).MoveToOuterDisposeScope(), StringComparer.Ordinal);
    }

    /// <summary>The file of each layer.</summary>
    Dictionary<string, string> PathsOf(Tensor image, IReadOnlyCollection<string> layerNames)
    {
        var pixels = SHA256.HashData(image.bytes);
        var about = $"{Identity with { Source = "" }}\n{string.Join(',', image.shape)}\n{Convert.ToHexStringLower(pixels)}\n";
        return layerNames.ToDictionary(name => name, name =>
        {
            var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(about + name)));
            return Path.Combine(folder, key[..2], $"{key}.safetensors");
        }, StringComparer.Ordinal);
    }

    Tensor Read(string path, string name)
    {
        var kept = Safetensors.Load(path, Device);
        if (kept.TryGetValue(name, out var map)) return map;
        throw new DataFormatException($"{path} is no file of this cache: it holds {string.Join(", ", kept.Keys)}, expected {name}. "
            + "Delete it; what is missing is computed again.");
    }

    void Keep(string path, string name, Tensor map)
    {
        var size = map.numel() * map.element_size();
        if (bytes + size > limit) return;
        Safetensors.Save(path, new Dictionary<string, Tensor> { [name] = map });
        bytes += size;
    }

    /// <summary>Frees nothing: the encoder is the caller's, the files stay.</summary>
    public void Dispose()
    {
    }
}
