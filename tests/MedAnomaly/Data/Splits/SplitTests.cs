using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Data;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

public sealed class SplitTests
{
    static ListedSamples Make(IEnumerable<(string Group, Label Label, string Class)> samples) =>
        new([.. samples.Select((sample, i) => new Sample($"s{i:D4}", sample.Group, sample.Label, "", null, sample.Class))]);

    /// <summary>IQ-OTH/NCCD's numbers: 416 normal, 120 benign, 561 malignant.</summary>
    static ListedSamples Lung() => Make(Enumerable.Range(0, 1097).Select(i => ($"p{i / 10}", i < 416 ? Label.Normal : Label.Abnormal, i < 416
        ? "normal" : i < 536 ? "benign" : "malignant")));

    [Fact]
    public void A_split_by_image_has_exactly_the_sizes_asked_for()
    {
        var split = Split.Draw(Lung(), new(291, 27, 60), SplitProtocol.AsPublished, 1);
        Assert.Equal((291, 27, 60, 98, 621), (split.Train.Count, split.Validation.Count(s => !s.IsAbnormal),
            split.Validation.Count(s => s.IsAbnormal),
            split.Test.Count(s => !s.IsAbnormal), split.Test.Count(s => s.IsAbnormal)));
        // Benign ones are 120 of 681: 10.6 of 60.
        Assert.InRange(split.Validation.Count(s => s.Class == "benign"), 10, 11);
        Assert.Equal(new SplitSizes(291, 62, 340), SplitSizes.OfShares(Lung()));
    }

    [Fact]
    public void The_same_seed_gives_the_same_split_in_any_order_and_on_any_machine()
    {
        var samples = Lung();
        var split = Split.Draw(samples, new(291, 27, 60), SplitProtocol.Corrected, 42);
        var reversed = Split.Draw(new ListedSamples([.. samples.Samples.Reverse()]), new(291, 27, 60), SplitProtocol.Corrected, 42);
        Assert.Equal(split.Hash, reversed.Hash);
        Assert.NotEqual(split.Hash, Split.Draw(samples, new(291, 27, 60), SplitProtocol.Corrected, 43).Hash);
        Assert.Equal("f9dad6dc4370460f", split.Hash[..16]);
    }

    [Fact]
    public void Patients_with_abnormal_samples_are_trained_on_only_where_healthy_ones_do_not_suffice()
    {
        // 10 healthy patients and 10 with both kinds, 4 samples each.
        var samples = Make(Enumerable.Range(0, 80).Select(i => ($"p{i / 4:D2}", i >= 40 && i % 2 == 0 ? Label.Abnormal : Label.Normal, "")));

        Assert.Empty(Split.Draw(samples, new(32, 10, 5), SplitProtocol.Corrected, 7).Unused);
        Assert.NotEmpty(Split.Draw(samples, new(48, 4, 4), SplitProtocol.Corrected, 7).Unused);
    }

    [Fact]
    public void Folds_and_halves_are_source_001s_ten_runs()
    {
        var head = Make(Enumerable.Range(0, 200).Select(i => ($"p{i}", i < 100 ? Label.Normal : Label.Abnormal, "")));
        var splits = Split.FoldsAndHalves(head, 5, SplitProtocol.Corrected, 0);
        Assert.Equal(10, splits.Count);
        foreach (var split in splits)
        {
            Assert.Equal((60, 20, 50, 20, 50), (split.Train.Count, split.Validation.Count(s => !s.IsAbnormal),
                split.Validation.Count(s => s.IsAbnormal),
                split.Test.Count(s => !s.IsAbnormal), split.Test.Count(s => s.IsAbnormal)));
            Assert.Equal(200, split.Train.Concat(split.Validation).Concat(split.Test).Distinct().Count());
        }
        // Each normal sample is tested twice, each abnormal one five times.
        var tested = splits.SelectMany(split => split.Test).GroupBy(sample => sample).ToList();
        Assert.Equal(200, tested.Count);
        Assert.All(tested, group => Assert.Equal(group.Key.IsAbnormal ? 5 : 2, group.Count()));
    }

