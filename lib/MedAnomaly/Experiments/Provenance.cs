using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace MedAnomaly.Experiments;

/// <summary>Which code, on what, made a result.</summary>
public static class Provenance
{
    /// <summary>
    /// The commit of the checkout at <paramref name="folder"/>, with "-dirty" where a tracked file outside results/ differs from it;
    /// null where there is no git or no checkout.
    /// </summary>
    public static string? Commit(string folder)
    {
        if (Git(folder, "rev-parse", "HEAD") is not { } commit) return null;
        var changes = Git(folder, "status", "--porcelain", "--untracked-files=no", "--", ":(top)", ":(top,exclude)results");
        return changes is { Length: 0 } ? commit : commit + "-dirty";
    }

    /// <summary>
    /// A digest of the source of what notebooks load, lib/MedAnomaly, lib/torch and lib/native, in the checkout at <paramref name="folder"/>:
    /// the same in every clone, whatever else was committed since.
    /// </summary>
    public static string Library(string folder)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var files = ((string[])["MedAnomaly", "torch", "native"]).Select(room => new DirectoryInfo(Path.Combine(folder, "lib", room)))
            .Where(room => room.Exists).SelectMany(Sources).Select(file => (Name: Path.GetRelativePath(folder, file.FullName), file.FullName));
        foreach (var (name, path) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            digest.AppendData(Encoding.UTF8.GetBytes(name + "\n"));
            digest.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        }
        return Convert.ToHexStringLower(digest.GetHashAndReset().AsSpan(0, 8));
    }

    // What a build leaves beside the sources is none.
    static IEnumerable<FileInfo> Sources(DirectoryInfo folder) => folder.EnumerateFiles().Concat(
        folder.EnumerateDirectories().Where(inner => inner.Name is not ("bin" or "obj")).SelectMany(Sources));

    /// <summary>The versions that a record names.</summary>
    /// <param name="libtorch">The version of libtorch, or null where the run used no tensors.</param>
    public static IReadOnlyDictionary<string, string> Versions(string? libtorch)
    {
        var library = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        Dictionary<string, string> versions = new()
        {
            // What follows '+' is the commit, which the record has already.
            ["medanomaly"] = library.Split('+')[0],
            ["dotnet"] = Environment.Version.ToString(),
            ["os"] = RuntimeInformation.OSDescription,
            ["architecture"] = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        };
        if (libtorch is not null) versions["libtorch"] = libtorch;
        return versions;
    }

    /// <summary>What git prints, trimmed; null where it is absent or refuses.</summary>
    static string? Git(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("git", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var git = Process.Start(start)!;
            // Both pipes are drained at once: a git with much to complain about would block on the other.
            var complaints = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            complaints.GetAwaiter().GetResult();
            return git.ExitCode == 0 ? output.Trim() : null;
        }
        catch (Win32Exception)
        {
            // No git on this machine: the record then has no commit, which is allowed and says so.
            return null;
        }
    }
}
