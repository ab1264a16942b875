using System.Text.Json;

namespace MedAnomaly.Tests;

/// <summary>Where the tests find what lies in the repository.</summary>
static class Repository
{
    /// <summary>The folder of MedAnomaly.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file under tests/golden, such as "metrics/rankings.json", as JSON.</summary>
    public static JsonElement Golden(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "tests", "golden", name))).RootElement;

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MedAnomaly.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"No MedAnomaly.slnx above {AppContext.BaseDirectory}.");
    }
}
