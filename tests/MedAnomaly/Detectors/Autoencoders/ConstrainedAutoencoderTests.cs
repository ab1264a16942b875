using MedAnomaly.Detectors;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using MedAnomaly.Tests.Classifiers;
using MedAnomaly.Tests.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors.Autoencoders;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class ConstrainedAutoencoderTests : IDisposable
{
    static readonly ConstrainedPlan Plan = ConstrainedPlan.Slices with { Epochs = 2, BatchSize = 8, LearningRate = 1e-3, Seed = 1 };

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>A grey square on a ground of noise, whose pixels are the brain; abnormal ones have a white spot in it.</summary>
    static MaskedImages Brains(int count, bool abnormal = false, long stream = 1)
    {
        var images = Formula.Noise(stream, count, 1, 16, 16) * 0.3;
        images.narrow(2, 2, 12).narrow(3, 2, 12).fill_(-0.2).add_(Formula.Noise(stream + 50, count, 1, 12, 12) * 0.1);
        if (abnormal) images.narrow(2, 5, 4).narrow(3, 6, 4).fill_(1);
        var masks = zeros(count, 1, 16, 16);
        masks.narrow(2, 2, 12).narrow(3, 2, 12).fill_(1);
        return new(images, masks);
    }

    static ConstrainedAutoencoder Small(int seed = 0) => new(16, latentDimension: 4, seed: seed);

    static byte[] Values(ConstrainedAutoencoder autoencoder) => [.. autoencoder.Network.state_dict().Values.SelectMany(value => value.contiguous().bytes.ToArray())];

    [Fact]
    public void Outputs_entropy_losses_gradients_and_a_step_are_Pythons()
    {
        var golden = Repository.Golden("autoencoders/constrained.json");
        int Number(string name) => golden.GetProperty(name).GetInt32();
        double Real(string name) => golden.GetProperty(name).GetDouble();
        var (count, size) = (Number("images"), Number("size"));
        using var autoencoder = new ConstrainedAutoencoder(size, Number("latents"));
        GoldenStep.Fill(autoencoder.Network, golden);
        var brain = new MaskedImages(Formula.Noise(3100, count, 1, size, size), (Formula.Noise(3102, count, 1, size, size) > 0.6).to(ScalarType.Float32));
        var latentNoise = Formula.Noise(3101, count, Number("latents"));

        var scored = autoencoder.Score(brain);
        Formula.AssertClose(golden.GetProperty("mean"), [.. scored.Latents.Cast<double>()]);
        Formula.AssertClose(golden.GetProperty("activation"), [.. scored.Activations.SelectMany(map => map).Select(value => (double)value)]);
        Formula.AssertClose(golden.GetProperty("reconstruction"), [.. scored.Reconstructions.SelectMany(image => image).Select(value => (double)value)]);
        Formula.AssertClose(golden.GetProperty("errors"), scored.Errors);
        Formula.AssertClose(golden.GetProperty("brainErrors"), scored.BrainErrors);
        Formula.AssertClose(golden.GetProperty("spreads"), scored.Spreads);

        using (var other = new ConstrainedAutoencoder(size, Number("latents"), ReconstructionLoss.CrossEntropy))
        {
            GoldenStep.Fill(other.Network);
            other.Network.train();
            // The same images: from [-1, 1] the encoder's, to [0, 1] the target's.
            Assert.Equal(Real("crossEntropy"), CrossEntropy(other.Network, brain, latentNoise), Real("crossEntropy") * 1e-5);
        }

        // In double precision, as tests/golden/autoencoders.py says.
        var network = autoencoder.Network.to(ScalarType.Float64);
        network.train();
        using var optimizer = optim.Adam(network.parameters(), 1e-4, weight_decay: 1e-5);
        var losses = network.Losses(brain.Images.to(ScalarType.Float64), brain.Masks.to(ScalarType.Float64), latentNoise.to(ScalarType.Float64));
        double Loss(int term) => golden.GetProperty("losses")[term].GetDouble();
        Assert.Equal(Loss(0), losses.Reconstruction.item<double>(), Loss(0) * 1e-9);
        Assert.Equal(Loss(1), losses.Divergence.item<double>(), Loss(1) * 1e-9);
        Assert.Equal(Loss(2), losses.Entropy.item<double>(), Loss(2) * 1e-9);
        ((losses.Reconstruction + losses.Divergence * Real("beta") - losses.Entropy * Real("entropyWeight")) / count).backward();
        GoldenStep.AssertStep(network, optimizer, golden, relative: 1e-6);
    }

    static double CrossEntropy(ConstrainedNetwork network, MaskedImages brain, Tensor noise)
    {
        var (mean, logVariance, _) = network.Encode(brain.Images);
        var decoded = network.Decode(mean + noise * (logVariance * 0.5).exp());
        return nn.functional.binary_cross_entropy_with_logits(decoded, (brain.Images + 1) / 2, reduction: nn.Reduction.Sum).item<float>();
    }

    [Fact]
    public void It_learns_healthy_brains_and_finds_others_by_error()
    {
        using var autoencoder = Small();

        var epochs = autoencoder.Train(Brains(64), Plan with { Epochs = 10, Beta = 1 }, Brains(8, stream: 3));

        Assert.Equal(Enumerable.Range(1, 10), epochs.Select(epoch => epoch.Number));
        Assert.True(epochs[^1].Training.Reconstruction < 0.9 * epochs[0].Training.Reconstruction);
        Assert.All(epochs, epoch => Assert.True(epoch.Training.Divergence >= 0 && epoch.Validation!.Entropy > 0));
        var (normal, abnormal) = (autoencoder.Score(Brains(8, stream: 2)), autoencoder.Score(Brains(8, abnormal: true, stream: 2)));
        Assert.True(normal.BrainErrors.Max() < abnormal.BrainErrors.Min(), $"{normal.BrainErrors.Max()} {abnormal.BrainErrors.Min()}");
    }

    [Fact]
    public void Its_weight_makes_the_entropy_of_activation_maps_larger()
    {
        double Last(double weight)
        {
            using var autoencoder = Small();
            return autoencoder.Train(Brains(32), Plan with { EntropyWeight = weight, Epochs = 4 })[^1].Training.Entropy;
        }

        // At most the logarithm of the brain's 144 pixels.
        Assert.InRange(Last(1000), Last(0), Math.Log(144) + 1e-4);
        Assert.True(Last(1000) > Last(0));
    }

    [Fact]
    public void Without_entropy_at_first_the_first_epoch_is_that_of_an_ordinary_autoencoder()
    {
        byte[] Trained(double weight, int without)
        {
            using var autoencoder = Small();
            autoencoder.Train(Brains(16), Plan with { Epochs = 1, EntropyWeight = weight, EpochsWithoutEntropy = without });
            return Values(autoencoder);
        }

        Assert.Equal(Trained(0, 0), Trained(5, 1));
        Assert.NotEqual(Trained(0, 0), Trained(5, 0));
    }

    [Fact]
    public void The_plans_are_the_sources_and_the_originals()
    {
        Assert.Equal((64, 1e-4, 1e-5), (ConstrainedPlan.Slices.BatchSize, ConstrainedPlan.Slices.LearningRate, ConstrainedPlan.Slices.WeightDecay));
        Assert.Equal((64, 5e-5, 1e-5), (ConstrainedPlan.Patches.BatchSize, ConstrainedPlan.Patches.LearningRate, ConstrainedPlan.Patches.WeightDecay));
        Assert.Equal((8, 1e-4, 300, 1), (ConstrainedPlan.Original.BatchSize, ConstrainedPlan.Original.LearningRate, ConstrainedPlan.Original.Epochs, ConstrainedPlan.Original.EpochsWithoutEntropy));
        Assert.Equal((10.0, 0.1), (ConstrainedPlan.Original.Beta, ConstrainedPlan.Original.EntropyWeight));
    }

    [Fact]
    public void One_seed_trains_the_same_network_and_an_images_score_does_not_depend_on_the_others()
    {
        byte[] Trained(int weights)
        {
            using var autoencoder = Small(weights);
            autoencoder.Train(Brains(16), Plan);
            return Values(autoencoder);
        }
        Assert.Equal(Trained(0), Trained(0));
        Assert.NotEqual(Trained(0), Trained(1));

        using var one = Small();
        one.Train(Brains(16), Plan);
        var images = Brains(260);
        var all = one.Score(images);
        var alone = one.Score(new(images.Images.narrow(0, 258, 1), images.Masks.narrow(0, 258, 1)));
        Assert.Equal(all.Errors[258], alone.Errors[0], 1e-6);
        Assert.Equal(all.Spreads[258], alone.Spreads[0], 1e-5);
        Assert.Equal(256, all.Activations[258].Length);
    }

    [Fact]
    public void A_cancelled_training_stops_after_a_step()
    {
        using var autoencoder = Small();
        using var cancellation = new CancellationTokenSource();
        var reports = new List<WorkProgress>();

        Assert.Throws<OperationCanceledException>(() => autoencoder.Train(Brains(24), Plan,
            progress: new ImageClassifierTests.Reports(report => { reports.Add(report); cancellation.Cancel(); }), cancellationToken: cancellation.Token));

        Assert.Equal([new WorkProgress("training", 8, 48)], reports);
        Assert.Equal(autoencoder.Score(Brains(2)).Errors, autoencoder.Score(Brains(2)).Errors);
    }

    [Fact]
    public void What_was_saved_scores_the_same_and_other_files_are_refused()
    {
        using var autoencoder = Small();
        autoencoder.Train(Brains(16), Plan);
        var path = Path("amcons.safetensors");
        autoencoder.Save(path);

        using var loaded = ConstrainedAutoencoder.Load(path);

        Assert.Equal((16, 4, ReconstructionLoss.SquaredError), (loaded.ImageSize, loaded.LatentDimension, loaded.Loss));
        Assert.Equal(autoencoder.Score(Brains(3)).Spreads, loaded.Score(Brains(3)).Spreads);
        Assert.Equal(autoencoder.WeightsHash, loaded.WeightsHash);
        string Fault(string header)
        {
            Safetensors.Save(path, autoencoder.Network.state_dict(), new Dictionary<string, string> { ["constrained-autoencoder"] = header });
            return Assert.Throws<DataFormatException>(() => ConstrainedAutoencoder.Load(path)).Message;
        }
        Assert.Equal($"{path} is no saved constrained autoencoder: its weights do not take images of 1024 pixels to 4 numbers, as its header says. Train again and save.",
            Fault("""{"ImageSize": 1024, "LatentDimension": 4, "Loss": "SquaredError"}"""));
        Assert.Equal($"{path} is no saved constrained autoencoder: its header names an unknown loss, 'Huber'. Train again and save.",
            Fault("""{"ImageSize": 16, "LatentDimension": 4, "Loss": "Huber"}"""));
        Assert.Equal($"{path} is no saved variational autoencoder: it has no 'variational-autoencoder' header. Train again and save.",
            Assert.Throws<DataFormatException>(() => VariationalAutoencoder.Load(path)).Message);
    }

    [Fact]
    public void Images_of_another_shape_or_range_and_empty_masks_are_named()
    {
        using var autoencoder = Small();
        string Scoring(Tensor images, Tensor? masks = null) =>
            Assert.Throws<DatasetException>(() => autoencoder.Score(new(images, masks ?? ones_like(images)))).Message;
        var empty = ones(3, 1, 16, 16);
        empty[1] = 0;

        Assert.Equal("The test images are [2, 1, 32, 32]; this autoencoder takes at least one of [1, 16, 16]. Cut slices or patches of that size.", Scoring(zeros(2, 1, 32, 32)));
        Assert.Equal("The test image 0 (from 0) has pixels that are NaN or outside [-1, 1], the range of SquaredError. Normalise the volumes with BrainPreparation, or find out what made them.",
            Scoring(ones(1, 1, 16, 16) * 2));
        Assert.Equal("The test image 1 (from 0) shows no brain: its mask is empty. Leave it out; there is no activation map within nothing.", Scoring(zeros(3, 1, 16, 16), empty));
        Assert.Equal("The brain masks of the test images are [1, 1, 16, 16], the images [2, 1, 16, 16]; they must be the same.", Scoring(zeros(2, 1, 16, 16), ones(1, 1, 16, 16)));
        Assert.Equal("There is 1 training image; batch normalisation needs at least 2. Give it more normal images.",
            Assert.Throws<DatasetException>(() => autoencoder.Train(Brains(1), Plan)).Message);
    }

    [Fact]
    public void Sizes_and_plans_without_sense_are_named()
    {
        using var autoencoder = Small();
        string Fault(ConstrainedPlan plan) => Assert.Throws<UsageException>(() => autoencoder.Train(Brains(4), plan)).Message;

        Assert.Equal("A constrained autoencoder halves images 4 times, so their size must be a multiple of 16; got 30. Resize them to 32.",
            Assert.Throws<UsageException>(() => new ConstrainedAutoencoder(30)).Message);
        Assert.Equal("A constrained autoencoder needs latent dimensions; got 0.", Assert.Throws<UsageException>(() => new ConstrainedAutoencoder(16, 0)).Message);
        Assert.Equal("The training plan makes no sense: EntropyWeight is NaN; it must not be negative.", Fault(Plan with { EntropyWeight = double.NaN }));
        Assert.Equal("The training plan makes no sense: EpochsWithoutEntropy is -1; it must not be negative.", Fault(Plan with { EpochsWithoutEntropy = -1 }));
        Assert.Equal("The training plan makes no sense: BatchSize is 1; batch normalisation needs at least two images a step.", Fault(Plan with { BatchSize = 1 }));
    }
}
