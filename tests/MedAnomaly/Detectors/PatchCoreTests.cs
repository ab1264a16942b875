using MedAnomaly.Detectors;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Neighbors;
using MedAnomaly.Tests.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors;

public sealed class PatchCoreTests(PatchCoreTests.SharedEncoder shared) : IClassFixture<PatchCoreTests.SharedEncoder>, IDisposable
{
    /// <summary>One small network for all tests: making it takes longer than using it.</summary>
    public sealed class SharedEncoder : IDisposable
    {
        public FrozenEncoder Encoder { get; } = new(Formula.Encoder(ResNetArchitecture.ResNet18));

        public void Dispose() => Encoder.Dispose();
    }

    static readonly PatchEmbedding Embedding = new LocallyAwarePatches(PatchEmbedding.DefaultLayers, 3, 64, 48);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();
    readonly FrozenEncoder encoder = shared.Encoder;

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    static Tensor Normal() => Formula.Noise(2000, 6, 3, 64, 64);

    static Tensor Test()
    {
        var images = Formula.Noise(2001, 4, 3, 64, 64);
        images[2].narrow(1, 16, 24).narrow(2, 8, 32).add_(2);
        images[3].mul_(1.5);
        return images;
    }

    PatchCore Fitted(double ratio = 0.1, int neighbors = 9)
    {
        var detector = new PatchCore(encoder, new GreedyCoreset(ratio, Seed: 5), Embedding, 16, neighbors);
        detector.Fit([Normal()]);
        return detector;
    }

    [Fact]
    public void Bank_scores_and_maps_are_Pythons()
    {
        var golden = Repository.Golden("patchcore/patchcore.json");
        using var detector = Fitted();

        var results = detector.Score(Test());

        Formula.AssertClose(golden.GetProperty("bank"), detector.Bank);
        var expected = golden.GetProperty("results").EnumerateArray().ToArray();
        Assert.Equal(expected.Length, results.Count);
        foreach (var (result, values) in results.Zip(expected))
        {
            Assert.Equal(values.GetProperty("maximum").GetDouble(), result.MaximumScore, 1e-4 * result.MaximumScore);
            Assert.Equal(values.GetProperty("reweighted").GetDouble(), result.ReweightedScore, 1e-4 * result.MaximumScore);
            Assert.Equal(result.MaximumScore, result.ImageScore);
            foreach (var (score, patch) in result.PatchScores.Values.Zip(values.GetProperty("patches").EnumerateArray()))
                Assert.Equal(patch.GetDouble(), score, 1e-4 * result.MaximumScore);
            Formula.AssertClose(values.GetProperty("map"), [.. result.AnomalyMap.Values.Select(value => (double)value)]);
        }
    }

    [Fact]
    public void Scores_do_not_depend_on_the_batch()
    {
        using var detector = Fitted();
        var images = Test();

        var together = detector.Score(images);

        for (var i = 0; i < 4; i++)
        {
            var alone = detector.Score(images.narrow(0, i, 1))[0];
            Assert.Equal(together[i].MaximumScore, alone.MaximumScore, 1e-4);
            Assert.Equal(together[i].ReweightedScore, alone.ReweightedScore, 1e-4);
        }
    }

