namespace MedAnomaly.Cli;

/// <summary>The checkout that this program was built in: where the notebooks, manifests, results and tests are.</summary>
static class Checkout
{
    /// <summary>The folder that holds MedAnomaly.slnx.</summary>
    public static string Root { get; } = Find();

    static string Find()
    {
        if (Environment.GetEnvironmentVariable("MEDANOMALY_ROOT") is { Length: > 0 } given) return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MedAnomaly.slnx"))) return folder.FullName;
        }
        throw new MachineException($"no MedAnomaly.slnx was found above {AppContext.BaseDirectory}: "
            + "run ./medanomaly from a checkout, or set MEDANOMALY_ROOT to one.");
    }
}
