using MedAnomaly.Detectors;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using MedAnomaly.Tests.Classifiers;
using MedAnomaly.Tests.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors.Autoencoders;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class VariationalAutoencoderTests : IDisposable
{
    static readonly VariationalPlan Plan = new() { Epochs = 2, BatchSize = 8, LearningRate = 1e-3, Seed = 1 };

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    string Path(string name) => System.IO.Path.Combine(folder.FullName, name);

    /// <summary>A bright square on a dark ground with noise; abnormal ones have it elsewhere.</summary>
    static Tensor Squares(int count, bool abnormal = false, long stream = 1)
    {
        var images = Formula.Noise(stream, count, 1, 16, 16) * 0.1 + 0.15;
        images.narrow(2, abnormal ? 9 : 2, 5).narrow(3, abnormal ? 9 : 2, 5).add_(0.6);
        return images;
    }

    static VariationalAutoencoder Small(int seed = 0) => new(16, latentDimension: 4, seed: seed);

    static byte[] Values(VariationalAutoencoder autoencoder) => [.. autoencoder.Network.state_dict().Values.SelectMany(value => value.contiguous().bytes.ToArray())];

    [Fact]
    public void Outputs_losses_gradients_and_a_step_are_Pythons()
    {
        var golden = Repository.Golden("autoencoders/variational.json");
        int Number(string name) => golden.GetProperty(name).GetInt32();
        using var autoencoder = new VariationalAutoencoder(Number("size"), latentDimension: Number("latents"));
        var network = autoencoder.Network;
        GoldenStep.Fill(network, golden);
        var images = Formula.Noise(3000, Number("images"), 1, Number("size"), Number("size")) * 0.5 + 0.5;

        var (mean, logVariance) = network.Encode(images);
        Formula.AssertClose(golden.GetProperty("mean"), mean);
        Formula.AssertClose(golden.GetProperty("logVariance"), logVariance);
        Formula.AssertClose(golden.GetProperty("reconstruction"), autoencoder.Reconstruct(images));
        var scored = autoencoder.Score(images);
        Formula.AssertClose(golden.GetProperty("errors"), scored.Errors);
        Formula.AssertClose(golden.GetProperty("mean"), [.. scored.Latents.Cast<double>()]);

        network.train();
        using var optimizer = optim.Adam(network.parameters(), 1e-4, weight_decay: 1e-5);
        var losses = network.Losses(images, Formula.Noise(3001, Number("images"), Number("latents")));
        double Loss(int term) => golden.GetProperty("losses")[term].GetDouble();
        Assert.Equal(Loss(0), losses.Reconstruction.item<float>(), Loss(0) * 1e-5);
        Assert.Equal(Loss(1), losses.Divergence.item<float>(), Loss(1) * 1e-5);
        (losses.Reconstruction + losses.Divergence * golden.GetProperty("beta").GetDouble()).backward();
        GoldenStep.AssertStep(network, optimizer, golden, 2e-4);
    }

    [Fact]
    public void It_learns_normal_images_and_finds_others_by_error_and_place()
    {
        using var autoencoder = Small();
        var untrained = autoencoder.Score(Squares(20, stream: 2)).Errors.Average();

        var epochs = autoencoder.Train(Squares(96), Squares(16, stream: 3), Plan with { Epochs = 12, LearningRate = 3e-3 });

        Assert.Equal(Enumerable.Range(1, 12), epochs.Select(epoch => epoch.Number));
        Assert.True(epochs[^1].Training.Reconstruction < 0.9 * epochs[0].Training.Reconstruction);
        Assert.True(epochs[^1].Validation!.Reconstruction < epochs[0].Validation!.Reconstruction);
        Assert.All(epochs, epoch => Assert.True(epoch.Training.Divergence >= 0 && epoch.Validation!.Divergence >= 0));
        var normal = autoencoder.Score(Squares(20, stream: 2));
        var abnormal = autoencoder.Score(Squares(20, abnormal: true, stream: 2));
        Assert.True(normal.Errors.Max() < untrained);
        Assert.True(normal.Errors.Max() < abnormal.Errors.Min(), $"{normal.Errors.Max()} {abnormal.Errors.Min()}");
        Assert.Equal([20, 4], [normal.Latents.GetLength(0), normal.Latents.GetLength(1)]);
    }

    [Fact]
    public void Beta_weighs_the_divergence()
    {
        VariationalLoss Last(double beta)
        {
            using var autoencoder = Small();
            return autoencoder.Train(Squares(48), plan: Plan with { Beta = beta, Epochs = 6 })[^1].Training;
        }

        Assert.True(Last(20).Divergence < 0.5 * Last(0).Divergence);
    }

    [Fact]
    public void One_seed_trains_the_same_network_and_another_seed_another()
    {
        byte[] Trained(int weights, int training)
        {
            using var autoencoder = Small(weights);
            autoencoder.Train(Squares(24), plan: Plan with { Seed = training });
            return Values(autoencoder);
        }
        var first = Trained(0, 1);

        Assert.Equal(first, Trained(0, 1));
        Assert.NotEqual(first, Trained(0, 2));
        Assert.NotEqual(first, Trained(1, 1));
    }

    [Fact]
    public void An_images_score_does_not_depend_on_the_others_nor_on_how_many_there_are()
    {
        using var autoencoder = Small();
        autoencoder.Train(Squares(24), plan: Plan);
        // More than are scored at once.
        var images = Squares(300, stream: 5);

        var all = autoencoder.Score(images);
        var back = autoencoder.Reconstruct(images);

        foreach (var i in new[] { 0, 255, 256, 299 })
        {
            var one = images.narrow(0, i, 1);
            var alone = autoencoder.Score(one);
            Assert.Equal(all.Errors[i], alone.Errors[0], 1e-6);
            for (var j = 0; j < 4; j++) Assert.Equal(all.Latents[i, j], alone.Latents[0, j], 1e-4);
            Assert.Equal(all.Errors[i], (back.narrow(0, i, 1) - one).square().mean().item<float>(), 1e-6);
        }
    }

    [Fact]
    public void A_cancelled_training_stops_after_a_step_with_weights_that_can_be_used()
    {
        using var autoencoder = Small();
        var before = Values(autoencoder);
        using var cancellation = new CancellationTokenSource();
        var reports = new List<WorkProgress>();

        Assert.Throws<OperationCanceledException>(() => autoencoder.Train(Squares(24), plan: Plan,
            progress: new ImageClassifierTests.Reports(report => { reports.Add(report); cancellation.Cancel(); }), cancellationToken: cancellation.Token));

        Assert.Equal([new WorkProgress("training", 8, 48)], reports);
        Assert.NotEqual(before, Values(autoencoder));
        Assert.All(autoencoder.Score(Squares(3)).Errors, error => Assert.InRange(error, 0, 1));
        Assert.Equal(autoencoder.Score(Squares(3)).Errors, autoencoder.Score(Squares(3)).Errors);
    }

    [Fact]
    public void A_loss_that_is_no_number_is_said_and_the_weights_are_those_of_the_last_whole_epoch()
    {
        using var autoencoder = Small();
        var before = Values(autoencoder);

        var fault = Assert.Throws<UsageException>(() => autoencoder.Train(Squares(24), plan: Plan with { LearningRate = 1e10 }));

        Assert.Matches("^The loss became (NaN|∞|Infinity) in step 2 \\(epoch 1\\) at a learning rate of 10000000000. Choose a smaller one.$", fault.Message);
        Assert.Equal(before, Values(autoencoder));
    }

    [Fact]
    public void What_was_saved_scores_the_same_and_keeps_its_hash()
    {
        using var autoencoder = Small();
        autoencoder.Train(Squares(24), plan: Plan);
        autoencoder.Save(Path("vae.safetensors"));

        using var loaded = VariationalAutoencoder.Load(Path("vae.safetensors"));

        Assert.Equal((16, 1, 4), (loaded.ImageSize, loaded.Channels, loaded.LatentDimension));
        Assert.Equal(autoencoder.Score(Squares(5)).Errors, loaded.Score(Squares(5)).Errors);
        Assert.Equal(autoencoder.WeightsHash, loaded.WeightsHash);
    }

    [Fact]
    public void Files_of_something_else_are_refused()
    {
        var path = Path("other.safetensors");
        string Fault(Dictionary<string, Tensor> tensors, string? header)
        {
            Safetensors.Save(path, tensors, header is null ? null : new Dictionary<string, string> { ["variational-autoencoder"] = header });
            return Assert.Throws<DataFormatException>(() => VariationalAutoencoder.Load(path)).Message;
        }
        const string again = "Train again and save.";
        using var autoencoder = Small();
        var weights = autoencoder.Network.state_dict();
        Dictionary<string, Tensor> fewer = new(weights);
        fewer.Remove("decoder.9.bias");

        Assert.Equal($"{path} is no saved variational autoencoder: it has no 'variational-autoencoder' header. {again}", Fault(weights, null));
        Assert.Equal($"{path} is no saved variational autoencoder: its 'variational-autoencoder' header is null. {again}", Fault(weights, "null"));
        Assert.Matches($"^{path} is no saved variational autoencoder: .+ LineNumber: 0.* {again}$", Fault(weights, "{"));
        Assert.Equal($"{path} is no saved variational autoencoder: its weights do not take images of 1000000 pixels to 4 numbers, as its header says. {again}",
            Fault(weights, """{"ImageSize": 1000000, "Channels": 1, "LatentDimension": 4}"""));
        Assert.Contains("1 of another shape: decoder.9.weight (expected [32, 3, 3, 3], got [32, 1, 3, 3]).",
            Fault(new(weights) { ["encoder.0.weight"] = zeros(32, 3, 3, 3), ["decoder.9.bias"] = zeros(3) }, """{"ImageSize": 16, "Channels": 3, "LatentDimension": 4}"""), StringComparison.Ordinal);
        Assert.Contains("1 missing: decoder.9.bias.", Fault(fewer, """{"ImageSize": 16, "Channels": 1, "LatentDimension": 4}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_shape_or_range_and_too_few_are_named()
    {
        using var autoencoder = Small();
        string Training(Tensor images) => Assert.Throws<DatasetException>(() => autoencoder.Train(images, plan: Plan)).Message;
        string Scoring(Tensor images) => Assert.Throws<DatasetException>(() => autoencoder.Score(images)).Message;
        const string expected = "this autoencoder takes at least one of [1, 16, 16]. Load them with an ImageTransform of that size, grey for one channel.";
        const string range = "(from 0) has pixels that are NaN or outside [0, 1], which binary cross-entropy has no value for. "
            + "Load images with ImageNormalisation.UnitRange, or find out what made them.";
        var broken = Squares(3);
        broken[1, 0, 3, 4] = float.NaN;

        Assert.Equal($"The training images are [0, 1, 16, 16]; {expected}", Training(zeros(0, 1, 16, 16)));
        Assert.Equal($"The test images are [2, 3, 16, 16]; {expected}", Scoring(zeros(2, 3, 16, 16)));
        Assert.Equal($"The test images are [2, 1, 16, 32]; {expected}", Scoring(zeros(2, 1, 16, 32)));
        Assert.Equal($"The test images are [16, 16]; {expected}", Scoring(zeros(16, 16)));
        Assert.Equal($"The test image 1 {range}", Scoring(broken));
        Assert.Equal($"The training image 2 {range}", Training(cat([Squares(2), Squares(1) + 1])));
        Assert.Equal($"The validation image 1 {range}", Assert.Throws<DatasetException>(() => autoencoder.Train(Squares(4), broken, Plan)).Message);
        Assert.Equal("There is 1 training image; batch normalisation needs at least 2. Give it more normal images.", Training(Squares(1)));
    }

    [Fact]
    public void Sizes_and_plans_without_sense_are_named()
    {
        using var autoencoder = Small();
        string Fault(VariationalPlan plan) => Assert.Throws<UsageException>(() => autoencoder.Train(Squares(4), plan: plan)).Message;

        Assert.Equal("A variational autoencoder halves images 4 times, so their size must be a multiple of 16; got 28. Resize them to 32.",
            Assert.Throws<UsageException>(() => new VariationalAutoencoder(28)).Message);
        Assert.Equal("A variational autoencoder halves images 4 times, so their size must be a multiple of 16; got 0. Resize them to 16.",
            Assert.Throws<UsageException>(() => new VariationalAutoencoder(0)).Message);
        Assert.Equal("A variational autoencoder needs channels and latent dimensions; got 1 and 0.",
            Assert.Throws<UsageException>(() => new VariationalAutoencoder(latentDimension: 0)).Message);
        Assert.Equal("The training plan makes no sense: Epochs is 0; at least one epoch is needed.", Fault(Plan with { Epochs = 0 }));
        Assert.Equal("The training plan makes no sense: BatchSize is 0; at least one image a step is needed.", Fault(Plan with { BatchSize = 0 }));
        Assert.Equal("The training plan makes no sense: BatchSize is 1; batch normalisation needs at least two images a step.", Fault(Plan with { BatchSize = 1 }));
        Assert.Equal("The training plan makes no sense: LearningRate is NaN; it must be positive.", Fault(Plan with { LearningRate = double.NaN }));
        Assert.Equal("The training plan makes no sense: WeightDecay is -1; it must not be negative.", Fault(Plan with { WeightDecay = -1 }));
        Assert.Equal("The training plan makes no sense: Beta is -0.5; it must not be negative.", Fault(Plan with { Beta = -0.5 }));
    }
}
