namespace MedAnomaly.Data;

/// <summary>The units that a split draws: groups, or single samples where groups are not kept together.</summary>
static class SampleGroups
{
    /// <summary>
    /// The groups with a normal sample, and those without, each in random order, but so that any beginning of the list has about the list's
    /// shares of the classes.
    /// </summary>
    internal static (IReadOnlyList<IReadOnlyList<Sample>> Normal, IReadOnlyList<IReadOnlyList<Sample>> Abnormal) Of(
        IReadOnlyList<Sample> samples, SplitProtocol protocol, ulong seed)
    {
        var all = Units(samples, protocol);
        return (Order([.. all.Where(group => group.Any(sample => !sample.IsAbnormal))], new(seed, 0)),
            Order([.. all.Where(group => group.All(sample => sample.IsAbnormal))], new(seed, 1)));
    }

    /// <summary>The groups in ordinal order of their names, so that the order of the samples does not matter.</summary>
    internal static List<IReadOnlyList<Sample>> Units(IReadOnlyList<Sample> samples, SplitProtocol protocol) =>
        [.. samples.GroupBy(sample => protocol == SplitProtocol.Corrected ? sample.Group : sample.Id)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (IReadOnlyList<Sample>)[.. group.OrderBy(sample => sample.Id, StringComparer.Ordinal)])];

    static List<IReadOnlyList<Sample>> Order(List<IReadOnlyList<Sample>> groups, SplitMix64 random)
    {
        random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(groups));
        var sizes = groups.GroupBy(group => group[0].Class)
            .ToDictionary(stratum => stratum.Key, stratum => stratum.Sum(group => group.Count));
        var before = sizes.Keys.ToDictionary(name => name, _ => 0);
        var placed = new List<(double Place, IReadOnlyList<Sample> Group)>();
        foreach (var group in groups)
        {
            var stratum = group[0].Class;
            placed.Add(((before[stratum] + group.Count / 2.0) / sizes[stratum], group));
            before[stratum] += group.Count;
        }
        // A stable sort: groups at the same place keep their random order.
        return [.. placed.OrderBy(entry => entry.Place).Select(entry => entry.Group)];
    }
}
