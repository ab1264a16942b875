using MedAnomaly.Classifiers;
using MedAnomaly.Data;
using MedAnomaly.Encoders;
using MedAnomaly.Images;
using MedAnomaly.Progress;
using MedAnomaly.Tests.Data;
using MedAnomaly.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Tests.Classifiers;

/// <summary>Tests that draw from the one random generator of all threads: beside others they would draw other numbers.</summary>
[CollectionDefinition(nameof(GlobalRandomNumbers), DisableParallelization = true)]
public sealed class GlobalRandomNumbers;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class ImageClassifierTests
{
    static readonly ImageTransform Transform = new(16, 16, ImageNormalisation.UnitRange);
    static readonly string[] Names = ["normal", "abnormal"];

    /// <summary>Abnormal images have a bright corner; the noise is the image's own.</summary>
    sealed class Corners(int count) : IImageDataset
    {
        public string Id => "corners";
        public string Title => "Corners";
        public DataKind Kind => DataKind.Simulated;
        public string ManifestHash => "";
        public IReadOnlyList<Sample> Samples { get; } =
            [.. Enumerable.Range(0, count).Select(i => new Sample($"s{i:D3}", $"s{i:D3}", i % 2 == 0 ? Label.Normal : Label.Abnormal, "", null, ""))];

        public Image LoadImage(Sample sample)
        {
            var random = new SplitMix64(ulong.Parse(sample.Id.AsSpan(1)));
            var image = new Image<L8>(16, 16);
            for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = new((byte)(random.Next(120) + (sample.IsAbnormal && i % 16 < 6 && i < 96 ? 120 : 0)));
            return image;
        }

        public Mask? LoadMask(Sample sample) => null;
    }

    static LabelledImages Load(int from, int count, Func<Sample, int>? classOf = null)
    {
        var data = new Corners(from + count);
        return LabelledImages.Load(data, [.. data.Samples.Skip(from)], Transform, classOf);
    }

    static readonly ClassifierPlan Plan = new() { Epochs = 8, BatchSize = 8, LearningRate = 0.05, DecayEvery = 5, Seed = 1 };

    static (ImageClassifier Classifier, IReadOnlyList<ClassifierEpoch> Epochs) Trained(ClassifierPlan plan)
    {
        random.manual_seed(3);
        var classifier = new ImageClassifier(new ConvNet(2, dropout: 0.1), Names);
        using LabelledImages training = Load(0, 48), validation = Load(48, 16);
        return (classifier, classifier.Train(training, validation, plan));
    }

    [Fact]
    public void It_learns_what_tells_the_classes_apart_and_the_rate_falls_in_steps()
    {
        var (classifier, epochs) = Trained(Plan);
        using var _ = classifier;
        using var test = Load(100, 40);

        var (accuracy, counts) = classifier.Test(test);

        Assert.True(accuracy >= 0.95, $"accuracy {accuracy}");
        Assert.Equal(40, counts.Cast<long>().Sum());
        Assert.Equal(20, counts[1, 0] + counts[1, 1]);
        Assert.Equal([0.05, 0.05, 0.05, 0.05, 0.05, 0.005, 0.005, 0.005], epochs.Select(epoch => Math.Round(epoch.LearningRate, 9)));
        Assert.True(epochs[^1].TrainingLoss < epochs[0].TrainingLoss);
        var probabilities = classifier.Probabilities(test);
        Assert.All(Enumerable.Range(0, 40), i => Assert.Equal(1, probabilities[i, 0] + probabilities[i, 1], 1e-5));
    }

    [Fact]
    public void One_seed_trains_the_same_network()
    {
        var (first, epochs) = Trained(Plan with { Epochs = 2 });
        var (second, again) = Trained(Plan with { Epochs = 2 });
        using (first) using (second)
        {
            Assert.Equal(epochs.Select(epoch => epoch.TrainingLoss), again.Select(epoch => epoch.TrainingLoss));
        }
    }

