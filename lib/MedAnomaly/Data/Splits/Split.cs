using System.Security.Cryptography;
using System.Text;

namespace MedAnomaly.Data;

/// <summary>A dataset in parts: normal samples to train on, normal and abnormal ones to validate and to test on.</summary>
/// <param name="Train">Normal samples only.</param>
/// <param name="Validation">For thresholds and choices.</param>
/// <param name="Test">For numbers.</param>
/// <param name="Unused">Abnormal samples whose group is trained on, and those that a fold leaves out.</param>
/// <param name="Protocol">How samples that belong together were treated.</param>
/// <param name="Seed">The seed of the <see cref="SplitMix64"/> that drew it.</param>
public sealed record Split(
    IReadOnlyList<Sample> Train, IReadOnlyList<Sample> Validation, IReadOnlyList<Sample> Test, IReadOnlyList<Sample> Unused,
    SplitProtocol Protocol, ulong Seed)
{
    /// <summary>SHA-256 of the ids in each part: equal for equal splits, whatever made them.</summary>
    public string Hash
    {
        get
        {
            var parts = new[] { Train, Validation, Test }
                .Select(part => string.Join('\t', part.Select(sample => sample.Id).Order(StringComparer.Ordinal)));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
        }
    }

    /// <summary>
    /// Draws a split of about the given sizes; exactly these under <see cref="SplitProtocol.AsPublished"/>, and as near as whole groups
    /// allow under <see cref="SplitProtocol.Corrected"/>. Each part has about the dataset's shares of the classes.
    /// </summary>
    /// <exception cref="DatasetException">A part would be empty: there are too few samples or groups of a label.</exception>
    public static Split Draw(IImageDataset dataset, SplitSizes sizes, SplitProtocol protocol, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(sizes);
        var (train, validation, test, unused) = (new List<Sample>(), new List<Sample>(), new List<Sample>(), new List<Sample>());
        var (normal, abnormal) = SampleGroups.Of(dataset.Samples, protocol, seed);
        var drawn = new HashSet<IReadOnlyList<Sample>>();
        // A patient with abnormal samples is trained on only where there is no other: his abnormal samples would be lost.
        foreach (var group in normal.OrderBy(group => group.Any(sample => sample.IsAbnormal)))
        {
            if (!Fits(train.Count, group.Count(sample => !sample.IsAbnormal), sizes.TrainNormal)) continue;
            train.AddRange(group.Where(sample => !sample.IsAbnormal));
            unused.AddRange(group.Where(sample => sample.IsAbnormal));
            drawn.Add(group);
        }
        var validated = 0;
        foreach (var group in normal.Where(group => !drawn.Contains(group)))
        {
            var count = group.Count(sample => !sample.IsAbnormal);
            var intoValidation = Fits(validated, count, sizes.ValidationNormal);
            (intoValidation ? validation : test).AddRange(group);
            if (intoValidation) validated += count;
        }
        validated = validation.Count(sample => sample.IsAbnormal);
        foreach (var group in abnormal)
        {
            var intoValidation = Fits(validated, group.Count, sizes.ValidationAbnormal);
            (intoValidation ? validation : test).AddRange(group);
            if (intoValidation) validated += group.Count;
        }
        var wanted = sizes.ValidationNormal + sizes.ValidationAbnormal > 0;
        return Checked(new(train, validation, test, unused, protocol, seed), dataset, wanted);
    }

    /// <summary>
    /// Splits for cross-validation. The test set of split i is fold i, the validation set fold i + 1, and the training set the normal
    /// samples of the others. Folds have about the dataset's shares of the labels; under <see cref="SplitProtocol.Corrected"/> no group
    /// lies in two.
    /// </summary>
    /// <exception cref="DatasetException">There are fewer samples or groups of a label than folds.</exception>
    public static IReadOnlyList<Split> KFold(IImageDataset dataset, int folds, SplitProtocol protocol, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 3);
        var fold = GroupKFold.Assign(dataset.Samples, folds, protocol, seed);
        IEnumerable<Sample> In(Func<int, bool> chosen) => dataset.Samples.Where((_, i) => chosen(fold[i]));
        return [.. Enumerable.Range(0, folds).Select(k =>
        {
            var next = (k + 1) % folds;
            var rest = In(f => f != k && f != next).ToList();
            return Checked(new([.. rest.Where(sample => !sample.IsAbnormal)], [.. In(f => f == next)], [.. In(f => f == k)],
                [.. rest.Where(sample => sample.IsAbnormal)], protocol, seed), dataset, true);
        })];
    }

    /// <summary>
    /// Splits for cross-validation where abnormal samples are few and none is to be wasted: <paramref name="folds"/> folds of the normal
    /// samples times two halves of the abnormal ones. One fold and one half are the test set, the next fold and the other half
    /// the validation set.
    /// </summary>
    /// <remarks>Source 001's "2 x 5" is this with five folds.</remarks>
    /// <exception cref="DatasetException">
    /// A group has normal and abnormal samples, which this cannot keep apart, or a part would be empty.
    /// </exception>
    public static IReadOnlyList<Split> FoldsAndHalves(IImageDataset dataset, int folds, SplitProtocol protocol, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 3);
        var normal = dataset.Samples.Where(sample => !sample.IsAbnormal).ToList();
        var abnormal = dataset.Samples.Where(sample => sample.IsAbnormal).ToList();
        var mixed = normal.Select(sample => sample.Group).Intersect(abnormal.Select(sample => sample.Group)).FirstOrDefault();
        if (protocol == SplitProtocol.Corrected && mixed is not null)
            throw new DatasetException($"{dataset.Id}: the group '{mixed}' has normal and abnormal samples, "
                + "which folds and halves would part. Use k folds of all samples.");
        var fold = GroupKFold.Assign(normal, folds, protocol, seed);
        var half = GroupKFold.Assign(abnormal, 2, protocol, seed);
        var splits = new List<Split>();
        for (var k = 0; k < folds; k++)
        {
            var (test, validation) = (k, (k + 1) % folds);
            for (var h = 0; h < 2; h++)
            {
                IEnumerable<Sample> Part(int f, int side) =>
                    normal.Where((_, i) => fold[i] == f).Concat(abnormal.Where((_, i) => half[i] == side));
                splits.Add(Checked(new([.. normal.Where((_, i) => fold[i] != test && fold[i] != validation)], [.. Part(validation, 1 - h)],
                    [.. Part(test, h)], [], protocol, seed), dataset, true));
            }
        }
        return splits;
    }

    /// <summary>Whether a group brings the part nearer to its size.</summary>
    static bool Fits(int have, int add, int want) => have < want && have + add - want <= want - have;

    static Split Checked(Split split, IImageDataset dataset, bool validate)
    {
        var (train, test) = (split.Train.Count, split.Test);
        var abnormal = test.Count(sample => sample.IsAbnormal);
        if (train > 0 && abnormal > 0 && abnormal < test.Count && (!validate || split.Validation.Count > 0)) return split;
        var groups = dataset.Samples.Select(sample => sample.Group).Distinct().Count();
        throw new DatasetException($"{dataset.Id} cannot be split so: of {dataset.Samples.Count} samples in {groups} groups {train} would "
            + $"be trained on, {split.Validation.Count} validated on, and {test.Count} tested on, {abnormal} of them abnormal. "
            + "Each part needs samples, and the test both labels: choose other shares or fewer folds.");
    }
}
