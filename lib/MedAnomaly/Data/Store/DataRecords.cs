namespace MedAnomaly.Data;

/// <summary>Where data that is on this machine lies.</summary>
public enum DataOrigin
{
    /// <summary>The data directory: fetched by the workbench, or put there by the user.</summary>
    DataDirectory,
    /// <summary>The mirror folder, read in place.</summary>
    Mirror,
    /// <summary>PyTorch's own cache of weights, read in place.</summary>
    TorchHub,
}

/// <summary>Data that is on this machine.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Folder">The folder that holds its files.</param>
/// <param name="Origin">Whose folder that is.</param>
public sealed record DataLocation(Manifest Manifest, string Folder, DataOrigin Origin)
{
    /// <summary>The path of the file with the given name in the folder.</summary>
    /// <exception cref="DatasetException">It is not there.</exception>
    public string File(string name) => Path.Combine(Folder, name) is var path && System.IO.File.Exists(path)
        ? path
        : throw new DatasetException($"{Folder} has no {name}, which {Manifest.Id} should have. Remove the folder "
            + $"and run 'medanomaly data get {Manifest.Id}'.");
}

/// <summary>A line of the list of all data.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Location">Where it lies; null where it is not on this machine.</param>
public sealed record DataEntry(Manifest Manifest, DataLocation? Location);

/// <summary>All places where a dataset is looked for.</summary>
/// <param name="Manifest">What it is.</param>
/// <param name="Location">Where it lies; null where it is in none of them.</param>
/// <param name="Searched">Folders, in the order in which they are looked at.</param>
/// <param name="Sources">Where it would be fetched, in the order in which they are tried.</param>
public sealed record DataPlaces(Manifest Manifest, DataLocation? Location, IReadOnlyList<string> Searched,
    IReadOnlyList<DownloadSource> Sources);

/// <summary>What <see cref="DataStore.Verify"/> compared the bytes with.</summary>
public enum VerificationBasis
{
    /// <summary>The hash that the manifest states.</summary>
    Manifest,
    /// <summary>The hashes that were recorded when the files were unpacked from a verified archive.</summary>
    Unpacking,
    /// <summary>Nothing but the number of files: the manifest knows no hash of this copy.</summary>
    Counts,
    /// <summary>
    /// Nothing: the manifest knows neither a hash nor a number. The hashes are recorded, so that later changes are noticed.
    /// </summary>
    Nothing,
}

/// <summary>What a verification found. It found no fault, or there would be an exception.</summary>
/// <param name="Location">What was verified.</param>
/// <param name="Basis">What the bytes were compared with.</param>
/// <param name="Files">How many files.</param>
/// <param name="Bytes">How many bytes in all.</param>
/// <param name="ContentHash">Their <see cref="Inventory.ContentHash"/>.</param>
public sealed record Verification(DataLocation Location, VerificationBasis Basis, int Files, long Bytes, string ContentHash);
