namespace TorchSharp.Tests;

/// <summary>The repository's own folder, found by walking up from where the tests run.</summary>
internal static class Repository
{
    internal static string Root { get; } = Find();

    static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "MedAnomaly.slnx"))) return folder.FullName;
        throw new DirectoryNotFoundException($"no MedAnomaly.slnx above {AppContext.BaseDirectory}");
    }
}