    [Fact]
    public void A_training_that_stopped_goes_on_from_its_checkpoint_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var checkpoint = new Checkpoint(folder.At("classifier.safetensors")) { Every = TimeSpan.Zero };
        var plan = Plan with { Epochs = 4, DecayEvery = 2, Augmentation = new() { Mirror = 0.5, Noise = 0.1 } };
        using LabelledImages training = Load(0, 20), validation = Load(20, 8);
        ImageClassifier Fresh()
        {
            random.manual_seed(3);
            return new(new ConvNet(2, dropout: 0.3), Names);
        }
        using ImageClassifier whole = Fresh(), stopped = Fresh(), resumed = Fresh(), other = Fresh();

        var epochs = whole.Train(training, validation, plan);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => stopped.Train(training, validation, plan, passed: epoch => { if (epoch.Number == 3) stop.Cancel(); }, checkpoint: checkpoint, cancellationToken: stop.Token));
        var passedNow = new List<int>();
        var again = resumed.Train(training, validation, plan, passed: epoch => passedNow.Add(epoch.Number), checkpoint: checkpoint);

        Assert.Equal([4], passedNow);
        Assert.Equal(epochs.Select(epoch => epoch with { Seconds = 0 }), again.Select(epoch => epoch with { Seconds = 0 }));
        Assert.All(again, epoch => Assert.True(epoch.Seconds > 0));
        Assert.Equal(whole.WeightsHash, resumed.WeightsHash);
        var fault = Assert.Throws<UsageException>(() => other.Train(training, validation, plan with { Momentum = 0.5 }, checkpoint: checkpoint));
        Assert.StartsWith($"{checkpoint.Path} is the checkpoint of another training. It is trained by ", fault.Message, StringComparison.Ordinal);
        fault = Assert.Throws<UsageException>(() => other.Train(training, validation, plan with { Epochs = 2 }, checkpoint: checkpoint));
        Assert.Equal($"{checkpoint.Path} has 4 epochs already, and the plan asks for 2. Ask for as many at least, or delete it to train anew.", fault.Message);
    }

    [Fact]
    public void A_single_image_left_over_is_passed_by_and_batches_of_one_are_not()
    {
        using var classifier = new ImageClassifier(new ConvNet(2), Names);
        using LabelledImages training = Load(0, 9), validation = Load(9, 4);
        var seen = new List<long>();

        var leftOver = classifier.Train(training, validation, Plan with { Epochs = 1 }, new Reports(report => seen.Add(report.Done)));
        var single = classifier.Train(training, validation, Plan with { Epochs = 1, BatchSize = 1, LearningRate = 1e-3 });

        Assert.Equal([8, 9], seen);
        Assert.Equal(Math.Round(leftOver[0].TrainingAccuracy * 8), leftOver[0].TrainingAccuracy * 8, 1e-9);
        Assert.Equal(Math.Round(single[0].TrainingAccuracy * 9), single[0].TrainingAccuracy * 9, 1e-9);
        Assert.True(double.IsFinite(single[0].TrainingLoss));
    }

    /// <summary>Hands each report on at once.</summary>
    internal sealed class Reports(Action<WorkProgress> report) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => report(value);
    }

    [Fact]
    public void The_epoch_of_the_least_validation_loss_is_kept_and_patience_ends_the_training()
    {
        // The validation labels are turned round: the better it learns, the worse they are told.
        random.manual_seed(3);
        using var classifier = new ImageClassifier(new ConvNet(2, dropout: 0.1), Names);
        using LabelledImages training = Load(0, 48), validation = Load(48, 16, sample => sample.IsAbnormal ? 0 : 1);

        var epochs = classifier.Train(training, validation, Plan with { Epochs = 30, Patience = 3 });

        var best = epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.Equal(best.Number + 3, epochs.Count);
        Assert.Equal(best.ValidationAccuracy, classifier.Test(validation).Accuracy);
    }

    [Fact]
    public void A_balanced_loss_weighs_each_class_by_the_inverse_of_its_share()
    {
        // Six normal images to two abnormal ones, and a network that learns nothing: weights of 8 / 12 and 8 / 4.
        random.manual_seed(3);
        using LabelledImages training = Load(0, 8, sample => sample.Id is "s000" or "s001" ? 1 : 0), validation = Load(8, 8, sample => sample.Id == "s008" ? 1 : 0);
        using var classifier = new ImageClassifier(new ConvNet(2, dropout: 0), Names);

        var plain = Plan with { Epochs = 1, LearningRate = 1e-9, BatchSize = 8 };
        var probabilities = classifier.Probabilities(validation);
        double Loss(params double[] weights) => Enumerable.Range(0, 8).Sum(i => -weights[validation.Classes[i]] * Math.Log(probabilities[i, validation.Classes[i]]))
            / validation.Classes.Sum(one => weights[one]);

        Assert.Equal(Loss(1, 1), classifier.Train(training, validation, plain)[0].ValidationLoss, 1e-5);
        Assert.Equal(Loss(8 / 12.0, 2), classifier.Train(training, validation, plain with { Balanced = true })[0].ValidationLoss, 1e-5);
        Assert.NotEqual(Loss(1, 1), Loss(8 / 12.0, 2), 1e-4);
    }

    [Fact]
    public void Augmentation_changes_what_is_learned_from_and_each_epoch_is_told_as_it_passes()
    {
        var passed = new List<ClassifierEpoch>();
        double[] Losses(Augmentation? augmentation)
        {
            random.manual_seed(3);
            using var classifier = new ImageClassifier(new ConvNet(2, dropout: 0), Names);
            using LabelledImages training = Load(0, 16), validation = Load(16, 8);
            return [.. classifier.Train(training, validation, Plan with { Epochs = 2, Augmentation = augmentation }, passed: passed.Add).Select(epoch => epoch.TrainingLoss)];
        }

        var plain = Losses(null);
        var changed = Losses(new() { Mirror = 0.5, Rotation = 3 });

        Assert.Equal(4, passed.Count);
        Assert.Equal(changed, passed.Skip(2).Select(epoch => epoch.TrainingLoss));
        Assert.Equal(changed, Losses(new() { Mirror = 0.5, Rotation = 3 }));
        Assert.NotEqual(plain[0], changed[0]);
        Assert.Equal("The training plan makes no sense: Augmentation.Rotation is -1; it lies between 0 and 180.", Assert.Throws<UsageException>(() => Losses(new() { Rotation = -1 })).Message);
    }

    [Fact]
    public void Images_of_the_unit_range_are_normalised_as_if_they_had_been_loaded_so()
    {
        var data = new Corners(4);
        foreach (var normalisation in new[] { ImageNormalisation.Torchvision, ImageNormalisation.Caffe })
        {
            using var unit = LabelledImages.Load(data, data.Samples, Transform);
            using var normalised = LabelledImages.Load(data, data.Samples, Transform with { Normalisation = normalisation });
            using var network = new ConvNet(2, dropout: 0);
            using ImageClassifier plain = new(network, Names), normalising = new(network, Names) { Normalisation = normalisation };
            var (expected, actual) = (plain.Probabilities(normalised), normalising.Probabilities(unit));

            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(expected[i, 1], actual[i, 1], 1e-4));
            Assert.Equal(ActivationMap.GradCam.Of(network, normalised.Pixels, 1, "layers.7").SelectMany(map => map.Values).Select(value => Math.Round(value, 2)),
                normalising.Explain(ActivationMap.GradCam, unit.Pixels, 1, "layers.7").SelectMany(map => map.Values).Select(value => Math.Round(value, 2)));
        }
    }

    [Fact]
    public void Only_the_named_parameters_move()
    {
        random.manual_seed(3);
        using var network = new ResNet(ResNetArchitecture.ResNet18, classes: 2);
        using LabelledImages training = Load(0, 16), validation = Load(16, 8);
        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        var classifier = new ImageClassifier(network, Names);

        classifier.Train(training, validation, Plan with { Epochs = 2, Only = "fc." });

        var moved = network.state_dict().Where(entry => !entry.Value.bytes.SequenceEqual(before[entry.Key].bytes)).Select(entry => entry.Key);
        Assert.Equal(["fc.bias", "fc.weight"], moved.Order());
        Assert.Equal(["fc.bias", "fc.weight"], network.named_parameters().Where(entry => entry.parameter.grad is not null).Select(entry => entry.name).Order());
        Assert.All(network.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void A_missing_class_an_unknown_class_an_empty_part_and_a_plan_without_sense_are_named()
    {
        using var classifier = new ImageClassifier(new ConvNet(2), Names);
        using LabelledImages normal = Load(0, 8, _ => 0), strange = Load(0, 8, _ => 2), good = Load(0, 8);

        Assert.Equal("None of the 8 training images is 'abnormal'; a classifier of normal, abnormal needs every class. Draw another split, or leave the class out.",
            Assert.Throws<DatasetException>(() => classifier.Train(normal, good, Plan)).Message);
        Assert.StartsWith("The validation image s000 has class 2; the classifier knows 0 to 1: normal, abnormal.",
            Assert.Throws<DatasetException>(() => classifier.Train(good, strange, Plan)).Message, StringComparison.Ordinal);
        Assert.Equal("corners has no image in this part of the split.",
            Assert.Throws<DatasetException>(() => LabelledImages.Load(new Corners(1), [], Transform)).Message);
        Assert.Equal("The training plan makes no sense: Epochs is 0; at least one epoch is needed.",
            Assert.Throws<UsageException>(() => classifier.Train(good, good, Plan with { Epochs = 0 })).Message);
        Assert.StartsWith("No parameter of ConvNet begins with 'fc.'; there are layers.0.weight",
            Assert.Throws<UsageException>(() => classifier.Train(good, good, Plan with { Only = "fc." })).Message, StringComparison.Ordinal);
        Assert.Contains("at a learning rate of 1000000. Choose a smaller one.",
            Assert.Throws<UsageException>(() => classifier.Train(good, good, Plan with { LearningRate = 1e6, Epochs = 20 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_training_leaves_a_network_that_can_be_used()
    {
        using var classifier = new ImageClassifier(new ConvNet(2), Names);
        using var good = Load(0, 16);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(() => classifier.Train(good, good, Plan, cancellationToken: cancelled.Token));
        Assert.Equal(16, classifier.Probabilities(good).GetLength(0));
    }

    [Fact]
    public void A_pretrained_network_gets_a_fresh_last_layer_and_is_an_encoder_again_after_training()
    {
        random.manual_seed(3);
        var pretrained = Encoders.Formula.Encoder(ResNetArchitecture.ResNet18);
        using LabelledImages training = Load(0, 16), validation = Load(16, 8);
        using var classifier = new ImageClassifier(pretrained.ToModule(classes: 2), Names);
        Assert.Equal([2L, 512L], classifier.Network.state_dict()["fc.weight"].shape);

        var epochs = classifier.Train(training, validation, Plan with { Epochs = 1, LearningRate = 1e-4 });
        using var tuned = new FrozenEncoder(pretrained with { Weights = MedAnomaly.Encoders.Weights.StateDicts.Of(classifier.Network), Source = "tuned" });

        Assert.Single(epochs);
        Assert.NotEqual(pretrained.Sha256, tuned.Pretrained.Sha256);
        Assert.Equal([1L, 128L, 2L, 2L], tuned.Features(training.Pixels.narrow(0, 0, 1), "layer2")["layer2"].shape);
    }

    [Fact]
    public void Several_datasets_are_joined_in_their_order_and_sizes_that_differ_are_refused()
    {
        using LabelledImages first = Load(0, 4), second = Load(4, 2, _ => 1);
        using var joined = LabelledImages.Join(first, second);

        Assert.Equal([0, 1, 0, 1, 1, 1], joined.Classes);
        Assert.Equal(second.Pixels.data<float>().ToArray(), joined.Pixels.narrow(0, 4, 2).contiguous().data<float>().ToArray());
        var data = new Corners(2);
        using var small = LabelledImages.Load(data, data.Samples, new(8, 8, ImageNormalisation.UnitRange));
        Assert.StartsWith("Images of [3, 8, 8] cannot stand beside images of [3, 16, 16].", Assert.Throws<ArgumentException>(() => LabelledImages.Join(first, small)).Message, StringComparison.Ordinal);
    }
}
