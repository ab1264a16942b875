namespace MedAnomaly.Files;

/// <summary>The checkout that this program was built in: where the notebooks, manifests, results and tests are.</summary>
public static class Checkout
{
    /// <summary>The folder that holds MedAnomaly.slnx: MEDANOMALY_ROOT, which the launcher sets, or one above the program.</summary>
    /// <exception cref="MachineException">The program does not lie in a checkout.</exception>
    public static string Root => field ??= Find();

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
