using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>What a finished run left behind.</summary>
/// <param name="Run">Its id.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Records">The ids of the records that it saved, in its results folder.</param>
public sealed record SweepResult(string Run, double Seconds, IReadOnlyList<string> Records);

/// <summary>
/// A sweep on disk: <c>plan.json</c> says which notebook and data it stands on, and each run has a folder of its own with its executed
/// notebook, its log, its records and, once it is finished, <c>done.json</c>. Runs share no file; one process at a time runs a sweep.
/// </summary>
/// <param name="path">The folder; it need not exist.</param>
public sealed class SweepFolder(string path)
{
    sealed record Plan(string Notebook, string NotebookHash, IReadOnlyDictionary<string, string> DataHashes);

    /// <summary>What the system says of a file that another process holds: EAGAIN, or a sharing violation.</summary>
    const int LockedOnLinux = 11, LockedOnMac = 35, LockedOnWindows = unchecked((int)0x80070020);

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    string PlanPath => System.IO.Path.Combine(Path, "plan.json");

    /// <summary>The folder of one run.</summary>
    public string Of(SweepRun run) => System.IO.Path.Combine(Path, "runs", run.Id);

    /// <summary>Where a run keeps what it prints on standard error.</summary>
    public string LogOf(SweepRun run) => System.IO.Path.Combine(Of(run), "log.txt");

    /// <summary>The executed notebook of a run.</summary>
    public string NotebookOf(SweepRun run) => System.IO.Path.Combine(Of(run), "notebook.ipynb");

    /// <summary>The results folder of a run.</summary>
    public ResultStore StoreOf(SweepRun run) => new(System.IO.Path.Combine(Of(run), "results"));

    string DoneOf(SweepRun run) => System.IO.Path.Combine(Of(run), "done.json");

    /// <summary>Keeps other processes from running the sweep until this is disposed of, or the process ends, however it ends.</summary>
    /// <exception cref="UsageException">The sweep is running.</exception>
    /// <exception cref="OutputException">The folder cannot be written to.</exception>
    public IDisposable Hold()
    {
        try
        {
            Directory.CreateDirectory(Path);
            return new FileStream(System.IO.Path.Combine(Path, "running.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException fault) when (fault.HResult is LockedOnLinux or LockedOnMac or LockedOnWindows)
        {
            throw new UsageException($"The sweep in {Path} is running already: two at once would end each other's runs. Wait for it, end it, "
                + "or give another folder with -o.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutputException($"The sweep cannot use {Path}: {fault.Message}", fault);
        }
    }

    /// <summary>
    /// Begins a sweep, or goes on with one: then the notebook and the data must be what they were, since results of two states would
    /// otherwise stand in one table.
    /// </summary>
    /// <exception cref="UsageException">The notebook changed since the sweep began.</exception>
    /// <exception cref="DatasetException">The data changed since the sweep began, or is not there.</exception>
    /// <exception cref="DataFormatException">The plan is damaged.</exception>
    /// <exception cref="OutputException">The folder cannot be written to.</exception>
    public void Begin(SweepFile sweep, DataStore data)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        var plan = new Plan(sweep.Notebook, HashOfFile(sweep.Notebook), sweep.Data.ToDictionary(name => name, name => HashOfData(name, data)));
        if (!File.Exists(PlanPath))
        {
            AtomicFile.WriteText(PlanPath, JsonSerializer.Serialize(plan, Json));
            return;
        }
        var begun = Read<Plan>(PlanPath);
        var advice = $"Give another folder with -o, or delete {Path} to measure everything again.";
        if (begun.NotebookHash != plan.NotebookHash)
            throw new UsageException($"{sweep.Notebook} changed since the sweep in {Path} began: its SHA-256 was {begun.NotebookHash}, now it is "
                + $"{plan.NotebookHash}. Finished runs and new ones could not be compared. {advice}");
        foreach (var (name, hash) in plan.DataHashes)
        {
            if (begun.DataHashes.TryGetValue(name, out var was) && was != hash)
                throw new DatasetException($"The data '{name}' changed since the sweep in {Path} began: files were added, removed or changed. "
                    + $"Finished runs and new ones could not be compared. Restore the data. {advice}");
        }
        // A grid may grow: what it adds is noted beside what was there.
        AtomicFile.WriteText(PlanPath, JsonSerializer.Serialize(plan with { DataHashes = begun.DataHashes.Concat(plan.DataHashes).DistinctBy(entry => entry.Key).ToDictionary() }, Json));
    }

    /// <summary>What a run left behind; null where it is not finished.</summary>
    /// <exception cref="DataFormatException">The note is damaged.</exception>
    public SweepResult? Result(SweepRun run) => File.Exists(DoneOf(run)) ? Read<SweepResult>(DoneOf(run)) : null;

    /// <summary>Notes that a run is finished, with the records that it saved.</summary>
    public SweepResult Finish(SweepRun run, TimeSpan duration)
    {
        var result = new SweepResult(run.Id, duration.TotalSeconds, [.. StoreOf(run).List().Select(stored => stored.Record.Id)]);
        AtomicFile.WriteText(DoneOf(run), JsonSerializer.Serialize(result, Json));
        return result;
    }

    /// <summary>The records of a finished run.</summary>
    public IReadOnlyList<RunRecord> Records(SweepRun run) => [.. StoreOf(run).List().Select(stored => stored.Record)];

    static T Read<T>(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), Json) ?? throw new JsonException("it is empty");
        }
        catch (JsonException fault)
        {
            throw new DataFormatException($"{file} is damaged: {fault.Message} Delete it; what it stood for is then done again.", fault);
        }
    }

    static string HashOfFile(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    /// <summary>The names, sizes and times of all files of a dataset or a folder; what is simulated has none and stands for itself.</summary>
    static string HashOfData(string name, DataStore store)
    {
        var folder = Directory.Exists(name) ? System.IO.Path.GetFullPath(name) : store.Catalog.Contains(name) ? store.Get(name).Folder : null;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(name));
        var files = folder is null ? [] : new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories);
        foreach (var file in files.OrderBy(file => file.FullName, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{file.FullName[folder!.Length..]}\t{file.Length}\t{file.LastWriteTimeUtc.Ticks}\n")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
