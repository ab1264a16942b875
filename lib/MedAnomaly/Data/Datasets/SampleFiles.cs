namespace MedAnomaly.Data;

/// <summary>A file that a rule of the manifest names.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Path">The file's path below the dataset's folder, with forward slashes.</param>
/// <param name="Id">The id of its sample.</param>
/// <param name="Mask">The path of its mask below the dataset's folder; null where it has none.</param>
sealed record SampleFile(FileRule Rule, string Path, string Id, string? Mask);

/// <summary>The files in a dataset's folder that its manifest names.</summary>
/// <param name="Samples">Those that hold samples, ordered by id.</param>
/// <param name="Tables">The tables of labels; empty where the manifest names none.</param>
/// <param name="Outlines">The outlines of anomalies; null where the manifest names none.</param>
sealed record SampleFiles(IReadOnlyList<SampleFile> Samples, IReadOnlyList<string> Tables, string? Outlines)
{
    /// <summary>All files, each once.</summary>
    internal IReadOnlyList<string> All =>
        [.. Samples.SelectMany(sample => new[] { sample.Path, sample.Mask }).Concat(Tables).Append(Outlines).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal)];

    /// <exception cref="DatasetException">The folder has none or not as many files as it should.</exception>
    internal static SampleFiles Find(Manifest manifest, string folder)
    {
        var rules = manifest.Samples ?? throw new UsageException($"{manifest.Id} holds weights, not samples.");
        var listing = FolderListing.Read(folder);
        var present = listing.ToHashSet(StringComparer.Ordinal);
        var samples = new List<SampleFile>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules.Files)
        {
            var glob = new Glob(rule.Pattern);
            var before = samples.Count;
            foreach (var path in listing)
                if (glob.Match(path) is { } tail && taken.Add(path))
                    samples.Add(new(rule, path, WithoutEnding(tail), rule.Mask is null ? null : MaskOf(rule.Mask, path, present)));
            CheckCount(manifest, folder, rule, samples.Count - before, listing.Count);
        }
        if (samples.GroupBy(sample => sample.Id).FirstOrDefault(group => group.Count() > 1) is { } twins)
            throw new DatasetException($"{folder} holds the sample '{twins.Key}' twice: "
                + $"{string.Join(" and ", twins.Take(2).Select(twin => twin.Path))}. Keep one copy.");
        samples.Sort((a, b) => string.CompareOrdinal(a.Id, b.Id));
        var outlines = Others(manifest, folder, listing, rules.Outlines, "file of outlines");
        if (outlines.Count > 1)
            throw new DatasetException($"{folder} has {outlines.Count} files of outlines '{rules.Outlines}': "
                + $"{string.Join(", ", outlines.Take(3))}. Keep one.");
        return new(samples, Others(manifest, folder, listing, rules.Table?.File, "table of labels"), outlines.SingleOrDefault());
    }

    /// <summary>The path without the ending of its last part; ".nii.gz" is one ending.</summary>
    internal static string WithoutEnding(string path)
    {
        if (path.EndsWith(".nii.gz", StringComparison.OrdinalIgnoreCase)) return path[..^".nii.gz".Length];
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 ? path[..dot] : path;
    }

    static void CheckCount(Manifest manifest, string folder, FileRule rule, int count, int all)
    {
        if (count > 0 && (rule.Counts.Count == 0 || rule.Counts.Contains(count))) return;
        if (count == 0 && rule.Counts.Contains(0)) return;
        var advice = manifest.Obtain?.TrimEnd('.') ?? $"Remove the folder and run 'medanomaly data get {manifest.Id}'";
        var expected = rule.Counts.Count == 0 ? "at least one" : string.Join(" or ", rule.Counts);
        throw new DatasetException($"{folder} has {count} files '{rule.Pattern}' among {all}, {manifest.Id} has {expected}. "
            + $"{advice}; or open the folder by its path to use what is there.");
    }

    /// <summary>The first alternative of the mask's place that exists.</summary>
    static string? MaskOf(string template, string path, HashSet<string> present)
    {
        var name = Path.GetFileName(path);
        var stem = WithoutEnding(name);
        var folder = path[..^name.Length].TrimEnd('/');
        foreach (var alternative in template.Split('|'))
        {
            var (at, relative) = (folder, alternative.Replace("{name}", name, StringComparison.Ordinal)
                .Replace("{stem}", stem, StringComparison.Ordinal));
            while (relative.StartsWith("../", StringComparison.Ordinal))
                (at, relative) = (at.Contains('/', StringComparison.Ordinal) ? at[..at.LastIndexOf('/')] : "", relative[3..]);
            var mask = at.Length == 0 ? relative : $"{at}/{relative}";
            if (present.Contains(mask)) return mask;
        }
        return null;
    }

    static List<string> Others(Manifest manifest, string folder, IReadOnlyList<string> listing, string? pattern, string what)
    {
        if (pattern is null) return [];
        var glob = new Glob(pattern);
        var files = listing.Where(glob.IsMatch).ToList();
        return files.Count > 0 ? files
            : throw new DatasetException($"{folder} has no {what} '{pattern}', which {manifest.Id} should have. Complete the folder.");
    }
}
