namespace MedAnomaly.Data;

/// <summary>
/// A split for a method that learns from both classes: alone (<see cref="KFold"/>), or beside one that learns from normal samples only
/// (<see cref="From"/>).
/// </summary>
/// <param name="Train">Normal and abnormal samples; beside another method its normal ones, and abnormal ones from its test set.</param>
/// <param name="Validation">Beside another method its own.</param>
/// <param name="Test">Beside another method its own, without the abnormal samples that went into training.</param>
public sealed record SupervisedSplit(IReadOnlyList<Sample> Train, IReadOnlyList<Sample> Validation, IReadOnlyList<Sample> Test)
{
    /// <summary>
    /// Splits for cross-validation of a method that learns from both classes alone: the test set of split i is fold i, the validation set fold
    /// i + 1, and the training set all others. Folds have about the dataset's shares of the labels. Five folds are 60/20/20 %.
    /// </summary>
    /// <exception cref="DatasetException">There are fewer groups than folds, or a part would have one class only.</exception>
    public static IReadOnlyList<SupervisedSplit> KFold(IImageDataset dataset, int folds, SplitProtocol protocol, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 3);
        var fold = GroupKFold.Assign(dataset.Samples, folds, protocol, seed);
        return [.. Enumerable.Range(0, folds).Select(test =>
        {
            var validation = (test + 1) % folds;
            List<Sample> Part(string name, Func<int, bool> chosen)
            {
                List<Sample> part = [.. dataset.Samples.Where((_, i) => chosen(fold[i]))];
                var abnormal = part.Count(sample => sample.IsAbnormal);
                return abnormal > 0 && abnormal < part.Count ? part : throw new DatasetException($"Of {part.Count} {name} images in fold {test} of "
                    + $"{dataset.Id} {abnormal} are abnormal; a classifier needs both labels there. Choose fewer folds.");
            }
            return new SupervisedSplit(Part("training", f => f != test && f != validation), Part("validation", f => f == validation),
                Part("test", f => f == test));
        })];
    }

    /// <summary>
    /// Takes about <paramref name="share"/> of the abnormal test samples out of the test set and trains on them: whole groups under
    /// <see cref="SplitProtocol.Corrected"/>. On <see cref="Test"/> both methods can be compared.
    /// </summary>
    /// <param name="split">The other method's.</param>
    /// <param name="share">In (0, 1).</param>
    /// <param name="seed">Which abnormal samples.</param>
    /// <exception cref="DatasetException">A part would have one class only.</exception>
    public static SupervisedSplit From(Split split, double share = 0.7, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(split);
        if (!(share > 0 && share < 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "A share lies between 0 and 1, both excluded.");
        // A group with normal test samples stays whole, so that no patient is on both sides.
        var kept = split.Protocol == SplitProtocol.Corrected
            ? split.Test.Where(sample => !sample.IsAbnormal).Select(sample => sample.Group).ToHashSet(StringComparer.Ordinal) : [];
        var (_, groups) = SampleGroups.Of([.. split.Test.Where(sample => sample.IsAbnormal && !kept.Contains(sample.Group))], split.Protocol, seed);
        var wanted = share * split.Test.Count(sample => sample.IsAbnormal);
        var taken = new List<Sample>();
        foreach (var group in groups)
        {
            if (taken.Count + group.Count / 2.0 <= wanted) taken.AddRange(group);
        }
        var ids = taken.Select(sample => sample.Id).ToHashSet(StringComparer.Ordinal);
        var test = split.Test.Where(sample => !ids.Contains(sample.Id)).ToList();
        var left = test.Count(sample => sample.IsAbnormal);
        if (taken.Count == 0 || left == 0 || left == test.Count)
            throw new DatasetException($"{taken.Count} abnormal samples would be trained on and {left} tested; both parts need some, and the test set "
                + "normal ones. Choose another share, or a split with more abnormal samples.");
        return new([.. split.Train, .. taken], split.Validation, test);
    }
}
