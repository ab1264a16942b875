namespace MedAnomaly.Data;

/// <summary>The files of a folder, as every machine lists them.</summary>
static class FolderListing
{
    const int DeepestFolder = 16;

    /// <summary>
    /// The paths below <paramref name="folder"/>, with forward slashes, in ordinal order. Files and folders whose names begin with a dot
    /// are passed over: they belong to the system, as the <c>._</c> twins that macOS packs into archives.
    /// </summary>
    /// <exception cref="DatasetException">The folder is missing, or a name is such that it cannot be read everywhere.</exception>
    internal static IReadOnlyList<string> Read(string folder)
    {
        if (!Directory.Exists(folder)) throw new DatasetException($"There is no folder {folder}.");
        var files = new List<string>();
        var options = new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false };
        var pending = new Stack<(string Path, int Depth)>([("", 0)]);
        while (pending.TryPop(out var next))
        {
            foreach (var entry in new DirectoryInfo(Path.Combine(folder, next.Path)).EnumerateFileSystemInfos("*", options))
            {
                if (entry.Name.StartsWith('.')) continue;
                if (entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
                    throw new DatasetException($"{Path.Combine(folder, next.Path)} holds a name that is not valid UTF-8 ('{entry.Name}'), "
                        + "which .NET cannot open. Rename it, for instance with 'convmv -f latin1 -t utf8'.");
                var path = next.Path.Length == 0 ? entry.Name : $"{next.Path}/{entry.Name}";
                if (entry is FileInfo) files.Add(path);
                else if (next.Depth < DeepestFolder) pending.Push((path, next.Depth + 1));
                else throw new DatasetException($"{folder} has more than {DeepestFolder} folders within folders at {path}; perhaps a link "
                    + "leads back.");
            }
        }
        files.Sort(StringComparer.Ordinal);
        RefuseTwins(folder, files);
        return files;
    }

    static void RefuseTwins(string folder, List<string> files)
    {
        foreach (var twins in files.GroupBy(ComposedName.Of).Where(group => group.Count() > 1))
            throw new DatasetException($"{folder} holds two files whose names look alike but are composed differently "
                + $"(Unicode NFC and NFD): '{twins.Key}'. Some systems take them for one. Remove or rename one of them.");
    }
}
