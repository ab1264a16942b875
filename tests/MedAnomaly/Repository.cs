using System.Text.Json;
using MedAnomaly.Files;

namespace MedAnomaly.Tests;

/// <summary>Where the tests find what lies in the repository.</summary>
static class Repository
{
    /// <summary>The folder of MedAnomaly.slnx.</summary>
    public static string Root => Checkout.Root;

    /// <summary>A file under tests/golden, such as "metrics/rankings.json", as JSON.</summary>
    public static JsonElement Golden(string name) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Root, "tests", "golden", name))).RootElement;
}
