using System.Diagnostics;
using MedAnomaly.Detectors;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Progress;
using MedAnomaly.Tests.Classifiers;
using MedAnomaly.Tests.Encoders;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors.Reconstruction;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class ReconstructionDetectorTests : IDisposable
{
    static readonly ReconstructionPlan Plan = new() { Epochs = 4, BatchSize = 8, LearningRate = 1e-3, Seed = 1 };
    static readonly Augmentation Slight = new() { Mirror = 0.5, Rotation = 5, Noise = 0.02 };

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    string Path(string name = "training.safetensors") => System.IO.Path.Combine(folder.FullName, name);

    Checkpoint EachEpoch => new(Path()) { Every = TimeSpan.Zero };

    /// <summary>A bright square on a dark ground with noise; abnormal ones have it elsewhere.</summary>
    static Tensor Squares(int count, bool abnormal = false, long stream = 1, int size = 16)
    {
        var images = Formula.Noise(stream, count, 1, size, size) * 0.1 + 0.15;
        images.narrow(2, abnormal ? size / 2 : size / 8, size / 3).narrow(3, abnormal ? size / 2 : size / 8, size / 3).add_(0.6);
        return images;
    }

    static LabelledStack Validation(int size = 16) => new(cat([Squares(6, stream: 8, size: size), Squares(6, abnormal: true, stream: 9, size: size)]),
        [.. Enumerable.Range(0, 12).Select(i => i >= 6)]);

    static ReconstructionNetwork Make(string method, int seed = 0) => method switch
    {
        "CAE" => new ConvolutionalAutoencoder(16, latentDimension: 8, seed: seed),
        "SSAE" => new ScaleSpaceAutoencoder(32, seed: seed),
        "f-AnoGAN" => new FAnoGan(16, width: 8, latentDimension: 8, seed: seed) { Adversarial = new() { Epochs = 4, BatchSize = 8, CriticSteps = 2, Seed = 1 } },
        "f-AnoGAN port" => new FAnoGan(16, variant: FAnoGanVariant.Port, latentDimension: 8, seed: seed) { Adversarial = new() { Epochs = 4, BatchSize = 8, CriticSteps = 2, Seed = 1 } },
        "DAGMM" => new GaussianMixtureAutoencoder(16, latentDimension: 2, components: 2, seed: seed),
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, null),
    };

    static ReconstructionDetector Small(string method = "CAE", int seed = 0) => new(Make(method, seed));

    IReadOnlyList<TrainingEpoch> Train(ReconstructionDetector detector, ReconstructionPlan? plan = null, Checkpoint? checkpoint = null, Action<TrainingEpoch>? passed = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var size = detector.Network.ImageSize;
        return detector.Train(Squares(20, size: size), Validation(size), plan ?? Plan, Slight, checkpoint, passed, progress, cancellationToken);
    }

    [Theory]
    [InlineData("CAE")]
    [InlineData("SSAE")]
    public void It_learns_normal_images_and_finds_others(string method)
    {
        using var detector = Small(method);
        var size = detector.Network.ImageSize;
        var (normal, abnormal) = (Squares(20, stream: 2, size: size), Squares(20, abnormal: true, stream: 2, size: size));
        var untrained = detector.Score(normal).Average();

        var epochs = detector.Train(Squares(64, size: size), Validation(size), Plan with { Epochs = 25, LearningRate = 3e-3 });

        Assert.Equal(Enumerable.Range(1, 25), epochs.Select(epoch => epoch.Number));
        Assert.True(epochs[^1].Losses.Values.Sum() < 0.5 * epochs[0].Losses.Values.Sum());
        Assert.True(detector.Score(normal).Average() < untrained);
        Assert.True(detector.Score(normal).Average() < detector.Score(abnormal).Average());
        Assert.Equal(1.0, epochs.Max(epoch => epoch.Auroc));
        var residual = detector.Residuals(abnormal)[0];
        Assert.Equal((size, size), (residual.Width, residual.Height));
        Assert.Equal((detector.Reconstruct(abnormal) - abnormal).abs()[0].mean().item<float>(), residual.Values.Average(), 1e-6f);
    }

    [Theory]
    [InlineData("CAE")]
    [InlineData("SSAE")]
    [InlineData("f-AnoGAN")]
    [InlineData("f-AnoGAN port")]
    [InlineData("DAGMM")]
    public void A_training_that_is_cut_off_goes_on_to_the_same_bits(string method)
    {
        using var whole = Small(method);
        var expected = Train(whole);
        using var cut = Small(method);
        using var cancellation = new CancellationTokenSource();
        var images = 0;
        // Twice three batches an epoch: in the middle of an epoch, of the second stage where there are two.
        var stopping = method.StartsWith("f-AnoGAN", StringComparison.Ordinal) ? 12 + 8 : 8;
        Assert.Throws<OperationCanceledException>(() => Train(cut, checkpoint: EachEpoch,
            progress: new ImageClassifierTests.Reports(_ => { if (++images == stopping) cancellation.Cancel(); }), cancellationToken: cancellation.Token));

        using var resumed = Small(method);
        var passed = new List<TrainingEpoch>();
        var epochs = Train(resumed, checkpoint: EachEpoch, passed: passed.Add);

        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
        Assert.Equal(whole.Score(Validation(whole.Network.ImageSize).Images), resumed.Score(Validation(whole.Network.ImageSize).Images));
        Assert.InRange(passed.Count, 1, 3);
        Assert.Equal(Lines(expected), Lines(epochs));

        using var again = Small(method);
        passed.Clear();
        Assert.Equal(Lines(expected), Lines(Train(again, checkpoint: EachEpoch, passed: passed.Add)));
        Assert.Empty(passed);
        Assert.Equal(whole.WeightsHash, again.WeightsHash);
    }

    static IEnumerable<string> Lines(IEnumerable<TrainingEpoch> epochs) => epochs.Select(epoch =>
        FormattableString.Invariant($"{epoch.Stage} {epoch.Number} {string.Join(' ', epoch.Losses.Select(loss => FormattableString.Invariant($"{loss.Key} {loss.Value:R}")))} {epoch.Auroc:R}"));

    [Fact]
    public void More_epochs_go_on_from_fewer_as_if_they_had_been_asked_for_at_once()
    {
        using var whole = Small();
        Train(whole, Plan with { Epochs = 6 });
        using (var first = Small()) Train(first, Plan with { Epochs = 2 }, EachEpoch);
        using var second = Small();

        Train(second, Plan with { Epochs = 6 }, EachEpoch);

        Assert.Equal(whole.WeightsHash, second.WeightsHash);
        using var fewer = Small();
        Assert.Equal($"{Path()} has 6 epochs already, and the plan asks for 3. Ask for as many at least, or delete it to train anew.",
            Assert.Throws<UsageException>(() => Train(fewer, Plan with { Epochs = 3 }, EachEpoch)).Message);
    }

    [Fact]
    public async Task A_training_that_is_killed_goes_on_to_the_same_bits()
    {
        // The tests' own program trains, and is killed with a signal that it cannot catch.
        using var whole = Small();
        Train(whole, LongPlan);
        var start = new ProcessStartInfo("dotnet", [typeof(ReconstructionDetectorTests).Assembly.Location, "-noLogo", "-explicit", "only", "-method",
            $"{typeof(ReconstructionDetectorTests).FullName}.{nameof(Trains_until_it_is_killed)}"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[KilledPath] = Path();
        using (var process = Process.Start(start)!)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var deadline = Stopwatch.StartNew();
            while (!File.Exists(Path()) && !process.HasExited && deadline.Elapsed < TimeSpan.FromMinutes(2)) await Task.Delay(5, TestContext.Current.CancellationToken);
            Assert.True(File.Exists(Path()), process.HasExited ? await output : "no checkpoint came");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(128 + 9, process.ExitCode);
        }
        using var resumed = Small();
        var passed = new List<TrainingEpoch>();

        Train(resumed, LongPlan, EachEpoch, passed.Add);

        Assert.InRange(passed.Count, 1, LongPlan.Epochs - 1);
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
    }

    const string KilledPath = "MEDANOMALY_TEST_KILLED_CHECKPOINT";

    static readonly ReconstructionPlan LongPlan = Plan with { Epochs = 60 };

    [Fact(Explicit = true)]
    public void Trains_until_it_is_killed()
    {
        var path = Environment.GetEnvironmentVariable(KilledPath);
        Assert.SkipWhen(path is null, "only the test that kills it starts this");
        using var detector = Small();
        Train(detector, LongPlan, new(path!) { Every = TimeSpan.Zero });
        Thread.Sleep(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_what_differs()
    {
        using (var first = Small()) Train(first, checkpoint: EachEpoch);
        string Fault(ReconstructionDetector detector, ReconstructionPlan? plan = null, Func<IReadOnlyList<TrainingEpoch>>? train = null)
        {
            using (detector) return Assert.Throws<UsageException>(() => train is null ? Train(detector, plan, EachEpoch) : train()).Message;
        }
        var bytes = File.ReadAllBytes(Path());
        const string end = " Nothing was changed. Give another file, or delete this one to train anew.";

        Assert.Equal($"{Path()} is the checkpoint of another training. It is of CAE of 1 x 16 x 16, 8 latent numbers, dropout 0.1; this one is of SSAE of 1 x 32 x 32, dropout 0.1, the coarsest image modelled.{end}",
            Fault(Small("SSAE")));
        Assert.Contains("It is trained by {\"ValidateEvery\":1,", Fault(Small(), Plan with { LearningRate = 2e-3 }), StringComparison.Ordinal);
        Assert.Contains("\"LearningRate\":0.002", Fault(Small(), Plan with { LearningRate = 2e-3 }), StringComparison.Ordinal);
        Assert.Equal($"{Path()} is the checkpoint of another training. It began with other weights: another seed, or another stage before it.{end}", Fault(Small(seed: 1)));
        var detector = Small();
        Assert.Equal($"{Path()} is the checkpoint of another training. It has other images, for training or validation.{end}",
            Fault(detector, train: () => detector.Train(Squares(20, stream: 3), Validation(), Plan, Slight, EachEpoch)));
        var other = Small();
        Assert.Contains("\"Augmentation\":null", Fault(other, train: () => other.Train(Squares(20), Validation(), Plan, null, EachEpoch)), StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Path()));
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_or_cut_off_is_refused()
    {
        using var detector = Small();
        string Fault() => Assert.Throws<DataFormatException>(() => Train(detector, checkpoint: EachEpoch)).Message;
        var before = detector.WeightsHash;

        Safetensors.Save(Path(), detector.Network.state_dict());
        Assert.Equal($"{Path()} is no checkpoint that a training can go on from: it has no 'training' header. Delete it to train anew.", Fault());
        Safetensors.Save(Path(), detector.Network.state_dict(), new Dictionary<string, string> { ["training"] = "{}" });
        Assert.Equal($"{Path()} is no checkpoint that a training can go on from: its 'training' header is incomplete. Delete it to train anew.", Fault());
        File.Delete(Path());
        using (var first = Small()) Train(first, checkpoint: EachEpoch);
        File.WriteAllBytes(Path(), File.ReadAllBytes(Path())[..^100]);
        Assert.Contains("is no valid safetensors file", Fault(), StringComparison.Ordinal);
        Assert.Equal(before, detector.WeightsHash);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_leaves_the_last_one()
    {
        using (var first = Small()) Train(first, Plan with { Epochs = 2 }, EachEpoch);
        var bytes = File.ReadAllBytes(Path());
        using var detector = Small();
        var limit = new FileSizeLimit(bytes.Length / 2);

        OutputException fault;
        using (limit) fault = Assert.Throws<OutputException>(() => Train(detector, checkpoint: EachEpoch));

        Assert.StartsWith($"{Path()} could not be written: ", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("What was there before is unchanged. Free some space or choose another place, then run again.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Path()));
        Assert.Equal([Path()], Directory.GetFiles(folder.FullName));
        using var resumed = Small();
        using var whole = Small();
        Train(resumed, checkpoint: EachEpoch);
        Train(whole);
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_with_step_loss_and_the_last_good_checkpoint()
    {
        using var detector = Small();
        var network = detector.Network;
        var fault = Assert.Throws<UsageException>(() => Train(detector, checkpoint: EachEpoch, passed: epoch =>
        {
            if (epoch.Number != 2) return;
            using var untracked = no_grad();
            network.parameters().First().fill_(float.NaN);
        }));

        Assert.Equal($"The loss became NaN in step 7 (epoch 3) at a learning rate of 0.001. Choose a smaller one. The last good checkpoint is {Path()}, after epoch 2.", fault.Message);
        Assert.All(detector.Score(Squares(3)), score => Assert.True(double.IsFinite(score)));
        using var early = Small();
        Assert.Matches("^The loss became (NaN|∞|Infinity) in step [12] \\(epoch 1\\) at a learning rate of 1E\\+30. Choose a smaller one.$",
            Assert.Throws<UsageException>(() => Train(early, Plan with { LearningRate = 1e30 })).Message);
    }

    [Fact]
    public void The_epoch_with_the_best_validation_is_kept_and_patience_ends_the_training()
    {
        using var detector = Small();
        var hashes = new List<string>();

        var epochs = detector.Train(Squares(20), Validation(), Plan with { Epochs = 40, Patience = 3, LearningRate = 3e-3 }, passed: _ => hashes.Add(detector.WeightsHash));

        var best = epochs.MaxBy(epoch => epoch.Auroc)!.Number;
        Assert.Equal(hashes[best - 1], detector.WeightsHash);
        Assert.True(epochs.Count < 40);
        Assert.Equal(best + 3, epochs.Count);
        using var seldom = Small();
        Assert.Equal([null, null, true, null, null, true, true], Train(seldom, Plan with { Epochs = 7, ValidateEvery = 3 }).Select(epoch => epoch.Auroc is null ? (bool?)null : true));
    }

    [Fact]
    public void Seeds_of_weights_and_training_decide_and_nothing_else_does()
    {
        string Trained(int weights, int training)
        {
            using var detector = Small(seed: weights);
            Train(detector, Plan with { Seed = training });
            return detector.WeightsHash;
        }
        var first = Trained(0, 1);
        random.manual_seed(12345);

        Assert.Equal(first, Trained(0, 1));
        Assert.NotEqual(first, Trained(0, 2));
        Assert.NotEqual(first, Trained(1, 1));
    }

    [Fact]
    public void The_generator_makes_images_and_stays_as_it_is_while_the_encoder_learns()
    {
        using var detector = Small("f-AnoGAN");
        var gan = (FAnoGan)detector.Network;
        Tensor? made = null;

        var epochs = Train(detector, passed: epoch => { if (epoch is { Stage: "gan", Number: 4 }) made = gan.Generate(5, seed: 3).DetachFromDisposeScope(); });

        Assert.Equal(["gan", "gan", "gan", "gan", "encoder", "encoder", "encoder", "encoder"], epochs.Select(epoch => epoch.Stage));
        Assert.Equal(["distance", "gradient penalty", "generator"], epochs[1].Losses.Keys);
        Assert.Equal(["residual", "features"], epochs[^1].Losses.Keys);
        Assert.All(epochs.Take(4), epoch => Assert.Null(epoch.Auroc));
        using (made)
        {
            Assert.Equal([5L, 1, 16, 16], made!.shape);
            Assert.True(made.min().item<float>() >= 0 && made.max().item<float>() <= 1);
            Assert.Equal(made.data<float>().ToArray(), gan.Generate(5, seed: 3).data<float>().ToArray());
        }
        Assert.Equal("f-AnoGAN (its authors', width 8) of 1 x 16 x 16, 8 latent numbers, κ = 1", gan.Architecture);
    }

    [Fact]
    public void Images_labels_and_plans_without_sense_are_named()
    {
        using var detector = Small();
        string Data(Tensor training, LabelledStack validation) => Assert.Throws<DatasetException>(() => detector.Train(training, validation, Plan)).Message;
        string Usage(ReconstructionPlan plan) => Assert.Throws<UsageException>(() => Train(detector, plan)).Message;

        Assert.Equal("Of 6 validation images 0 are abnormal; the best epoch is chosen by AUROC, which needs both labels. Draw another split, or give fewer folds.",
            Data(Squares(4), new(Squares(6), new bool[6])));
        Assert.Equal("Of 2 validation images 2 are abnormal; the best epoch is chosen by AUROC, which needs both labels. Draw another split, or give fewer folds.",
            Data(Squares(4), new(Squares(2), [true, true])));
        Assert.Equal("There is 1 training image; batch normalisation needs at least 2. Give it more normal images.", Data(Squares(1), Validation()));
        Assert.Equal("The training image 0 (from 0) has pixels that are NaN or outside [0, 1], which these networks are not made for. "
            + "Load images with ImageNormalisation.UnitRange, or find out what made them.", Data(Squares(4) + 1, Validation()));
        Assert.StartsWith("The validation images are [2, 1, 8, 8];", Data(Squares(4), new(zeros(2, 1, 8, 8), [true, false])), StringComparison.Ordinal);
        Assert.Equal("The training plan makes no sense: BatchSize is 1; batch normalisation needs at least two images a step.", Usage(Plan with { BatchSize = 1 }));
        Assert.Equal("The training plan makes no sense: ValidateEvery is 0; at least one epoch must pass.", Usage(Plan with { ValidateEvery = 0 }));
        Assert.Equal("The training plan makes no sense: Patience is 0; at least one validation must pass.", Usage(Plan with { Patience = 0 }));
        using var gan = new ReconstructionDetector(new FAnoGan(16, width: 2) { Adversarial = new() { CriticSteps = 0 } });
        Assert.Equal("The training plan makes no sense: CriticSteps is 0; at least one is needed.", Assert.Throws<UsageException>(() => Train(gan)).Message);
    }
}
