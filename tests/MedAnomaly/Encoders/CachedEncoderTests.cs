using MedAnomaly.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class CachedEncoderTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();
    readonly CountingEncoder inner = new();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Halves the images, and counts them.</summary>
    sealed class CountingEncoder : IFeatureEncoder
    {
        public EncoderIdentity Identity { get; set; } = new("half", "", "test", "00", Precision.Float32);

        public Device Device => CPU;

        public long Seen { get; private set; }

        public IReadOnlyDictionary<string, Tensor> Features(Tensor images, params IReadOnlyCollection<string> layerNames)
        {
            Seen += images.shape[0];
            return layerNames.ToDictionary(name => name, name => images / (name == "a" ? 2 : 4));
        }

        public void Dispose()
        {
        }
    }

    CachedEncoder Cache(long limit = CachedEncoder.DefaultLimit) => new(inner, folder.FullName, limit);

    [Fact]
    public void Each_image_is_computed_once_in_whichever_batch_and_process_it_comes()
    {
        var images = Formula.Noise(1, 5, 3, 8, 8);
        var expected = inner.Features(images, "a", "b");
        var before = inner.Seen;

        Cache().Features(images.narrow(0, 0, 3), "a", "b");
        var other = Cache();
        var features = other.Features(images.index_select(0, tensor(new long[] { 4, 2, 0, 3, 1 })), "a", "b");

        Assert.Equal(before + 5, inner.Seen);
        Assert.Equal((3, 2), (other.Hits, other.Misses));
        foreach (var name in new[] { "a", "b" })
            Assert.Equal(expected[name].index_select(0, tensor(new long[] { 4, 2, 0, 3, 1 })).data<float>().ToArray(), features[name].data<float>().ToArray());
    }

    [Fact]
    public void Another_layer_image_or_encoder_never_meets_the_wrong_features()
    {
        var images = Formula.Noise(1, 1, 3, 8, 8);
        Cache().Features(images, "a");

        Assert.Equal((images / 4).data<float>().ToArray(), Cache().Features(images, "b")["b"].data<float>().ToArray());
        Assert.Equal(images.data<float>().ToArray().Select(value => value * 1.5f / 2), Cache().Features(images * 1.5, "a")["a"].data<float>().ToArray());
        inner.Identity = inner.Identity with { Sha256 = "01" };
        var misses = Cache();
        misses.Features(images, "a");
        Assert.Equal(1, misses.Misses);
    }

    [Fact]
    public void Beyond_its_limit_nothing_is_kept_and_the_features_are_the_same()
    {
        var images = Formula.Noise(1, 3, 3, 8, 8);
        var limit = 2 * 3 * 8 * 8 * sizeof(float);

        Cache(limit).Features(images, "a");

        Assert.Equal(2, folder.GetFiles("*.safetensors", SearchOption.AllDirectories).Length);
        Assert.Equal((images / 2).data<float>().ToArray(), Cache(limit).Features(images, "a")["a"].data<float>().ToArray());
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        var images = Formula.Noise(1, 1, 3, 8, 8);
        Cache().Features(images, "a");
        var file = folder.GetFiles("*.safetensors", SearchOption.AllDirectories)[0].FullName;
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..^1]);

        var fault = Assert.Throws<DataFormatException>(() => Cache().Features(images, "a"));

        Assert.Contains(file, fault.Message, StringComparison.Ordinal);
    }
}