    [Fact]
    public void Folds_and_halves_refuse_patients_with_normal_and_abnormal_images()
    {
        var mixed = Make(Enumerable.Range(0, 40).Select(i => ($"p{i / 2}", (Label)(i % 2), "")));
        var fault = Assert.Throws<DatasetException>(() => Split.FoldsAndHalves(mixed, 5, SplitProtocol.Corrected, 0));
        Assert.Equal("listed: the group 'p0' has normal and abnormal samples, which folds and halves would part. Use k folds of all "
            + "samples.", fault.Message);
    }

    [Fact]
    public void A_split_with_an_empty_part_is_refused()
    {
        var one = Make(Enumerable.Range(0, 20).Select(i => ("only one", (Label)(i % 2), "")));
        var fault = Assert.Throws<DatasetException>(() => Split.Draw(one, new(5, 2, 2), SplitProtocol.Corrected, 0));
        Assert.StartsWith("listed cannot be split so: of 20 samples in 1 groups ", fault.Message, StringComparison.Ordinal);
        Assert.Equal("1 groups cannot fill 3 folds. Choose fewer folds.",
            Assert.Throws<DatasetException>(() => Split.KFold(one, 3, SplitProtocol.Corrected, 0)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SplitSizes.OfShares(one, 0.9, 0.1));
    }

    [Fact]
    public void Any_split_is_a_partition_trains_on_normal_samples_only_and_keeps_groups_together()
    {
        var one = from groupId in Gen.Choose(0, 30) from label in Gen.Choose(0, 1) from kind in Gen.Choose(0, 2) select ($"g{groupId}",
            (Label)label, $"c{kind}");
        var cases = from samples in one.ListOf(150)
                    from seed in Gen.Choose(0, 1000)
                    from protocol in Gen.Elements(SplitProtocol.AsPublished, SplitProtocol.Corrected)
                    select (Dataset: Make(samples), Seed: (ulong)seed, Protocol: protocol);
        Prop.ForAll(Arb.From(cases), input =>
        {
            var (dataset, seed, protocol) = input;
            IReadOnlyList<Split> splits = [Split.Draw(dataset, SplitSizes.OfShares(dataset), protocol, seed),
                .. Split.KFold(dataset, 5, protocol, seed)];
            return splits.All(split => IsSound(split, dataset, protocol)) && FoldsCover(splits.Skip(1), dataset);
        }).QuickCheckThrowOnFailure();
    }

    static bool IsSound(Split split, ListedSamples dataset, SplitProtocol protocol)
    {
        IReadOnlyList<Sample>[] parts = [split.Train, split.Validation, split.Test];
        var all = parts.Append(split.Unused).SelectMany(part => part).ToList();
        var groups = parts.Select(part => part.Select(sample => sample.Group).ToHashSet()).ToList();
        return all.Count == dataset.Samples.Count && all.ToHashSet().SetEquals(dataset.Samples)
            && split.Train.All(sample => !sample.IsAbnormal)
            && (protocol == SplitProtocol.AsPublished
                || (!groups[0].Overlaps(groups[1]) && !groups[0].Overlaps(groups[2]) && !groups[1].Overlaps(groups[2])));
    }

    static bool FoldsCover(IEnumerable<Split> splits, ListedSamples dataset)
    {
        var tested = splits.SelectMany(split => split.Test).ToList();
        return tested.Count == dataset.Samples.Count && tested.ToHashSet().SetEquals(dataset.Samples);
    }

    [Fact]
    public void Folds_have_about_equal_shares_of_the_labels()
    {
        var lung = Lung();
        var fold = GroupKFold.Assign(lung.Samples, 5, SplitProtocol.Corrected, 3);
        foreach (var k in Enumerable.Range(0, 5))
        {
            var members = lung.Samples.Where((_, i) => fold[i] == k).ToList();
            Assert.InRange(members.Count(sample => !sample.IsAbnormal), 78, 92);
            Assert.InRange(members.Count(sample => sample.IsAbnormal), 130, 142);
        }
    }
}
