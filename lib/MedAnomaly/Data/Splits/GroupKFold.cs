using System.Runtime.InteropServices;

namespace MedAnomaly.Data;

/// <summary>Folds of about equal size and equal shares of the labels, in which no group lies in two folds.</summary>
/// <remarks>
/// After scikit-learn's StratifiedGroupKFold: groups in random order, the largest first, each go into the fold that has least of what the
/// group brings. The numbers are not scikit-learn's.
/// </remarks>
public static class GroupKFold
{
    /// <returns>The fold of each sample, from 0.</returns>
    /// <exception cref="DatasetException">There are fewer groups than folds.</exception>
    public static int[] Assign(IReadOnlyList<Sample> samples, int folds, SplitProtocol protocol, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var groups = SampleGroups.Units(samples, protocol);
        if (groups.Count < folds) throw new DatasetException($"{groups.Count} groups cannot fill {folds} folds. Choose fewer folds.");
        new SplitMix64(seed).Shuffle(CollectionsMarshal.AsSpan(groups));
        var totals = Counts(samples);
        var filled = new long[folds, 2];
        var foldOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var group in groups.OrderByDescending(group => group.Count))
        {
            var adds = Counts(group);
            var best = Enumerable.Range(0, folds).MinBy(fold => Cost(fold, adds));
            for (var label = 0; label < 2; label++) filled[best, label] += adds[label];
            foreach (var sample in group) foldOf.Add(sample.Id, best);
        }
        return [.. samples.Select(sample => foldOf[sample.Id])];

        // By how much the sum of squared shares grows: least where the fold has least of these labels.
        (double, long) Cost(int fold, long[] adds)
        {
            var cost = 0.0;
            for (var label = 0; label < 2; label++)
                if (totals[label] > 0)
                    cost += (double)adds[label] * (2 * filled[fold, label] + adds[label]) / totals[label] / totals[label];
            return (cost, filled[fold, 0] + filled[fold, 1]);
        }
    }

    static long[] Counts(IEnumerable<Sample> samples)
    {
        var counts = new long[2];
        foreach (var sample in samples) counts[(int)sample.Label]++;
        return counts;
    }
}
