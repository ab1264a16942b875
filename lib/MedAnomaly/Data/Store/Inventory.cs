using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedAnomaly.Files;

namespace MedAnomaly.Data;

/// <summary>A file as it was when it was verified.</summary>
/// <param name="Path">Its path below the folder, with forward slashes.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was last written, UTC.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hexadecimal.</param>
public sealed record InventoryFile(string Path, long Bytes, DateTime Modified, string Sha256);

/// <summary>
/// The list of a folder's files, written when they were unpacked or verified: the mark that the folder is complete, and what later runs
/// compare it with.
/// </summary>
/// <param name="Id">The id of the manifest.</param>
/// <param name="Files">The files.</param>
public sealed record Inventory(string Id, IReadOnlyList<InventoryFile> Files)
{
    /// <summary>Its name in a folder that the workbench unpacked.</summary>
    public const string FileName = ".inventory.json";

    static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>
    /// One hash of all: the SHA-256 of the lines "hash  name" in the order of the names, each name without its folder, since copies of a
    /// dataset keep the names of files but not of folders.
    /// </summary>
    public string ContentHash()
    {
        var lines = Files.Select(file => $"{file.Sha256}  {System.IO.Path.GetFileName(file.Path)}\n")
            .OrderBy(line => line[66..], StringComparer.Ordinal)
            .ThenBy(line => line, StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public void Save(string path) => AtomicFile.WriteText(path, JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>Reads it; null where there is none.</summary>
    /// <exception cref="DatasetException">The file is not an inventory.</exception>
    public static Inventory? Load(string path)
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize<Inventory>(File.ReadAllText(path), Format)!;
        }
        catch (JsonException fault)
        {
            throw new DatasetException($"{path} is damaged: {fault.Message} Remove it and run 'medanomaly data verify' for its dataset.",
                fault);
        }
    }

    /// <summary>
    /// Compares the files in <paramref name="folder"/> with the list: sizes and times first, then the bytes of those that differ in
    /// time only.
    /// </summary>
    /// <exception cref="DatasetException">A file is missing or its bytes changed; the message names the first ones.</exception>
    public void Check(string folder)
    {
        var changes = Files.Select(file => (file.Path, Change: Change(folder, file))).Where(file => file.Change is not null).ToList();
        if (changes.Count == 0) return;
        const int Shown = 3;
        throw new DatasetException($"{folder} is not what it was when {Id} was verified: "
            + string.Join("; ", changes.Take(Shown).Select(change => $"{change.Path} {change.Change}"))
            + (changes.Count > Shown ? $" and {changes.Count - Shown} more" : "")
            + $". Restore the files, or remove the folder and run 'medanomaly data get {Id}'; "
            + $"'medanomaly data verify {Id}' accepts them as they are where the manifest allows.");
    }

    static string? Change(string folder, InventoryFile file)
    {
        var info = new FileInfo(System.IO.Path.Combine(folder, file.Path));
        if (!info.Exists) return "is missing";
        if (info.Length != file.Bytes)
            return string.Create(CultureInfo.InvariantCulture, $"has {info.Length} bytes instead of {file.Bytes}");
        if (info.LastWriteTimeUtc == file.Modified) return null;
        var hash = HashOf(info.FullName);
        return hash == file.Sha256 ? null : $"has the SHA-256 {hash} instead of {file.Sha256}";
    }

    internal static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
