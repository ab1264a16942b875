namespace MedAnomaly.Data;

/// <summary>Finds normal and abnormal images, and masks, in a folder that no manifest describes.</summary>
sealed class FolderLayout
{
    const int Shown = 3;

    static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".tif", ".tiff" };

    static readonly HashSet<string> NormalWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "normal", "good", "healthy", "no", "negative", "control", "controls", "ok",
    };

    static readonly HashSet<string> AbnormalWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "abnormal", "anomalous", "anomaly", "anomalies", "bad", "poor", "defect", "defects", "defective", "diseased", "sick",
        "positive", "yes", "tumor", "tumour", "malignant", "benign", "cancer", "lesion", "lesions",
    };

    static readonly HashSet<string> MaskFolders = new(StringComparer.OrdinalIgnoreCase) { "ground_truth", "masks" };

    readonly string folder;
    readonly IReadOnlyList<string> images;
    readonly Dictionary<string, string> masks;

    internal FolderLayout(string folder)
    {
        this.folder = folder;
        var all = FolderListing.Read(folder).Where(path => Endings.Contains(Path.GetExtension(path))).ToList();
        images = [.. all.Where(path => !MaskFolders.Contains(FirstPart(path)))];
        masks = [];
        foreach (var path in all.Where(path => MaskFolders.Contains(FirstPart(path))))
            if (!masks.TryAdd(MaskKey(path), path))
                throw Fault($"has two masks of one image: {masks[MaskKey(path)]} and {path}. Keep one");
    }

    internal IReadOnlyList<Sample> Samples()
    {
        if (images.Count == 0)
            throw Fault("has no PNG, JPEG or TIFF image in it. Put normal images into 'normal' and abnormal ones into 'abnormal'");
        var samples = images.Select(Sample).OrderBy(sample => sample.Id, StringComparer.Ordinal).ToList();
        RefuseTwinIds(samples);
        var abnormal = samples.Count(sample => sample.IsAbnormal);
        if (abnormal == 0)
            throw Fault($"has {samples.Count} normal images and no abnormal one: nothing tells how well an anomaly is found. "
                + "Add a folder 'abnormal'");
        if (abnormal == samples.Count)
            throw Fault($"has {samples.Count} abnormal images and no normal one, from which a detector could learn. Add a folder 'normal'");
        if (masks.Count > 0) CheckMasks(samples);
        return samples;
    }

    Sample Sample(string path)
    {
        var parts = path.Split('/');
        // MVTec AD's train and test name no class; the folder in them does.
        var depth = parts[0] is "train" or "test" && parts.Length > 2 ? 1 : 0;
        if (parts.Length < depth + 2) throw Fault($"has the image '{path}' in no folder of a class. Put it into 'normal' or 'abnormal'");
        var name = parts[depth];
        var label = LabelOf(name, anyDefect: depth == 1);
        var id = SampleFiles.WithoutEnding(path);
        var group = parts.Length > depth + 2 ? string.Join('/', parts[..^1]) : id;
        var mask = masks.TryGetValue(ImageKey(parts, depth), out var found) ? Path.Combine(folder, found) : null;
        return new(id, group, label, Path.Combine(folder, path), mask, name);
    }

    Label LabelOf(string name, bool anyDefect)
    {
        var word = new string([.. name.TakeWhile(char.IsAsciiLetter)]);
        if (NormalWords.Contains(word)) return Label.Normal;
        if (anyDefect || AbnormalWords.Contains(word)) return Label.Abnormal;
        throw Fault($"has a folder '{name}' that is neither normal nor abnormal. "
            + $"Begin its name with a word such as {string.Join(", ", NormalWords.Take(Shown))} "
            + $"or {string.Join(", ", AbnormalWords.Take(Shown))}, or move it elsewhere");
    }

    void RefuseTwinIds(List<Sample> samples)
    {
        foreach (var (one, other) in samples.Zip(samples.Skip(1)))
            if (one.Id == other.Id)
                throw Fault($"has two images that differ only in the ending: {Path.GetFileName(one.Path)} and "
                    + $"{Path.GetFileName(other.Path)}. Rename one");
    }

    void CheckMasks(List<Sample> samples)
    {
        var faults = new List<string>();
        void Note(IEnumerable<string> names, string what)
        {
            var list = names.ToList();
            var more = list.Count > Shown ? ", ..." : "";
            if (list.Count > 0) faults.Add($"{list.Count} {what}: {string.Join(", ", list.Take(Shown))}{more}");
        }
        Note(samples.Where(sample => sample.IsAbnormal && sample.Mask is null).Select(sample => sample.Id), "abnormal images have no mask");
        Note(samples.Where(sample => !sample.IsAbnormal && sample.Mask is not null).Select(sample => sample.Id), "normal images have one");
        var used = samples.Select(sample => sample.Mask).ToHashSet(StringComparer.Ordinal);
        Note(masks.Values.Where(mask => !used.Contains(Path.Combine(folder, mask))).Order(StringComparer.Ordinal),
            "masks belong to no image");
        if (faults.Count > 0) throw Fault($"has masks, but {string.Join("; ", faults)}. Complete or remove them");
    }

    /// <summary>What a mask and its image have in common: class and name, without "_mask".</summary>
    static string MaskKey(string path)
    {
        var below = SampleFiles.WithoutEnding(path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return below.EndsWith("_mask", StringComparison.Ordinal) ? below[..^"_mask".Length] : below;
    }

    static string ImageKey(string[] parts, int depth) => parts[0] == "train" && depth == 1
        ? string.Join('/', parts) // MVTec AD has masks of test images only.
        : SampleFiles.WithoutEnding(string.Join('/', parts[depth..]));

    static string FirstPart(string path) => path.Split('/')[0];

    DatasetException Fault(string what) => new($"{folder} {what}.");
}