    [Fact]
    public void Normal_images_in_other_batches_give_the_same_bank()
    {
        using var detector = Fitted();
        using var other = new PatchCore(encoder, new GreedyCoreset(0.1, Seed: 5), Embedding, 16);
        other.Fit([Normal().narrow(0, 0, 4), Normal().narrow(0, 4, 2)]);

        Assert.InRange((detector.Bank - other.Bank).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Features_that_do_not_fit_the_memory_are_computed_again_and_give_the_same_bank()
    {
        using var detector = Fitted();
        using var other = new PatchCore(encoder, new GreedyCoreset(0.1, Seed: 5), Embedding, 16) { FeatureBytes = 100_000 };
        var images = Normal();

        other.Fit([images.narrow(0, 0, 3), images.narrow(0, 3, 3)]);

        Assert.Equal(6 * 64, other.PatchCount);
        Assert.InRange((detector.Bank - other.Bank).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Images_of_the_bank_score_0_where_everything_is_kept()
    {
        using var detector = Fitted(ratio: 1);

        var results = detector.Score(Normal());

        Assert.All(results, result => Assert.InRange(result.MaximumScore, 0, 1e-3));
        Assert.All(results, result => Assert.InRange(result.ReweightedScore, 0, 1e-3));
    }

    [Fact]
    public void One_neighbour_leaves_the_score_as_it_is()
    {
        using var detector = Fitted(neighbors: 1);

        Assert.All(detector.Score(Test()), result => Assert.Equal(result.MaximumScore, result.ReweightedScore));
    }

    [Fact]
    public void A_bank_of_equal_entries_gives_finite_scores()
    {
        using var detector = new PatchCore(encoder, new GreedyCoreset(1), Embedding, 16);
        detector.Fit([zeros(20, 3, 64, 64)]);

        Assert.All(detector.Score(Test()), result => Assert.True(double.IsFinite(result.ReweightedScore)
            && result.ReweightedScore <= result.MaximumScore));
    }

    [Fact]
    public void A_saved_detector_scores_as_before()
    {
        using var detector = Fitted();
        var path = Path.Combine(folder.FullName, "patchcore.safetensors");
        detector.Save(path);

        using var loaded = PatchCore.Load(path, encoder);

        Assert.Equal(detector.Coreset, loaded.Coreset);
        Assert.Equal(48, Assert.IsType<LocallyAwarePatches>(loaded.Embedding).TargetDimension);
        Assert.Equal(detector.Score(Test()).Select(result => result.ReweightedScore), loaded.Score(Test())
            .Select(result => result.ReweightedScore));
    }

    [Fact]
    public void A_saved_detector_refuses_another_encoder()
    {
        using var detector = Fitted();
        var path = Path.Combine(folder.FullName, "patchcore.safetensors");
        detector.Save(path);
        var weights = new Dictionary<string, WeightTensor>(encoder.Pretrained.Weights);
        weights["bn1.bias"] = new WeightTensor("bn1.bias", ScalarType.Float32, [64], destination => destination.Clear());
        using var other = new FrozenEncoder(encoder.Pretrained with { Weights = weights, Source = "elsewhere" });

        var fault = Assert.Throws<DataFormatException>(() => PatchCore.Load(path, other));

        Assert.Equal($"{path} was fitted with resnet18 from formula (weights sha256 {encoder.Pretrained.Sha256}); the encoder given is "
            + "resnet18 from elsewhere "
            + $"(sha256 {other.Pretrained.Sha256}). Features of other weights cannot be compared. Load those weights, or fit again.",
            fault.Message);
    }

    [Fact]
    public void A_file_of_something_else_is_no_saved_detector()
    {
        var path = Path.Combine(folder.FullName, "other.safetensors");

        Assert.Equal($"{path} is no saved PatchCore: it has no 'patchcore' header. Fit again and save.", Fault(zeros(2, 2), null));
        Assert.Equal($"{path} is no saved PatchCore: its 'patchcore' header is incomplete. Fit again and save.", Fault(zeros(2, 2), "{}"));
        Assert.Equal($"{path} is no saved PatchCore: it has no 'bank' of 32-bit floats. Fit again and save.", Fault(zeros(2), "{}"));

        string Fault(Tensor bank, string? header)
        {
            Safetensors.Save(path, new Dictionary<string, Tensor> { ["bank"] = bank }, header is null ? null : new Dictionary<string, string> { ["patchcore"] = header });
            return Assert.Throws<DataFormatException>(() => PatchCore.Load(path, encoder)).Message;
        }
    }

    [Fact]
    public void A_memory_bank_with_what_is_no_number_is_refused()
    {
        using var detector = Fitted();
        var path = Path.Combine(folder.FullName, "patchcore.safetensors");
        detector.Save(path);
        var bytes = File.ReadAllBytes(path);
        BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - sizeof(float));
        File.WriteAllBytes(path, bytes);

        var fault = Assert.Throws<DataFormatException>(() => PatchCore.Load(path, encoder));

        Assert.StartsWith($"{path} has a damaged memory bank: 1 of 38 rows hold NaN or an infinity, the first is row 37.", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Scoring_before_fitting_says_so()
    {
        using var detector = new PatchCore(encoder, new GreedyCoreset(0.1));

        var fault = Assert.Throws<InvalidOperationException>(() => detector.Score(Test()));

        Assert.Equal("PatchCore has no memory bank yet; call Fit with normal images first.", fault.Message);
    }

    [Fact]
    public void Fitting_without_images_is_refused()
    {
        using var detector = new PatchCore(encoder, new GreedyCoreset(0.1));

        Assert.StartsWith("PatchCore needs at least one batch of normal images.", Assert.Throws<ArgumentException>(() => detector.Fit([]))
            .Message, StringComparison.Ordinal);
    }
}
