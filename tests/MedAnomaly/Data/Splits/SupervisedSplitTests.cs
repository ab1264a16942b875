using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class SupervisedSplitTests
{
    static Split Made(SplitProtocol protocol)
    {
        // 40 patients: 10 slices each; the first 20 healthy, patient 20 with slices of both labels.
        Sample Slice(int i) => new($"s{i:D3}", $"p{i / 10:D2}", i < 205 ? Label.Normal : Label.Abnormal, "", null, i < 205 ? "n" : "a");
        var all = Enumerable.Range(0, 400).Select(Slice).ToList();
        return new([.. all.Take(100)], [.. all.Skip(100).Take(20)], [.. all.Skip(120)], [], protocol, 0);
    }

    [Theory]
    [InlineData(SplitProtocol.AsPublished)]
    [InlineData(SplitProtocol.Corrected)]
    public void Abnormal_test_samples_move_into_training_and_nothing_else_does(SplitProtocol protocol)
    {
        var split = Made(protocol);

        var supervised = SupervisedSplit.From(split, 0.7, seed: 4);

        var moved = supervised.Train.Skip(split.Train.Count).ToList();
        Assert.All(moved, sample => Assert.True(sample.IsAbnormal));
        Assert.InRange(moved.Count, 127, 146);
        Assert.Equal(split.Test.Select(sample => sample.Id).Order(), supervised.Test.Concat(moved).Select(sample => sample.Id).Order());
        Assert.Equal(split.Test.Count(sample => !sample.IsAbnormal), supervised.Test.Count(sample => !sample.IsAbnormal));
        Assert.Equal(split.Validation, supervised.Validation);
        var shared = supervised.Train.Select(sample => sample.Group).Intersect(supervised.Test.Select(sample => sample.Group));
        Assert.Equal(protocol == SplitProtocol.Corrected, !shared.Any());
        Assert.Equal(supervised.Train.Select(sample => sample.Id), SupervisedSplit.From(split, 0.7, seed: 4).Train.Select(sample => sample.Id));
        Assert.NotEqual(supervised.Train.Select(sample => sample.Id), SupervisedSplit.From(split, 0.7, seed: 5).Train.Select(sample => sample.Id));
    }

    [Fact]
    public void Five_folds_are_60_20_20_of_each_label_with_no_group_on_two_sides()
    {
        var data = Made(SplitProtocol.Corrected);
        var samples = data.Train.Concat(data.Validation).Concat(data.Test).ToList();
        var listed = new ListedSamples([.. samples]);

        var splits = SupervisedSplit.KFold(listed, 5, SplitProtocol.Corrected, 3);

        Assert.Equal(5, splits.Count);
        Assert.Equal(samples.Select(sample => sample.Id).Order(), splits.SelectMany(split => split.Test).Select(sample => sample.Id).Order());
        foreach (var split in splits)
        {
            IReadOnlyList<Sample>[] parts = [split.Train, split.Validation, split.Test];
            Assert.Equal(samples.Count, parts.SelectMany(part => part).Select(sample => sample.Id).Distinct().Count());
            foreach (var (part, share) in parts.Zip([0.6, 0.2, 0.2])) Assert.All([false, true], abnormal => Assert.InRange(
                part.Count(sample => sample.IsAbnormal == abnormal) / (double)samples.Count(sample => sample.IsAbnormal == abnormal), share - 0.06, share + 0.06));
            Assert.Equal(parts.Sum(part => part.Select(sample => sample.Group).Distinct().Count()), samples.Select(sample => sample.Group).Distinct().Count());
        }
        Assert.Equal("Of 60 training images in fold 0 of listed 0 are abnormal; a classifier needs both labels there. Choose fewer folds.",
            Assert.Throws<DatasetException>(() => SupervisedSplit.KFold(new ListedSamples([.. samples.Take(100)]), 5, SplitProtocol.AsPublished, 3)).Message);
    }

    [Fact]
    public void A_part_of_one_class_and_a_share_of_nothing_are_refused()
    {
        var split = Made(SplitProtocol.AsPublished);
        var healthy = split with { Test = [.. split.Test.Where(sample => !sample.IsAbnormal)] };

        Assert.StartsWith("0 abnormal samples would be trained on and 0 tested; both parts need some, and the test set normal ones.",
            Assert.Throws<DatasetException>(() => SupervisedSplit.From(healthy)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SupervisedSplit.From(split, 1));
    }
}
